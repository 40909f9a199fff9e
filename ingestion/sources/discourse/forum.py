"""Discourse forums as a source: folders of their JSON pages, as the site gives them.

Categories and tags are topics, the forum's topics are objects, and posts say who replied to whom,
and whom they mention and quote. What is not open to every member says only who had to do with whom.
"""

from __future__ import annotations

from contextlib import ExitStack

from ingestion.engine import Engine
from ingestion.places import Place
from ingestion.sources.base import Tables
from ingestion.sources.discourse.laying import Laying
from ingestion.sources.discourse.pages import FORMS, any_saved, files, read
from ingestion.sources.sheets import Mapped, mapped
from recommender.domain.errors import InputDataError

_BEFORE = """
    WITH once AS (
        SELECT * FROM posts WHERE _error IS NULL
        QUALIFY row_number() OVER (PARTITION BY id ORDER BY _file, _row) = 1
    ),
    rooms AS (
        SELECT id, max(name) AS name, max(parent) AS parent, max(description) AS description,
            max(closed) IS NOT NULL AS closed, min((_file, _row)) AS first
        FROM categories GROUP BY id
    ),
    threads_once AS (
        SELECT id, max(title) AS title, max(category) AS category, min((_file, _row)) AS first,
            coalesce(bool_or(archetype = 'private_message'), true) AS private,
            max(gone) IS NOT NULL AS gone
        FROM threads GROUP BY id
    ),
    open AS (
        SELECT t.id, t.title, t.first, 'category-' || t.category AS topic
        FROM threads_once t LEFT JOIN rooms r ON r.id = t.category
        WHERE NOT t.private AND NOT t.gone AND NOT coalesce(r.closed, false)
    ),
    gone AS (SELECT id FROM threads_once WHERE gone),
    names AS (
        SELECT username, max_by(id, (coalesce(seen, ''), id)) AS id
        FROM accounts WHERE username IS NOT NULL GROUP BY username
    )
"""
_ACTIVITIES = """
    SELECT p._file, p._row, p.author AS person_id, t.topic AS topic_id, p.at AS occurred_at,
        CASE p.number WHEN '1' THEN 'post' ELSE 'reply' END AS verb, t.id AS object_id,
        NULL AS _error, NULL AS _text
    FROM once p JOIN open t ON t.id = p.thread WHERE t.topic IS NOT NULL
    UNION ALL
    SELECT DISTINCT p._file, p._row, p.author, 'tag-' || g.tag, p.at,
        CASE p.number WHEN '1' THEN 'post' ELSE 'reply' END, NULL, NULL, NULL
    FROM once p JOIN open t ON t.id = p.thread JOIN tags g ON g.thread = p.thread
    WHERE g.tag IS NOT NULL
    UNION ALL
    SELECT _file, _row, NULL, NULL, NULL, NULL, NULL, _error, _text
    FROM posts WHERE _error IS NOT NULL
"""
_INTERACTIONS = """
    SELECT s._file, s._row, s.author AS person_id, s.whom AS contact_id, s.at AS occurred_at,
        s.verb, t.topic AS topic_id, t.id AS object_id
    FROM (
        SELECT p._file, p._row, p.author, coalesce(q.author, n.id) AS whom, p.at, 'reply' AS verb,
            p.thread
        FROM once p LEFT JOIN once q ON q.thread = p.thread AND q.number = p.parent
            LEFT JOIN names n ON n.username = p.parent_name
        UNION ALL
        SELECT s._file, s._row, s.author, n.id, s.at, s.verb, s.thread
        FROM said s JOIN once p ON p.id = s.post AND p._file = s._file AND p._row = s._row
            JOIN names n ON n.username = s.name
        UNION ALL
        SELECT min(l._file), min(l._row), l.author, l.whom, l.at, 'like', l.thread
        FROM likes l GROUP BY l.author, l.whom, l.at, l.thread
    ) s LEFT JOIN open t ON t.id = s.thread
    WHERE s.whom <> s.author AND s.thread NOT IN (FROM gone)
"""
_PEOPLE = """
    SELECT min(_file) AS _file, min(_row) AS _row, id AS person_id,
        max_by(name, (coalesce(seen, ''), name)) AS display_name,
        max_by(role, (coalesce(seen, ''), role)) AS role,
        coalesce(min(joined), min(seen)) AS joined_at
    FROM accounts GROUP BY id
"""
_TOPICS = """
    SELECT first[1] AS _file, first[2] AS _row, 'category-' || id AS topic_id, name AS label,
        'category-' || parent AS parent_topic_id, description
    FROM rooms WHERE NOT closed
    UNION ALL
    SELECT min(_file), min(_row), 'tag-' || tag, tag, NULL, NULL
    FROM tags JOIN open t ON t.id = tags.thread WHERE tag IS NOT NULL GROUP BY tag
"""
_OBJECTS = """
    SELECT first[1] AS _file, first[2] AS _row, id AS object_id, topic AS topic_id, title FROM open
"""
_QUERIES = {
    "people": _PEOPLE,
    "topics": _TOPICS,
    "objects": _OBJECTS,
    "activities": _ACTIVITIES,
    "interactions": _INTERACTIONS,
}


class DiscoursePages:
    """Saved JSON pages of a forum, in any order and with any names that end in .json."""

    name = "discourse"
    summary = "a folder of a Discourse forum's JSON pages, such as /t/ID.json and /posts.json"
    schemes: tuple[str, ...] = ()

    def recognises(self, place: Place) -> bool:
        """Whether there are pages with posts, told by how they begin."""
        return any_saved(files(place.paths))

    def tables(self, place: Place, engine: Engine) -> Tables:
        """Posts as activities, and who replied to, mentioned, quoted or liked whom."""
        found, known = files(place.paths), False
        with ExitStack() as stack:
            laying = Laying(engine)
            sheets = [stack.enter_context(sheet) for sheet in laying.sheets.values()]
            for file, path in enumerate(found):
                page = read(path)
                known = known or page.form in FORMS
                laying.page(file, page)
        if not known:
            raise InputDataError(
                f"{place} holds no page of a Discourse forum; save /t/ID.json or /posts.json there"
            )
        single = len(place.paths) == 1 and place.paths[0].is_dir()
        origins = tuple(str(p.relative_to(place.paths[0]) if single else p) for p in found)
        parts = [
            Mapped(table=table, origins=origins, query=_BEFORE + query)
            for table, query in _QUERIES.items()
        ]
        return mapped(engine, sheets, parts)
