"""What of a dump becomes which native table, in the engine's SQL.

A question is an object, its tags are topics. Who asks, answers or comments is active in each of the
tags. Ids below 0 are no people but the host itself; what has been handed to the community is
nobody's any more; and whoever has deleted her account has no id.
"""

from __future__ import annotations

from ingestion.sources.sheets import Mapped

_POSTS = """
    SELECT _file, _row, id, kind, made, title, accepted,
        CASE WHEN kind = '1' THEN id ELSE parent END AS question,
        CASE WHEN community IS NULL AND NOT starts_with(owner, '-') THEN owner END AS person,
        string_split(trim(replace(tags, '><', '|'), '<>| '), '|') AS tags
    FROM posts WHERE kind IN ('1', '2') AND id IS NOT NULL
"""
"""Questions and answers. Tags are told as <a><b> or as |a|b|."""

_WITH = f"""
    WITH p AS MATERIALIZED ({_POSTS}),
    q AS (SELECT id, person, accepted, tags, tags[1] AS tag FROM p WHERE kind = '1'),
    c AS (
        SELECT _file, _row, post, author, made, rtrim(lower(mention), '.''’*-') AS mention
        FROM comments WHERE id IS NOT NULL AND NOT starts_with(author, '-')
    )
"""  # noqa: S608 - of constants, as all here

_OBJECTS = f"""
    SELECT _file, _row, id AS object_id, tags[1] AS topic_id, title
    FROM ({_POSTS}) WHERE kind = '1'
"""  # noqa: S608

_ACTIVE = f"""
    {_WITH},
    done AS (
        SELECT p._file, p._row, p.person, p.made, q.tags, q.tag, q.id AS question,
            CASE kind WHEN '1' THEN 'post' ELSE 'answer' END AS verb
        FROM p JOIN q ON q.id = p.question WHERE p.person IS NOT NULL
    ),
    spread AS (
        SELECT _file, _row, person, made, verb, question, tag AS main, unnest(tags) AS tag FROM done
        UNION ALL
        SELECT c._file, c._row, c.author, c.made, 'comment', q.id, q.tag, q.tag
        FROM c JOIN p ON p.id = c.post JOIN q ON q.id = p.question
    )
    SELECT _file, _row, person AS person_id, tag AS topic_id, made AS occurred_at, verb,
        CASE WHEN tag = main THEN question END AS object_id, NULL AS _error, NULL AS _text
    FROM spread
"""  # noqa: S608

_BROKEN = """
    SELECT _file, _row, NULL, NULL, NULL, NULL, NULL, 'a post without Id or PostTypeId', title
    FROM posts WHERE id IS NULL OR kind IS NULL
    UNION ALL
    SELECT _file, _row, NULL, NULL, NULL, NULL, NULL, 'a comment without Id or PostId', NULL
    FROM comments WHERE id IS NULL OR post IS NULL
"""

_ADDRESSED = f"""
    {_WITH},
    mentions AS (SELECT * FROM c WHERE mention IS NOT NULL),
    named AS (
        SELECT c.post, c.author, c._row, lower(replace(u.name, ' ', '')) AS name
        FROM c SEMI JOIN mentions m ON m.post = c.post JOIN users u ON u.id = c.author
    ),
    said AS (
        SELECT c.*, NULL AS named FROM c WHERE mention IS NULL
        UNION ALL
        SELECT m.*, n.author FROM mentions m ASOF LEFT JOIN named n
        ON m.post = n.post AND m.mention = n.name AND m._row > n._row
    ),
    accepted AS (SELECT post, min(made) AS made FROM votes GROUP BY post),
    told AS (
        SELECT a._file, a._row, a.person, q.person AS contact, a.made, 'answer' AS verb,
            q.id AS question, q.tag
        FROM p a JOIN q ON q.id = a.question WHERE a.kind = '2'
        UNION ALL
        SELECT a._file, a._row, q.person, a.person,
            CASE WHEN v.made > a.made THEN v.made ELSE a.made END, 'accept', q.id, q.tag
        FROM p a JOIN q ON q.id = a.question AND q.accepted = a.id
        LEFT JOIN accepted v ON v.post = a.id WHERE a.kind = '2'
        UNION ALL
        SELECT s._file, s._row, s.author, coalesce(s.named, p.person), s.made, 'comment', q.id,
            q.tag
        FROM said s JOIN p ON p.id = s.post JOIN q ON q.id = p.question
    )
    SELECT _file, _row, person AS person_id, contact AS contact_id, made AS occurred_at, verb,
        tag AS topic_id, question AS object_id
    FROM told WHERE person <> contact
"""  # noqa: S608

_PEOPLE = """
    SELECT _file, _row, id AS person_id, name AS display_name, joined AS joined_at,
        CASE WHEN TRY_CAST(reputation AS DOUBLE) > 0
            THEN log10(least(TRY_CAST(reputation AS DOUBLE), 10000))::VARCHAR END AS level,
        CASE WHEN id IS NULL THEN 'a user without Id' END AS _error, NULL AS _text
    FROM users WHERE id IS NULL OR NOT starts_with(id, '-')
"""


def parts(origins: tuple[str, ...]) -> list[Mapped]:
    """The native tables, of sheets whose rows lie in these files."""
    queries = {
        "people": _PEOPLE,
        "topics": "SELECT _file, _row, name AS topic_id, name AS label FROM tags",
        "objects": _OBJECTS,
        "activities": f"SELECT * FROM ({_ACTIVE}) UNION ALL {_BROKEN}",  # noqa: S608
        "interactions": _ADDRESSED,
    }
    return [Mapped(table=name, origins=origins, query=sql) for name, sql in queries.items()]
