"""Tiny hosts: native tables as lists of rows, written in any format, and snapshots read back."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.report import IngestReport
from ingestion.snapshot import ingest
from ingestion.trust import UNJUDGED
from recommender.domain.config import IngestConfig

Row = Mapping[str, Any]
Host = Mapping[str, Sequence[Row]]

AS_OF = datetime(2024, 7, 1)
CONFIG = IngestConfig(memory_limit_mb=256, threads=2)

ACTIVITY = ("person_id", "topic_id", "occurred_at", "verb", "object_id", "weight")
INTERACTION = (
    "person_id", "contact_id", "occurred_at", "verb", "topic_id", "object_id", "weight",
)  # fmt: skip

FORMATS = ("parquet", "csv", "csv.gz", "jsonl", "jsonl.gz", "ndjson")


def activity(person: str = "ada", topic: str = "maths", at: str = "2024-06-01", **more: Any) -> Row:
    """One activity; `more` overrides or adds columns."""
    return {"person_id": person, "topic_id": topic, "occurred_at": at, "verb": "post", **more}


def interaction(
    person: str = "ada", contact: str = "bea", at: str = "2024-06-01", **more: Any
) -> Row:
    """One interaction; `more` overrides or adds columns."""
    return {"person_id": person, "contact_id": contact, "occurred_at": at, "verb": "reply", **more}


def host(**tables: Sequence[Row]) -> Host:
    """A host with both required tables, and `tables` in place of or beside them."""
    return {"activities": [activity()], "interactions": [interaction()], **tables}


def columns_of(name: str, rows: Sequence[Row]) -> list[str]:
    """The columns a file of `rows` has; the required ones for a table without rows."""
    if not rows:
        return [*{"activities": ACTIVITY, "interactions": INTERACTION}.get(name, ())][:4]
    return list(dict.fromkeys(key for row in rows for key in row))


def write_table(path: Path, rows: Sequence[Row]) -> Path:
    """Write rows in the format that the end of `path` names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = path.parent.name if path.stem.startswith("part") else path.name.split(".")[0]
    names = columns_of(table, rows)
    if path.suffix == ".parquet":
        texts = {n: pa.array([_text(row.get(n)) for row in rows], pa.string()) for n in names}
        pq.write_table(pa.table(texts), path)
        return path
    body = _csv(names, rows) if ".csv" in path.name else _json(rows)
    path.write_bytes(gzip.compress(body) if path.suffix == ".gz" else body)
    return path


def write_host(folder: Path, tables: Host, form: str = "csv") -> Path:
    """Write a host as one file per table."""
    for name, rows in tables.items():
        write_table(folder / f"{name}.{form}", rows)
    return folder


def snap(
    folder: Path, root: Path, as_of: datetime | None = AS_OF, config: IngestConfig = CONFIG
) -> IngestReport:
    """Ingest with small limits, however bad the data."""
    return ingest(folder, root, config, as_of, terms=UNJUDGED)


def rows_of(report: IngestReport, name: str) -> list[dict[str, Any]]:
    """The rows of one file of a snapshot."""
    return pq.read_table(report.snapshot / f"{name}.parquet").to_pylist()


def reasons(report: IngestReport) -> list[tuple[str, int, str, str | None]]:
    """File, row, reason and column of every quarantined row."""
    found = rows_of(report, "quarantine")
    return [(row["file"], row["row"], row["reason"], row["column"]) for row in found]


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a version and its bytes."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _csv(names: list[str], rows: Sequence[Row]) -> bytes:
    file = io.StringIO()
    writer = csv.DictWriter(file, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def _json(rows: Sequence[Row]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)
