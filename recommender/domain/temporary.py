"""Temporary folders, and what to do where there is no room for them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from recommender.domain.writing import refused


@contextmanager
def temporary() -> Iterator[Path]:
    """An empty folder among the temporary files of this machine, gone afterwards.

    Raises OutputError where it cannot be made, or the block cannot write to it.
    """
    with temporary_room(), tempfile.TemporaryDirectory(prefix="pln-") as folder:
        yield Path(folder)


def temporary_room() -> AbstractContextManager[None]:
    """Say of the folder of temporary files what the system refuses in the block, as OutputError."""
    try:
        where = f"the temporary folder {tempfile.gettempdir()}"
    except OSError:  # there is none that can be written to
        where = "the temporary folder"
    return refused(where, "make room there, or name another one by TMPDIR, and run it again")
