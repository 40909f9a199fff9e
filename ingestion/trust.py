"""When a snapshot is better not published: too much of a table is bad, or too much is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ingestion.codes import CODES
from ingestion.report import Problem, TableReport
from recommender.domain.config import IngestConfig
from recommender.domain.versions import MANIFEST, list_versions

FLOOR_ROWS = 20
"""Tables with fewer rows are not judged: a single slip in them is more than 5 in 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms a snapshot is made."""

    allow_bad: bool = False
    """Publish however much of a table is bad."""
    allow_shrunk: bool = False
    """Publish however much of a table is gone."""
    drop_bots: bool = False
    """Leave out the rows of suspected bots."""
    report: bool = False
    """Write a report beside the snapshot."""


STRICT = Terms()
"""For snapshots that people are served from."""
UNJUDGED = Terms(allow_bad=True, allow_shrunk=True)
"""For snapshots that nobody is served from: those of the demo and of an evaluation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The snapshot that was there before."""

    name: str
    as_of: str
    native: Mapping[str, int]
    """Rows kept, by native table."""


def earlier(root: Path, as_of: datetime | None) -> Earlier | None:
    """The newest snapshot under `root` that looks back from `as_of` or before, if there is any.

    as_of: None where the host's data is all there is, which none may be newer than: what is
    cut short at its end would else be compared with nothing.
    """
    until = None if as_of is None else stamp(as_of)
    found = [
        (manifest["as_of"], path.stat().st_mtime_ns, path.parent.name, manifest["native"])
        for path, manifest in _manifests(root)
        if until is None or manifest["as_of"] <= until
    ]
    if not found:
        return None
    when, _, name, native = max(found, key=lambda each: each[:3])
    return Earlier(name=name, as_of=when, native=native)


def stamp(as_of: datetime) -> str:
    """A time in UTC as manifests have it; as texts such times are in order, too."""
    return as_of.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def objection(
    tables: Mapping[str, TableReport],
    problems: Sequence[Problem],
    before: Earlier | None,
    config: IngestConfig,
    terms: Terms,
) -> str | None:
    """Why the snapshot is not to be published, on one line; None where it may be."""
    if not terms.allow_bad and (spoilt := _spoilt(tables, config.max_bad_share)):
        return _too_bad(spoilt, problems, config.max_bad_share)
    if not terms.allow_shrunk and before and (gone := _shrunk(tables, before, config.max_shrink)):
        return _too_small(gone, before, config.max_shrink)
    return None


def _manifests(root: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Manifests of snapshots that count native rows; damaged and older ones are passed over."""
    for name in list_versions(root):
        path = root / name / MANIFEST
        with suppress(OSError, ValueError):
            manifest = json.loads(path.read_bytes())
            told = isinstance(manifest, dict) and isinstance(manifest.get("native"), dict)
            if told and isinstance(manifest.get("as_of"), str):
                yield path, manifest


Change = tuple[str, int, int]
"""A table, and two counts of rows: the part and the whole."""


def _spoilt(tables: Mapping[str, TableReport], most: float) -> list[Change]:
    """Tables with too many bad rows, the worst first."""
    counts = [(name, _bad(told), told.read - told.ignored) for name, told in tables.items()]
    found = [each for each in counts if each[2] >= FLOOR_ROWS and each[1] > most * each[2]]
    return sorted(found, key=lambda each: (-each[1] / each[2], each[0]))


def _bad(told: TableReport) -> int:
    return sum(rows for code, rows in told.quarantined.items() if CODES[code].spoils)


def _shrunk(tables: Mapping[str, TableReport], before: Earlier, most: float) -> list[Change]:
    """Tables that lost too many rows, the worst first."""
    now = {name: told.kept for name, told in tables.items()}
    counts = [(name, now.get(name, 0), rows) for name, rows in before.native.items()]
    found = [
        (name, rows, was)
        for name, rows, was in counts
        if was >= FLOOR_ROWS and was - rows > most * was
    ]
    return sorted(found, key=lambda each: (each[1] / each[2], each[0]))


def _too_bad(spoilt: Sequence[Change], problems: Sequence[Problem], most: float) -> str:
    table, bad, whole = spoilt[0]
    codes = [
        f"{one.rows:,} {one.code} ({one.examples[0]})"
        for one in problems
        if one.table == table and not one.kept and CODES[one.code].spoils
    ]
    return (
        f"table {table}: {bad:,} of {whole:,} rows are bad, {bad / whole:.1%} where at most "
        f"{most:.1%} may be (ingest.max_bad_share): {', '.join(codes[:3])}"
        f"{_others(spoilt)}; mend them, or publish all the same with --allow-bad"
    )


def _too_small(gone: Sequence[Change], before: Earlier, most: float) -> str:
    table, rows, was = gone[0]
    return (
        f"table {table}: {rows:,} rows, where snapshot {before.name} kept {was:,}; "
        f"{(was - rows) / was:.1%} are gone where at most {most:.1%} may be (ingest.max_shrink)"
        f"{_others(gone)}; look for what the export lacks, or publish all the same with "
        "--allow-shrunk"
    )


def _others(found: Sequence[Change]) -> str:
    names = ", ".join(name for name, *_ in found[1:])
    return f"; also {names}" if names else ""
