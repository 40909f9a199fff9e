"""Native folders: a host's tables as Parquet, CSV or JSON Lines files, mixed at will.

Table `activities` may be `activities.parquet`, `activities.csv.gz` and so on, or several of
these together, or any number of such files in a folder `activities/`, at any depth, as in
`activities/year=2025/month=03/part-0.parquet`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingestion.engine import Engine
from ingestion.places import Place
from ingestion.schema import TABLES, Table
from ingestion.sources.base import Part, Tables
from ingestion.sources.csvfiles import stage_csv
from ingestion.sources.jsonlines import stage_json_lines
from recommender.domain.errors import InputDataError

Reader = Callable[[Path, str, Table, Engine], Part]
"""Makes a part of a file: the file, what to call it, its table, and the engine."""


def _parquet(path: Path, origin: str, table: Table, engine: Engine) -> Part:
    del table, engine  # Parquet is read where it lies
    return Part(origins=(origin,), path=path)


READERS: dict[str, Reader] = {
    ".parquet": _parquet,
    ".csv": stage_csv,
    ".csv.gz": stage_csv,
    ".jsonl": stage_json_lines,
    ".jsonl.gz": stage_json_lines,
    ".ndjson": stage_json_lines,
    ".ndjson.gz": stage_json_lines,
}
"""How a file is read, by the end of its name."""


class NativeFolder:
    """Folders with one or several files per native table."""

    name = "folder"
    summary = "a folder of native tables as Parquet, CSV or JSON Lines files, or a glob of such"
    schemes: tuple[str, ...] = ()

    def recognises(self, place: Place) -> bool:
        """Whether there are folders, and nothing else."""
        return bool(place.paths) and all(path.is_dir() for path in place.paths)

    def tables(self, place: Place, engine: Engine) -> Tables:
        """The tables in the folders; text files are staged as Parquet."""
        if not self.recognises(place):
            raise InputDataError(f"{place} is not a folder; give a folder of native tables")
        found = {name: _files(place, name) for name in TABLES}
        if not any(found.values()):
            raise InputDataError(
                f"{place} holds no native table; it needs files such as activities.parquet and "
                "interactions.csv"
            )
        return {
            name: [_stage(file, origin, TABLES[name], engine) for file, origin in files]
            for name, files in found.items()
            if files
        }


def _files(place: Place, table: str) -> list[tuple[Path, str]]:
    """Every file of `table`, and what to call it: from its folder on, or of several, in full."""
    return [
        (file, str(file if len(place.paths) > 1 else file.relative_to(folder)))
        for folder in place.paths
        for file in _files_in(folder, table)
    ]


def _files_in(folder: Path, table: str) -> list[Path]:
    """Sorted by name, so that order does not depend on the disk."""
    beside = (folder / f"{table}{suffix}" for suffix in READERS)
    inside = (
        file
        for file in (folder / table).rglob("[!._]*")
        if any(file.name.endswith(suffix) for suffix in READERS)
    )
    return sorted(file for file in (*beside, *inside) if file.is_file())


def _stage(file: Path, origin: str, table: Table, engine: Engine) -> Part:
    suffix = max((s for s in READERS if file.name.endswith(s)), key=len)
    return READERS[suffix](file, origin, table, engine)
