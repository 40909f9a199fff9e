"""What of the sheets becomes a native table: SQL over what `recorder` laid down."""

# ruff: noqa: S608 - queries are made of each other, and hold nothing that a host says

from __future__ import annotations

from ingestion.sources.sheets import Mapped

# Every statement once, without those that were voided; and what its place says goes with it.
_NOW = """
now AS (
    SELECT s.* FROM statements s ANTI JOIN voids v ON v.id = s.key
    QUALIFY row_number() OVER (PARTITION BY s.key ORDER BY s._file, s._row) = 1
),
does AS (
    SELECT d.key, d.person FROM doers d
    JOIN now n ON n.key = d.key AND n._file = d._file AND n._row = d._row
),
"""

# Whoever speaks of a statement and names no topic speaks of that statement's.
_TOPICS = """
own AS (
    SELECT a.key, a.topic, a.place FROM about a
    JOIN now n ON n.key = a.key AND n._file = a._file AND n._row = a._row
),
refers AS (
    SELECT a.key, a.statement, a.verb FROM answers a
    JOIN now n ON n.key = a.key AND n._file = a._file AND n._row = a._row
),
topical AS (
    SELECT key, topic, min(place) AS place FROM (
        SELECT * FROM own
        UNION ALL
        SELECT r.key, o.topic, o.place FROM refers r JOIN own o ON o.key = r.statement
        WHERE r.key NOT IN (SELECT key FROM own))
    GROUP BY ALL
),
main AS (SELECT key, arg_min(topic, (place, topic)) AS topic FROM topical GROUP BY key),
placed AS (
    SELECT n.*, coalesce(n.object, r.object) AS meeting
    FROM now n LEFT JOIN now r ON r.key = n.ref
),
"""

_ACTIVITIES = f"""
WITH {_NOW}{_TOPICS}
found AS (
    SELECT n._file, n._row, d.person AS person_id, t.topic AS topic_id, n.moment AS occurred_at,
        n.verb, n.meeting AS object_id
    FROM placed n JOIN does d USING (key) JOIN topical t USING (key)
)
SELECT *, NULL::VARCHAR AS _error, NULL::VARCHAR AS _text FROM found
UNION ALL
SELECT _file, _row, NULL, NULL, NULL, NULL, NULL, _error, _text FROM spoilt
"""

_INTERACTIONS = f"""
WITH {_NOW}{_TOPICS}
meets AS (
    SELECT a.key, a.person, a.verb FROM addressed a
    JOIN now n ON n.key = a.key AND n._file = a._file AND n._row = a._row
    UNION
    SELECT r.key, d.person, r.verb FROM refers r JOIN does d ON d.key = r.statement
)
SELECT n._file, n._row, d.person AS person_id, m.person AS contact_id, n.moment AS occurred_at,
    m.verb, t.topic AS topic_id, n.meeting AS object_id
FROM placed n JOIN does d USING (key) JOIN meets m USING (key) LEFT JOIN main t USING (key)
WHERE d.person <> m.person
"""

_PEOPLE = f"""
WITH {_NOW}
known AS (SELECT DISTINCT key, _file, _row FROM now)
SELECT p._file, p._row, p.person AS person_id, p.name AS display_name
FROM names p JOIN known k ON k._file = p._file AND k._row = p._row
QUALIFY row_number() OVER (
    PARTITION BY p.person ORDER BY p.name IS NULL, p._file, p._row, p.name) = 1
"""

_TITLES = """
titled AS (
    SELECT * FROM things
    QUALIFY row_number() OVER (PARTITION BY id ORDER BY title IS NULL, _file, _row, title) = 1
),
"""

_TOPIC_ROWS = f"""
WITH {_NOW}{_TOPICS}{_TITLES}
met AS (SELECT DISTINCT topic FROM own)
SELECT t._file, t._row, t.id AS topic_id,
    coalesce(t.title, nullif(regexp_extract(t.id, '([^/#]+)[/#]*$', 1), '')) AS label
FROM titled t JOIN met m ON m.topic = t.id
"""

_OBJECTS = f"""
WITH {_NOW}{_TOPICS}{_TITLES}
met AS (
    SELECT n.object, arg_min(m.topic, (n._file, n._row)) AS topic
    FROM now n LEFT JOIN main m USING (key) WHERE n.object IS NOT NULL GROUP BY n.object
)
SELECT t._file, t._row, t.id AS object_id, m.topic AS topic_id, t.title
FROM titled t JOIN met m ON m.object = t.id
"""


def parts(origins: tuple[str, ...]) -> list[Mapped]:
    """The native tables, of files that are called `origins`."""
    queries = {
        "people": _PEOPLE,
        "topics": _TOPIC_ROWS,
        "objects": _OBJECTS,
        "activities": _ACTIVITIES,
        "interactions": _INTERACTIONS,
    }
    return [
        Mapped(table=name, origins=origins, query=query.strip()) for name, query in queries.items()
    ]
