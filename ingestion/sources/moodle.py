"""Moodle: the database of its forums.

Whom a post answers stands in the post before it; what forums, discussions and courses are called,
in tables of their own. Tables: `mod/forum/db/install.xml`, `lib/db/install.xml` of moodle/moodle.
"""

# ruff: noqa: S608 - the SQL stands here as a whole; nothing that a host says gets into it

from __future__ import annotations

from ingestion.engine import Engine
from ingestion.places import Place
from ingestion.sources.base import Tables
from ingestion.sources.sql.preset import HostPart, HostTable, Schema
from ingestion.sources.sql.urls import SCHEMES

_SCHEMA = Schema(
    called="Moodle",
    mark="forum_posts",
    tables=(
        HostTable(
            name="user",
            columns=(
                "id", "username", "firstname", "lastname", "institution", "lang", "timezone",
                "timecreated", "confirmed", "suspended",
            ),
            only="deleted = 0 AND username <> 'guest'",
        ),
        HostTable(name="course", columns=("id", "fullname")),
        HostTable(name="forum", columns=("id", "course", "name")),
        HostTable(name="forum_discussions", columns=("id", "forum", "name")),
        HostTable(
            name="forum_posts",
            columns=(
                "id", "discussion", "parent", "userid", "created", "deleted", "privatereplyto",
            ),
            newer=("deleted", "privatereplyto"),
        ),
        HostTable(
            name="rating",
            columns=("id", "itemid", "userid", "timecreated"),
            only="component = 'mod_forum' AND ratingarea = 'post'",
            optional=True,
        ),
        HostTable(
            name="message_contacts",
            columns=("id", "userid", "contactid", "timecreated"),
            newer=("timecreated",),
            optional=True,
        ),
        HostTable(
            name="message_users_blocked",
            columns=("id", "userid", "blockeduserid", "timecreated"),
            optional=True,
        ),
    ),
)  # fmt: skip


def _row(table: str) -> str:
    return f"0 AS _file, coalesce(TRY_CAST({table}.id AS BIGINT), 0) AS _row"


def _time(column: str) -> str:
    """Seconds since 1970 as a time; 0 is none, and what no calendar has is left for the checks."""
    seconds = f"TRY_CAST({column} AS HUGEINT)"
    within = f"least(greatest({seconds}, -62135596801), 253402300800)::BIGINT"
    return f"CASE WHEN {seconds} <> 0 THEN make_timestamp({within} * 1000000) END"


_POSTS = """
    WITH post AS (
        SELECT p.id, p.userid, p.created, p.parent, p.discussion, d.forum
        FROM forum_posts p
        JOIN forum_discussions d ON d.id = p.discussion
        JOIN "user" u ON u.id = p.userid
        WHERE coalesce(p.deleted, '0') = '0' AND coalesce(p.privatereplyto, '0') = '0'
    )
"""
"""Posts that everybody in their forum may read, of people who are there."""

_PARTS = (
    HostPart(
        table="people",
        origin="user",
        query=f"""
            SELECT {_row("u")}, u.id AS person_id,
                CASE WHEN name NOT LIKE '%@%' THEN nullif(name, '') END AS display_name,
                nullif(u.institution, '') AS organisation,
                nullif(split_part(lower(u.lang), '_', 1), '') AS languages,
                nullif(nullif(u.timezone, '99'), '') AS timezone,
                {_time("u.timecreated")} AS joined_at,
                CASE WHEN u.suspended <> '0' OR u.confirmed = '0' THEN 'false' END AS discoverable
            FROM (
                SELECT *, trim(concat_ws(' ', trim(firstname), trim(lastname))) AS name
                FROM "user"
            ) u
        """,
    ),
    HostPart(
        table="topics",
        origin="course",
        query=f"""
            SELECT {_row("c")}, 'course-' || c.id AS topic_id, c.fullname AS label,
                NULL::VARCHAR AS parent_topic_id
            FROM course c
        """,
    ),
    HostPart(
        table="topics",
        origin="forum",
        query=f"""
            SELECT {_row("f")}, 'forum-' || f.id AS topic_id, f.name AS label,
                'course-' || f.course AS parent_topic_id
            FROM forum f
        """,
    ),
    HostPart(
        table="objects",
        origin="forum_discussions",
        query=f"""
            {_POSTS} SELECT {_row("d")}, 'discussion-' || d.id AS object_id,
                'forum-' || d.forum AS topic_id, d.name AS title
            FROM forum_discussions d WHERE d.id IN (SELECT discussion FROM post)
        """,
    ),
    HostPart(
        table="activities",
        origin="forum_posts",
        query=f"""
            {_POSTS} SELECT {_row("p")}, p.userid AS person_id, 'forum-' || p.forum AS topic_id,
                {_time("p.created")} AS occurred_at,
                CASE WHEN p.parent = '0' THEN 'post' ELSE 'reply' END AS verb,
                'discussion-' || p.discussion AS object_id
            FROM post p
        """,
    ),
    HostPart(
        table="activities",
        origin="rating",
        query=f"""
            {_POSTS} SELECT {_row("r")}, r.userid AS person_id, 'forum-' || p.forum AS topic_id,
                {_time("r.timecreated")} AS occurred_at, 'react' AS verb,
                'discussion-' || p.discussion AS object_id
            FROM rating r JOIN post p ON p.id = r.itemid JOIN "user" u ON u.id = r.userid
        """,
    ),
    HostPart(
        table="interactions",
        origin="forum_posts",
        query=f"""
            {_POSTS} SELECT {_row("p")}, p.userid AS person_id, q.userid AS contact_id,
                {_time("p.created")} AS occurred_at, 'reply' AS verb,
                'forum-' || p.forum AS topic_id, 'discussion-' || p.discussion AS object_id
            FROM post p JOIN post q ON q.id = p.parent WHERE q.userid <> p.userid
        """,
    ),
    HostPart(
        table="interactions",
        origin="rating",
        query=f"""
            {_POSTS} SELECT {_row("r")}, r.userid AS person_id, p.userid AS contact_id,
                {_time("r.timecreated")} AS occurred_at, 'react' AS verb,
                'forum-' || p.forum AS topic_id, 'discussion-' || p.discussion AS object_id
            FROM rating r JOIN post p ON p.id = r.itemid JOIN "user" u ON u.id = r.userid
            WHERE p.userid <> r.userid
        """,
    ),
    HostPart(
        table="connections",
        origin="message_contacts",
        query=f"""
            SELECT {_row("c")}, c.userid AS person_id, c.contactid AS contact_id,
                {_time("c.timecreated")} AS connected_at
            FROM message_contacts c
            JOIN "user" u ON u.id = c.userid JOIN "user" o ON o.id = c.contactid
            WHERE c.userid <> c.contactid
        """,
    ),
    HostPart(
        table="blocks",
        origin="message_users_blocked",
        query=f"""
            SELECT {_row("b")}, b.userid AS person_id, b.blockeduserid AS contact_id,
                'block' AS kind, {_time("b.timecreated")} AS created_at
            FROM message_users_blocked b
            JOIN "user" u ON u.id = b.userid JOIN "user" o ON o.id = b.blockeduserid
            WHERE b.userid <> b.blockeduserid
        """,
    ),
)


class Moodle:
    """Databases of Moodle, on any server that it runs on."""

    name = "moodle"
    summary = "the database of a Moodle: who answers whom in its forums"
    schemes = SCHEMES

    def recognises(self, place: Place) -> bool:
        """Whether the database has tables for forum posts, discussions, users and courses."""
        return _SCHEMA.recognises(place)

    def tables(self, place: Place, engine: Engine) -> Tables:
        """What is in the forums, as native tables."""
        return _SCHEMA.read(place, engine, _PARTS)
