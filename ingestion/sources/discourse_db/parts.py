"""What becomes of Discourse's tables, as queries over them."""

# ruff: noqa: S608 - the SQL stands here as a whole; nothing that a host says gets into it

from __future__ import annotations

from ingestion.sources.sql.preset import HostPart


def _row(table: str) -> str:
    return f"0 AS _file, coalesce(TRY_CAST({table}.id AS BIGINT), 0) AS _row"


_PEOPLE = """
    WITH person AS (
        SELECT * FROM users
        WHERE id NOT IN (SELECT user_id FROM anonymous_users WHERE user_id IS NOT NULL)
            AND id NOT IN (SELECT user_id FROM user_emails WHERE user_id IS NOT NULL)
    )
"""
"""Who is somebody: no system user, no stand-in for one who wants no name, nobody anonymised."""

_POSTS = f"""
    {_PEOPLE},
    topic AS (
        SELECT t.id, t.title, t.category_id, coalesce(TRY_CAST(t.visible AS BOOLEAN), true)
            AND NOT coalesce(TRY_CAST(c.read_restricted AS BOOLEAN), false) AS open
        FROM topics t LEFT JOIN categories c ON c.id = t.category_id
    ),
    post AS (
        SELECT p.*, t.category_id, t.open,
            CASE WHEN t.open THEN 'category-' || t.category_id END AS category,
            CASE WHEN t.open THEN 'topic-' || t.id END AS object
        FROM posts p JOIN topic t ON t.id = p.topic_id JOIN person u ON u.id = p.user_id
    )
"""
"""Posts of people; open: whether whoever comes may read them."""

_LIKE = "FROM post_actions a JOIN post p ON p.id = a.post_id JOIN person u ON u.id = a.user_id"


def _to(verb: str, rows: str, person: str, contact: str, at: str, joined: str) -> str:
    """Interactions: who addressed whom, and when, about the post `p`."""
    return f"""
        {_POSTS} SELECT {_row(rows)}, {person} AS person_id, {contact} AS contact_id,
            {at} AS occurred_at, '{verb}' AS verb, p.category AS topic_id, p.object AS object_id
        {joined} {"AND" if "WHERE" in joined else "WHERE"} {person} <> {contact}
    """


def _muted(table: str, whom: str) -> HostPart:
    return HostPart(
        table="blocks",
        origin=table,
        query=f"""
            {_PEOPLE} SELECT {_row("m")}, m.user_id AS person_id, m.{whom} AS contact_id,
                'mute' AS kind, m.created_at AS created_at
            FROM {table} m JOIN person u ON u.id = m.user_id JOIN person o ON o.id = m.{whom}
            WHERE m.user_id <> m.{whom}
        """,
    )


PARTS = (
    HostPart(
        table="people",
        origin="users",
        query=f"""
            {_PEOPLE} SELECT {_row("u")}, u.id AS person_id,
                CASE WHEN trim(u.name) = '' OR u.name LIKE '%@%'
                    OR EXISTS (SELECT 1 FROM site_settings WHERE value IN ('f', 'false'))
                    THEN u.username ELSE coalesce(u.name, u.username) END AS display_name,
                nullif(split_part(lower(u.locale), '_', 1), '') AS languages,
                nullif(o.timezone, '') AS timezone, u.created_at AS joined_at,
                CASE WHEN NOT coalesce(TRY_CAST(u.active AS BOOLEAN), true)
                    OR coalesce(TRY_CAST(o.hide_profile AS BOOLEAN), false)
                    OR coalesce(TRY_CAST(o.hide_profile_and_presence AS BOOLEAN), false)
                    OR TRY_CAST(u.suspended_till AS TIMESTAMPTZ) > (
                        SELECT max(TRY_CAST(created_at AS TIMESTAMPTZ)) FROM posts
                    ) THEN 'false' END AS discoverable
            FROM person u LEFT JOIN user_options o ON o.user_id = u.id
        """,
    ),
    HostPart(
        table="topics",
        origin="categories",
        query=f"""
            SELECT {_row("c")}, 'category-' || c.id AS topic_id, c.name AS label,
                'category-' || c.parent_category_id AS parent_topic_id
            FROM categories c WHERE NOT coalesce(TRY_CAST(c.read_restricted AS BOOLEAN), false)
        """,
    ),
    HostPart(
        table="topics",
        origin="tags",
        query=f"""
            {_POSTS} SELECT {_row("g")}, 'tag-' || g.id AS topic_id, g.name AS label,
                NULL::VARCHAR AS parent_topic_id
            FROM tags g WHERE g.id IN (
                SELECT x.tag_id FROM topic_tags x JOIN topic t ON t.id = x.topic_id WHERE t.open
            )
        """,
    ),
    HostPart(
        table="objects",
        origin="topics",
        query=f"""
            {_POSTS} SELECT {_row("t")}, 'topic-' || t.id AS object_id,
                'category-' || t.category_id AS topic_id, t.title AS title
            FROM topic t WHERE t.open
        """,
    ),
    HostPart(
        table="activities",
        origin="posts",
        query=f"""
            {_POSTS} SELECT {_row("p")}, p.user_id AS person_id, p.category AS topic_id,
                p.created_at AS occurred_at,
                CASE WHEN p.post_number = '1' THEN 'post' ELSE 'reply' END AS verb,
                p.object AS object_id
            FROM post p WHERE p.category IS NOT NULL
            UNION ALL
            SELECT {_row("p")}, p.user_id, 'tag-' || x.tag_id, p.created_at,
                CASE WHEN p.post_number = '1' THEN 'post' ELSE 'reply' END, NULL
            FROM post p JOIN topic_tags x ON x.topic_id = p.topic_id
            WHERE p.open AND x.tag_id IN (SELECT id FROM tags)
        """,
    ),
    HostPart(
        table="activities",
        origin="post_actions",
        query=f"""
            {_POSTS} SELECT {_row("a")}, a.user_id AS person_id, p.category AS topic_id,
                a.created_at AS occurred_at, 'like' AS verb, p.object AS object_id
            {_LIKE} WHERE p.category IS NOT NULL
        """,
    ),
    HostPart(
        table="interactions",
        origin="posts",
        query=_to(
            "reply", "p", "p.user_id", "q.user_id", "p.created_at",
            "FROM post p JOIN post q ON q.topic_id = p.topic_id "
            "AND q.post_number = p.reply_to_post_number",
        ),
    ),
    HostPart(
        table="interactions",
        origin="post_actions",
        query=_to("like", "a", "a.user_id", "p.user_id", "a.created_at", _LIKE),
    ),
    HostPart(
        table="interactions",
        origin="quoted_posts",
        query=_to(
            "quote", "x", "p.user_id", "q.user_id", "p.created_at",
            "FROM quoted_posts x JOIN post p ON p.id = x.post_id "
            "JOIN post q ON q.id = x.quoted_post_id WHERE (q.topic_id <> p.topic_id "
            "OR q.post_number IS DISTINCT FROM p.reply_to_post_number)",
        ),
    ),
    HostPart(
        table="interactions",
        origin="discourse_solved_solved_topics",
        query=_to(
            "accept", "s", "s.accepter_user_id", "p.user_id", "s.created_at",
            "FROM discourse_solved_solved_topics s JOIN post p ON p.id = s.answer_post_id "
            "JOIN person u ON u.id = s.accepter_user_id",
        ),
    ),
    _muted("muted_users", "muted_user_id"),
    _muted("ignored_users", "ignored_user_id"),
)  # fmt: skip
