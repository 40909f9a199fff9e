"""Native folders: a host's tables as Parquet, CSV or JSON Lines files, mixed at will.

Table `activities` may be `activities.parquet`, `activities.csv.gz` and so on, or several of
these together, or any number of such files in a folder `activities/`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingestion.engine import Engine
from ingestion.schema import TABLES, Table
from ingestion.sources.base import Part, Tables
from ingestion.sources.csvfiles import stage_csv
from ingestion.sources.jsonlines import stage_json_lines
from recommender.domain.errors import InputDataError

Reader = Callable[[Path, str, Table, Engine], Part]
"""Makes a part of a file: the file, what to call it, its table, and the engine."""


def _parquet(path: Path, origin: str, table: Table, engine: Engine) -> Part:
    del table, engine  # Parquet is read where it lies
    return Part(origin=origin, path=path)


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
    """A folder with one or several files per native table."""

    name = "folder"
    summary = "a folder of native tables as Parquet, CSV or JSON Lines files"

    def recognises(self, path: Path) -> bool:
        """Whether `path` is a folder."""
        return path.is_dir()

    def tables(self, path: Path, engine: Engine) -> Tables:
        """The tables in the folder `path`; text files are staged as Parquet."""
        if not path.is_dir():
            raise InputDataError(f"{path} is not a folder; give a folder of native tables")
        found = {name: _files(path, name) for name in TABLES}
        if not any(found.values()):
            raise InputDataError(
                f"{path} holds no native table; it needs files such as activities.parquet and "
                "interactions.csv"
            )
        return {
            name: [_stage(file, path, TABLES[name], engine) for file in files]
            for name, files in found.items()
            if files
        }


def _files(folder: Path, table: str) -> list[Path]:
    """Every file of `table`, sorted by name, so that order does not depend on the disk."""
    beside = (folder / f"{table}{suffix}" for suffix in READERS)
    inside = (
        file
        for file in (folder / table).rglob("[!._]*")
        if any(file.name.endswith(suffix) for suffix in READERS)
    )
    return sorted(file for file in (*beside, *inside) if file.is_file())


def _stage(file: Path, folder: Path, table: Table, engine: Engine) -> Part:
    suffix = max((s for s in READERS if file.name.endswith(s)), key=len)
    return READERS[suffix](file, str(file.relative_to(folder)), table, engine)
