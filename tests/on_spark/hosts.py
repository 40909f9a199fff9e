"""Hosts whose data is as odd as data gets, in every format, for two engines to agree on."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.ingestion.tables import activity, interaction, write_table

EVENTS = [
    "ada", "Ada", "ADA", "ada ", " ada", "é", "e\u0301", "\U0001f600", "\ufb01", "\uffff",
    "\u2028", " \u2028 ", "\u00a0", "İ", "ΣΑΣ", "a'b", 'a"b', "a`b", "a\\b", "a,b", "%_",
    "{x}", "null", "NULL", "nan", "0", "00", "-1", "x" * 256,
]  # fmt: skip
"""Ids that are good, however odd; some differ only in what other tools take for the same."""
BAD_IDS = ["", " ", "\t", "a\x7f", "x" * 257, "é" * 129, '["a"]', '{"a": 1}']
TIMES = [
    "2024-05-01", "2024-05-01T08:00:00Z", "2024-05-01 08:00:00.123456+02:00", "1969-12-31",
    "0001-01-01", "2024-06-30T23:59:59.999999", "2024-07-01", "infinity", "soon", "9999-12-31",
]  # fmt: skip
FIRST = datetime(2024, 3, 4)


def write_nasty(folder: Path) -> Path:
    """A host with a table in each format, and everything wrong with it that checks know of."""
    folder.mkdir()
    _write_text(folder)
    _write_typed(folder / "activities")
    _write_broken(folder)
    return folder


def _write_text(folder: Path) -> None:
    """Ids, times, words and decisions of every kind, as text."""
    ids = [*EVENTS, *BAD_IDS]
    pairs = zip(ids, [*ids[1:], "ada"], strict=True)
    talks = [
        interaction(one, other, TIMES[n % len(TIMES)], topic_id=f"T{n % 5}",
                    object_id=f"o{n % 7}" if n % 3 else None,
                    verb=("reply", "REPLY", "LİKE", "ΛΌΓΟΣ", "")[n % 5],
                    weight=(None, "1.5", "1e400", "-1", "abc", "0.1")[n % 6])
        for n, (one, other) in enumerate(pairs)
    ]  # fmt: skip
    write_table(folder / "interactions.jsonl", [*talks, *talks[:9], interaction("ada", "ada")])
    write_table(
        folder / "people.csv",
        [
            {"person_id": each, "display_name": f"{each} ", "level": ("3", "9", "x", None)[n % 4],
             "languages": ("en", " de; fr,en ", '["es", "pt"]', ";", None)[n % 5],
             "discoverable": ("yes", "no", "maybe", None)[n % 4], "joined_at": TIMES[n % 10],
             "shoe_size": "9"}
            for n, each in enumerate([*EVENTS, *EVENTS[:3], "bot"])
        ],
    )  # fmt: skip
    write_table(
        folder / "blocks.csv.gz",
        [
            {"person_id": "ada", "contact_id": each, "kind": kind, "created_at": at}
            for each, kind, at in zip(
                ["Ada", "é", "nobody", "İ", "ada", "Ada"],
                ["block", "MUTE", "dİsmiss", "hate", "mute", "block"],
                ["2024-01-01", "soon", "2030-01-01", None, None, "2024-01-01"],
                strict=True,
            )
        ],
    )
    write_table(
        folder / "goals.ndjson",
        [
            {"person_id": "ada", "topic_id": topic, "direction": way, "level": level}
            for topic, way, level in [("T1", "LEARN", 3), ("T1", "offer", "x"), ("T2", None, 0.1),
                                      ("T1", "LEARN", 3), ("T9", "teach", 1), ("T3", "learn", -0.0)]
        ],
    )  # fmt: skip


def _write_typed(folder: Path) -> None:
    """Events with columns of their own types, in many files of three shapes."""
    folder.mkdir()
    size = 120
    at = [FIRST + timedelta(minutes=7 * n, microseconds=n) for n in range(size)]
    weights = [float(n % 9) / 7 for n in range(size)]
    weights[:8] = [float("nan"), float("inf"), -1.5, 1e20, 12345678.5, 1e7, -1e-5, 1e6]
    columns = {
        "person_id": [EVENTS[n % len(EVENTS)] for n in range(size)],
        "topic_id": [f"T{n % 6}" for n in range(size)],
        "verb": ["post"] * size,
        "object_id": [None if n % 2 else n % 11 for n in range(size)],
        "weight": weights,
        "Topic_ID": ["another"] * size,
    }
    for number, kind in enumerate([pa.timestamp("us"), pa.timestamp("ms", "Asia/Tokyo"),
                                   pa.timestamp("ns"), pa.timestamp("us")]):  # fmt: skip
        times = pa.array(at, pa.timestamp("us")).cast(kind, safe=False)
        pq.write_table(
            pa.table({**columns, "occurred_at": times}), folder / f"part-{number}.parquet"
        )
    odd = pa.array([2**62, -(2**62), 0, None], pa.int64()).cast(pa.timestamp("us", "UTC"))
    few = {name: values[10:14] for name, values in columns.items()}
    pq.write_table(pa.table({**few, "occurred_at": odd}), folder / "part-9.parquet")
    bot = [activity("bot", at=(FIRST + timedelta(seconds=9 * n)).isoformat()) for n in range(40)]
    write_table(folder / "part-é [x].parquet", bot)


def _write_broken(folder: Path) -> None:
    """Files with lines that cannot be read, and ids that are numbers."""
    (folder / "topics.csv").write_bytes(
        b'topic_id,label,parent_topic_id\nT0,Zero,\nT1,"One\nmore",T0\nT2,Two,T0,x\n\n'
        b'T3,\xff,T0\nT4,Four,T77\nT5,"never closed,T0\n'
    )
    (folder / "objects.jsonl").write_bytes(
        b'{"object_id": "o1", "topic_id": "T1", "title": "One"}\n{"object_id": \n[1]\n'
        b'{"object_id": "o2", "topic_id": "T99"}\n{"object_id": "3", "title": "\\ud800"}\n'
    )
    ties = {"person_id": [1, 2, 3], "contact_id": [2, 3, 3]}
    pq.write_table(pa.table({**ties, "ended_at": pa.array([5, None, 2**55], pa.timestamp("us"))}),
                   folder / "connections.parquet")  # fmt: skip
    skills = {"person_id": ["ada", "é"], "topic_id": ["T1", "T2"]}
    levels = pa.array([3, 4], pa.int8())
    pq.write_table(pa.table({**skills, "level": levels}), folder / "skills.parquet")
