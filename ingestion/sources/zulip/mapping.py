"""What of a Zulip export becomes which native table, in the engine's SQL.

Channels are topics, and the threads in them objects. Only people with an account act or are
addressed, and only in channels that everybody may join.
"""

from __future__ import annotations

from ingestion.sources.sheets import Mapped

_WITH = """
    WITH p AS MATERIALIZED (SELECT id, name FROM users WHERE id IS NOT NULL AND bot = 'false'),
    m AS MATERIALIZED (
        SELECT m._file, m._row, m.id, m.sender, m.made, s.id AS stream,
            regexp_replace(m.subject, '^(✔ *)+', '') AS subject,
            s.id || '/' || lower(regexp_replace(m.subject, '^(✔ *)+', '')) AS thread
        FROM messages m JOIN recipients r ON r.id = m.recipient AND r.kind = '2'
        JOIN streams s ON s.id = r.target AND s.private = 'false' JOIN p ON p.id = m.sender
    )
"""

_PEOPLE = """
    SELECT _file, _row, id AS person_id, name AS display_name, timezone, joined AS joined_at,
        active AS discoverable, _error, _text
    FROM users WHERE bot = 'false' OR _error IS NOT NULL
"""
_TOPICS = """
    SELECT _file, _row, id AS topic_id, name AS label, description, _error, _text
    FROM streams WHERE private = 'false' OR _error IS NOT NULL
"""
_OBJECTS = f"""
    {_WITH} SELECT min(_file) AS _file, arg_min(_row, (_file, _row)) AS _row, thread AS object_id,
        any_value(stream) AS topic_id, arg_max(subject, (_file, _row)) AS title
    FROM m GROUP BY thread
"""  # noqa: S608 - of constants
_ACTIVITIES = f"""
    SELECT * FROM ({_WITH} SELECT _file, _row, sender AS person_id, stream AS topic_id,
        made AS occurred_at, 'post' AS verb, thread AS object_id, NULL AS _error, NULL AS _text
        FROM m)
    UNION ALL SELECT _file, _row, NULL, NULL, NULL, NULL, NULL, _error, _text
    FROM messages WHERE _error IS NOT NULL
"""  # noqa: S608 - of constants
_INTERACTIONS = f"""
    {_WITH},
    single AS (SELECT name, min(id) AS id FROM p GROUP BY name HAVING count(*) = 1),
    told AS (
        SELECT a._file, a._row, m.sender AS person, coalesce(a.person, n.id) AS contact, a.verb,
            m.made, m.stream, m.thread
        FROM addressed a JOIN m ON m.id = a.message LEFT JOIN single n ON n.name = a.name
        UNION ALL
        SELECT r._file, r._row, r.person, m.sender, 'react', m.made, m.stream, m.thread
        FROM reactions r JOIN m ON m.id = r.message
    )
    SELECT DISTINCT ON (person, contact, verb, t.made, thread) t._file, t._row,
        person AS person_id, contact AS contact_id, made AS occurred_at, verb,
        stream AS topic_id, thread AS object_id
    FROM told t SEMI JOIN p a ON a.id = t.person SEMI JOIN p b ON b.id = t.contact
    WHERE person <> contact ORDER BY person, contact, verb, t.made, thread, t._file, t._row
"""  # noqa: S608 - of constants


def parts(origins: tuple[str, ...]) -> list[Mapped]:
    """The native tables, of sheets whose rows lie in these files."""
    queries = {
        "people": _PEOPLE,
        "topics": _TOPICS,
        "objects": _OBJECTS,
        "activities": _ACTIVITIES,
        "interactions": _INTERACTIONS,
    }
    return [Mapped(table=name, origins=origins, query=sql) for name, sql in queries.items()]
