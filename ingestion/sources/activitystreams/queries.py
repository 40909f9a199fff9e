"""What of the sheets becomes a native table: SQL over what `recorder` laid down."""

# ruff: noqa: S608 - queries are made of each other, and hold nothing that a host says

from __future__ import annotations

from ingestion.sources.sheets import Mapped

_AT = "TRY_CAST({} AS TIMESTAMPTZ)"

# Mastodon calls a post ACTOR/statuses/NUMBER, so whose it is shows even where it is not there.
_AUTHOR = (
    "nullif(regexp_extract({}, '^(https?://[^/]+/(?:ap/)?users/[^/]+)/statuses/[0-9]+$', 1), '')"
)

# The last version of each post that is still there, with a row for each of its authors. What only
# its id was told of gives way to the post itself.
_POSTS = f"""
posts_now AS (
    SELECT p.* FROM posts p ANTI JOIN gone g ON g.id = p.key ANTI JOIN gone h ON h.id = p.author
    QUALIFY rank() OVER (PARTITION BY p.key
        ORDER BY p.whole DESC, {_AT.format("p.stamp")} DESC NULLS LAST, p._file, p._row) = 1
),
whole_posts AS (
    SELECT * FROM posts_now
    QUALIFY row_number() OVER (PARTITION BY key ORDER BY author NULLS LAST) = 1
),
"""

# Whom rows are never about: actors who are no persons, were suspended, or are gone.
_NOBODY = """
nobody AS (SELECT id FROM actors WHERE kind <> 'Person' UNION SELECT id FROM gone),
"""

# What a public post stands in: its conversation, or that of what it answers, or what it answers, or
# itself.
_TOLD = """
told AS (
    SELECT p.key, p.parent, p.title, p.open, p.moment, p._file, p._row,
        CASE WHEN NOT starts_with(p.key, '_:') THEN p.key END AS itself,
        CASE WHEN p.open = '1' THEN coalesce(p.thread, q.thread, p.parent, itself) END AS object
    FROM whole_posts p LEFT JOIN whole_posts q ON q.key = p.parent
),
"""

# Tags belong to the version of the post that counts, which the place of its row says. A public
# answer without hashtags is about what its thread was opened with.
_TOPICS = f"""
tagged AS (
    SELECT t.key, t.topic, t.label, t.place, w.object, w.parent, w.moment, w._file, w._row
    FROM tags t JOIN told w ON w.key = t.key AND w._file = t._file AND w._row = t._row
    WHERE w.open = '1'
),
opened AS (
    SELECT object, topic, min(place) AS place FROM (
        SELECT *, rank() OVER (PARTITION BY object
            ORDER BY {_AT.format("moment")} NULLS LAST, _file, _row, key) AS turn
        FROM tagged WHERE parent IS NULL AND object IS NOT NULL)
    WHERE turn = 1 GROUP BY ALL
),
about AS (
    SELECT key, topic, min(place) AS place FROM tagged GROUP BY ALL
    UNION ALL
    SELECT w.key, o.topic, o.place FROM told w JOIN opened o ON o.object = w.object
    WHERE w.parent IS NOT NULL AND w.key NOT IN (SELECT key FROM tagged)
),
main AS (SELECT key, arg_min(topic, (place, topic)) AS topic FROM about GROUP BY key),
"""

# Acts that were not taken back: by the id of the act, or where it has none, by what it was.
_ACTS = f"""
acts_now AS (
    SELECT a.* FROM acts a
    ANTI JOIN (SELECT act FROM undone WHERE act IS NOT NULL) u ON u.act = a.key
    ANTI JOIN gone g ON g.id = a.key
    ANTI JOIN gone h ON h.id = a.object
    ANTI JOIN undone t ON t.verb = a.verb AND t.actor = a.actor AND t.object = a.object
        AND (t.act IS NULL OR starts_with(a.key, '_:'))
        AND coalesce({_AT.format("a.moment")} <= {_AT.format("t.moment")}, true)
    QUALIFY row_number() OVER (
        PARTITION BY a.key, a.verb, a.actor, a.object ORDER BY a._file, a._row) = 1
),
"""

# Who is at which address, by what mentions and actors say.
_ADDRESSES = """
addresses AS (
    SELECT address, arg_min(id, (weight, id)) AS id FROM (
        SELECT address, id, 0 AS weight FROM actors
        UNION ALL SELECT address, person, 1 FROM mentions)
    WHERE address IS NOT NULL GROUP BY address
),
accounts AS (
    SELECT l._file, l._row, l.kind, o.id AS owner, coalesce(a.id, 'acct:' || l.address) AS other
    FROM listed l JOIN (SELECT folder, min(id) AS id FROM owners GROUP BY folder) o USING (folder)
    LEFT JOIN addresses a ON a.address = l.address
),
"""

_PERSONS = "person_id IS NULL OR person_id NOT IN (SELECT id FROM nobody)"
_BOTH = (
    f"contact_id IS NOT NULL AND person_id IS DISTINCT FROM contact_id AND ({_PERSONS}) "
    "AND contact_id NOT IN (SELECT id FROM nobody)"
)

_ACTIVITIES = f"""
WITH {_POSTS}{_NOBODY}{_TOLD}{_TOPICS}{_ACTS}
found AS (
    SELECT p._file, p._row, p.author AS person_id, b.topic AS topic_id, p.moment AS occurred_at,
        CASE WHEN p.parent IS NULL THEN 'post' ELSE 'reply' END AS verb, w.object AS object_id
    FROM posts_now p JOIN told w USING (key) JOIN about b USING (key)
    UNION ALL
    SELECT a._file, a._row, a.actor, b.topic, a.moment, a.verb, w.object
    FROM acts_now a JOIN told w ON w.key = a.object JOIN about b ON b.key = a.object
    WHERE a.verb IN ('like', 'react', 'share', 'view')
)
SELECT *, NULL::VARCHAR AS _error, NULL::VARCHAR AS _text FROM found WHERE {_PERSONS}
UNION ALL
SELECT _file, _row, NULL, NULL, NULL, NULL, NULL, _error, _text FROM spoilt
"""

_INTERACTIONS = f"""
WITH {_POSTS}{_NOBODY}{_TOLD}{_TOPICS}{_ACTS}
authors AS (SELECT DISTINCT key, author FROM posts_now),
answered AS (
    SELECT p._file, p._row, p.key, p.author, p.moment, v.verb, v.other FROM posts_now p,
        LATERAL (VALUES ('reply', p.parent), ('quote', p.quoted)) v(verb, other)
    WHERE v.other IS NOT NULL AND v.other NOT IN (SELECT id FROM gone)
),
addressed AS (
    SELECT a.*, coalesce(o.author, {_AUTHOR.format("a.other")}) AS contact
    FROM answered a LEFT JOIN authors o ON o.key = a.other
),
mentioned AS (
    SELECT DISTINCT p._file, p._row, p.key, p.author, p.moment, 'mention' AS verb,
        m.person AS contact
    FROM posts_now p
    JOIN mentions m ON m.key = p.key AND m._file = p._file AND m._row = p._row
    ANTI JOIN addressed d ON d.key = p.key AND d.contact = m.person
),
found AS (
    SELECT d._file, d._row, d.author AS person_id, d.contact AS contact_id, d.moment AS occurred_at,
        d.verb, m.topic AS topic_id, w.object AS object_id
    FROM (SELECT * EXCLUDE (other) FROM addressed UNION ALL BY NAME SELECT * FROM mentioned) d
    JOIN told w ON w.key = d.key LEFT JOIN main m ON m.key = d.key
    UNION ALL
    SELECT a._file, a._row, a.actor, coalesce(o.author, {_AUTHOR.format("a.object")}), a.moment,
        a.verb, m.topic, w.object
    FROM acts_now a LEFT JOIN authors o ON o.key = a.object
    LEFT JOIN told w ON w.key = a.object LEFT JOIN main m ON m.key = a.object
    WHERE a.verb IN ('like', 'react', 'share')
    UNION ALL
    SELECT _file, _row, actor, object, moment, verb, NULL, NULL FROM acts_now
    WHERE verb = 'follow' AND moment IS NOT NULL
)
SELECT * FROM found WHERE {_BOTH}
"""

# A name for everybody who has one; of several, the first.
_PEOPLE = f"""
WITH {_POSTS}{_NOBODY}
named AS (
    SELECT _file, _row, id AS person_id, name AS display_name, joined AS joined_at, discoverable,
        0 AS turn
    FROM actors
    UNION ALL
    SELECT m._file, m._row, m.person, '@' || m.address, NULL, NULL, 1
    FROM mentions m JOIN posts_now p ON p.key = m.key AND p._file = m._file AND p._row = m._row
    WHERE m.address IS NOT NULL
)
SELECT * EXCLUDE (turn) FROM named WHERE {_PERSONS}
QUALIFY row_number() OVER (
    PARTITION BY person_id ORDER BY turn, discoverable NULLS LAST, _file, _row, display_name) = 1
"""

_TOPIC_ROWS = f"""
WITH {_POSTS}{_TOLD}{_TOPICS}
last AS (SELECT 1)
SELECT _file, _row, topic AS topic_id, label FROM tagged
QUALIFY row_number() OVER (PARTITION BY topic ORDER BY _file, _row, place) = 1
"""

_OBJECTS = f"""
WITH {_POSTS}{_TOLD}{_TOPICS}
last AS (SELECT 1)
SELECT w._file, w._row, w.object AS object_id, m.topic AS topic_id, w.title
FROM told w LEFT JOIN main m ON m.key = w.key WHERE w.object IS NOT NULL AND w.parent IS NULL
QUALIFY row_number() OVER (
    PARTITION BY w.object ORDER BY {_AT.format("w.moment")} NULLS LAST, w._file, w._row) = 1
"""

# What was followed and given up again is a connection that ended, where it is known when.
_CONNECTIONS = f"""
WITH {_NOBODY}{_ACTS}{_ADDRESSES}
ends AS (
    SELECT key, arg_min(moment, {_AT.format("moment")}) AS moment FROM (
        SELECT a.key, u.moment FROM acts a JOIN undone u ON u.act = a.key
        UNION ALL
        SELECT a.key, u.moment FROM acts a JOIN undone u ON u.verb = a.verb
            AND u.actor = a.actor AND u.object = a.object
            AND (u.act IS NULL OR starts_with(a.key, '_:'))
            AND {_AT.format("a.moment")} <= {_AT.format("u.moment")})
    GROUP BY key
),
found AS (
    SELECT _file, _row, actor AS person_id, object AS contact_id, moment AS connected_at,
        NULL::VARCHAR AS ended_at
    FROM acts_now WHERE verb = 'follow'
    UNION ALL
    SELECT a._file, a._row, a.actor, a.object, a.moment, e.moment
    FROM acts a JOIN ends e ON e.key = a.key WHERE a.verb = 'follow' AND e.moment IS NOT NULL
    UNION ALL
    SELECT _file, _row, owner, other, NULL, NULL FROM accounts WHERE kind = 'follow'
)
SELECT * FROM found WHERE {_BOTH}
"""

_BLOCKS = f"""
WITH {_NOBODY}{_ACTS}{_ADDRESSES}
found AS (
    SELECT _file, _row, actor AS person_id, object AS contact_id, verb AS kind, moment AS created_at
    FROM acts_now WHERE verb IN ('block', 'mute')
    UNION ALL
    SELECT _file, _row, owner, other, kind, NULL FROM accounts WHERE kind <> 'follow'
)
SELECT * FROM found WHERE {_BOTH}
"""


def parts(origins: tuple[str, ...]) -> list[Mapped]:
    """The native tables, of files that are called `origins`."""
    queries = {
        "people": _PEOPLE,
        "topics": _TOPIC_ROWS,
        "objects": _OBJECTS,
        "activities": _ACTIVITIES,
        "interactions": _INTERACTIONS,
        "connections": _CONNECTIONS,
        "blocks": _BLOCKS,
    }
    return [
        Mapped(table=name, origins=origins, query=query.strip()) for name, query in queries.items()
    ]
