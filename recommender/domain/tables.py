"""What a snapshot holds on disk: file names, columns and types, in one place.

Ingestion writes these files and the recommender reads them; neither imports the other.
A person's row is her place in `people.parquet`, which is sorted by the bytes of `person_id`;
topics and objects likewise.
"""

from __future__ import annotations

import pyarrow as pa

HALF_LIVES = (14, 30, 90, 180, 365, 730)
"""Half-lives, in days, at which every matrix stores a decayed sum."""

TIME = pa.timestamp("us")
"""All times are UTC, to the microsecond, without a zone."""


def decay_column(half_life_days: int) -> str:
    """The column that holds the sum of weight · 2^(-age / half-life).

    >>> decay_column(180)
    'decay_180'
    """
    return f"decay_{half_life_days}"


MEASURES: dict[str, pa.DataType] = {
    "count": pa.int32(),
    "active_days": pa.int32(),
    "first_at": TIME,
    "last_at": TIME,
    "weight": pa.float32(),
    **{decay_column(h): pa.float32() for h in HALF_LIVES},
}
"""Columns of every matrix after its keys: events, distinct UTC days, times, sum of weights."""

VIEW_WEIGHT = 0.05
"""Weight of having looked at something. Who did no more than that took no part in it."""

MATRICES: dict[str, tuple[str, ...]] = {
    "person_topic": ("person", "topic"),
    "person_contact": ("person", "contact"),
    "person_contact_topic": ("person", "contact", "topic"),
    "person_object": ("person", "object"),
}
"""Each matrix and its key columns: int32 rows; files are sorted by them, and they are unique.

`person_contact` is directed: person addressed contact. In `person_object` the person acted on the
object, by an activity or by addressing somebody there.
"""

ENTITIES: dict[str, pa.Schema] = {
    "people": pa.schema(
        {
            "person_id": pa.string(),
            "display_name": pa.string(),
            "organisation": pa.string(),
            "role": pa.string(),
            "sector": pa.string(),
            "level": pa.float32(),
            "languages": pa.list_(pa.string()),
            "timezone": pa.string(),
            "joined_at": TIME,
            "discoverable": pa.bool_(),
        }
    ),
    "topics": pa.schema(
        {
            "topic_id": pa.string(),
            "label": pa.string(),
            "parent": pa.int32(),
            "description": pa.string(),
        }
    ),
    "objects": pa.schema({"object_id": pa.string(), "topic": pa.int32(), "title": pa.string()}),
}
"""What rows stand for. `parent` and `topic` are topic rows, null where unknown;
`discoverable` is never null."""

RELATIONS: dict[str, pa.Schema] = {
    "connections": pa.schema(
        {"person": pa.int32(), "contact": pa.int32(), "connected_at": TIME, "ended_at": TIME}
    ),
    "goals": pa.schema(
        {
            "person": pa.int32(),
            "topic": pa.int32(),
            "direction": pa.string(),
            "level": pa.float32(),
            "set_at": TIME,
        }
    ),
    "skills": pa.schema({"person": pa.int32(), "topic": pa.int32(), "level": pa.float32()}),
    "blocks": pa.schema(
        {"person": pa.int32(), "contact": pa.int32(), "kind": pa.string(), "created_at": TIME}
    ),
}
"""Declared facts, always present though often empty; keys as in `MATRICES`.

`direction` is 'learn' or 'offer'; `kind` is 'block', 'mute' or 'dismiss'; levels are 0 to 4."""

EVENTS: dict[str, pa.Schema] = {
    "activities": pa.schema(
        {
            "person": pa.int32(),
            "topic": pa.int32(),
            "object": pa.int32(),
            "occurred_at": TIME,
            "weight": pa.float64(),
        }
    ),
    "interactions": pa.schema(
        {
            "person": pa.int32(),
            "contact": pa.int32(),
            "topic": pa.int32(),
            "object": pa.int32(),
            "occurred_at": TIME,
            "weight": pa.float64(),
        }
    ),
}
"""What the matrices sum up, event by event, in order of time, then of the other columns.

They make it possible to look back: what was known at any earlier time. Topics of interactions
and objects are null where unknown."""

QUARANTINE = pa.schema(
    {
        "source": pa.string(),
        "table": pa.string(),
        "file": pa.string(),
        "row": pa.int64(),
        "reason": pa.string(),
        "column": pa.string(),
        "value": pa.string(),
    }
)
"""Rows kept out, and rows kept in spite of a value that could not be used.

`source` is the kind of host data, `row` counts from 1 (a line for text files), `reason` is a code,
`value` is cut at 200 bytes."""


def matrix_schema(name: str) -> pa.Schema:
    """The schema of one matrix file."""
    keys = {key: pa.int32() for key in MATRICES[name]}
    return pa.schema({**keys, **MEASURES})


def snapshot_schemas() -> dict[str, pa.Schema]:
    """Every file of a snapshot, without `.parquet`, and its schema."""
    matrices = {name: matrix_schema(name) for name in MATRICES}
    return {**ENTITIES, **matrices, **EVENTS, **RELATIONS, "quarantine": QUARANTINE}
