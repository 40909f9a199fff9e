"""For every kind of source, what makes an example of its host's data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.ingestion.tables import activity, host, write_host


def native_folder(folder: Path) -> Path:
    """A folder with text and Parquet tables, and a column that nobody knows."""
    write_host(folder, host(activities=[activity(mood="high"), activity(person="cyd")]), "csv")
    return write_host(folder, {"people": [{"person_id": "ada"}]}, "parquet")


EXAMPLES: dict[str, Callable[[Path], Path]] = {"folder": native_folder}
"""By name of the source: makes an example at a path that is not there yet; returns where it is."""
