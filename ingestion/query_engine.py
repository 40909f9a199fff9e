"""What computes a snapshot: anything that runs Ibis expressions and keeps tables by name.

There are two: DuckDB on this machine (`engine.py`) and Apache Spark (`spark/engine.py`). Both run
the same expressions; a snapshot does not show which of them did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import ibis.expr.types as ir
import pyarrow as pa

from ingestion.engine import Engine
from ingestion.pieces import Piece


class QueryEngine(Protocol):
    """Runs Ibis expressions over tables that it keeps by name; a context manager.

    Whatever goes wrong with a query, but for an engine that cannot go on, is a QueryError.
    """

    @property
    def reading(self) -> Engine:
        """The DuckDB that readers of host data use, whatever computes then."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of everything."""

    def new_file(self, suffix: str) -> Path:
        """A path in the engine's own folder that nothing else uses."""

    def open(self, name: str, columns: Mapping[str, str], pieces: Sequence[Piece]) -> ir.Table:
        """Call `name` the rows of all pieces, without reading them yet.

        columns: their names and Ibis types; there may be no piece.
        """

    def load(self, name: str, path: Path) -> ir.Table:
        """Call `name` the rows of a Parquet file of ours, of texts, as they are."""

    def create(self, name: str, expression: ir.Table) -> ir.Table:
        """Compute `expression` once and keep it as table `name`, replacing one of that name."""

    def drop(self, name: str) -> None:
        """Forget table `name` and free what it took."""

    def batches(self, expression: ir.Table) -> Iterator[pa.RecordBatch]:
        """The rows of `expression`, in its order, streamed."""

    def rows(self, expression: ir.Table) -> list[tuple[Any, ...]]:
        """The rows of a small `expression`, all at once."""

    def number(self, value: ir.Value) -> int | None:
        """One integer that `value`, an aggregate, comes to; None where there is nothing."""

    def interrupt(self) -> None:
        """End the query that is under way, if there is one; may be called by any thread."""
