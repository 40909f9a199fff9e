"""DuckDB: reads what hosts have, and runs Ibis expressions in bounded memory.

Expressions are written against unbound tables and compiled to SQL here, so nothing but this file
and the readers under `sources/` knows which engine runs them. Where another one computes
(`query_engine.py`), readers use this one all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.pieces import Piece
from recommender.domain.config import IngestConfig, SourceConfig
from recommender.domain.cores import cores
from recommender.domain.errors import InputDataError, OutputError

BATCH_ROWS = 122_880
"""Rows per batch that leave the engine."""

SQL_TYPES = {
    "int32": "INTEGER",
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "boolean": "BOOLEAN",
    "string": "VARCHAR",
}
"""What DuckDB calls types of Ibis."""


class QueryError(Exception):
    """A query that came to nothing: the data cannot be read, or cannot be brought together."""


class Engine:
    """A DuckDB without a file of its own, spilling into `folder`; a context manager.

    sources: what the settings say to sources, which find it here.
    """

    def __init__(
        self, folder: Path, config: IngestConfig, sources: SourceConfig | None = None
    ) -> None:
        self.folder = folder
        self.config = config
        self.sources = sources or SourceConfig()
        self._serial = 0
        self._rows: dict[str, int] = {}
        """How many rows each table has that is kept."""
        self._duckdb = duckdb.connect(
            config={
                "memory_limit": f"{config.memory_limit_mb}MiB",
                "threads": config.threads or cores(),
                "temp_directory": str(folder / "spill"),
                "autoinstall_known_extensions": False,
            }
        )
        self._duckdb.execute("SET TimeZone = 'UTC'")
        self._ends: list[Callable[[], None]] = [self._duckdb.interrupt]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._duckdb.close()

    def new_file(self, suffix: str) -> Path:
        """A path in the engine's own folder that nothing else uses."""
        self._serial += 1
        return self.folder / f"{self._serial:06d}{suffix}"

    @property
    def reading(self) -> Engine:
        """Itself: it reads what it computes with."""
        return self

    def open(self, name: str, columns: Mapping[str, str], pieces: Sequence[Piece]) -> ir.Table:
        """Call `name` the rows of all pieces, without reading them yet."""
        nulls = (f'NULL::{SQL_TYPES[kind]} AS "{column}"' for column, kind in columns.items())
        selects = [piece.select for piece in pieces] or [f"SELECT {', '.join(nulls)} WHERE false"]
        self._run(f'CREATE OR REPLACE VIEW "{name}" AS ' + "\nUNION ALL ".join(selects))
        return ibis.table(columns, name=name)

    def load(self, name: str, path: Path) -> ir.Table:
        """Call `name` the rows of a Parquet file of ours, of texts, as they are."""
        self._run(f'CREATE OR REPLACE VIEW "{name}" AS FROM read_parquet({quote(str(path))})')
        return ibis.table(dict.fromkeys(pq.read_schema(path).names, "string"), name=name)

    def create(self, name: str, expression: ir.Table) -> ir.Table:
        """Compute `expression` once and keep it as table `name`, replacing one of that name."""
        ((self._rows[name],),) = self._run(
            f'CREATE OR REPLACE TABLE "{name}" AS {_sql(expression)}'
        )
        return ibis.table(expression.schema(), name=name)

    def drop(self, name: str) -> None:
        """Forget table `name` and free its memory."""
        self._run(f'DROP TABLE "{name}"')
        del self._rows[name]

    def batches(self, expression: ir.Table) -> Iterator[pa.RecordBatch]:
        """The rows of `expression`, streamed."""
        with _query_errors():
            yield from self._duckdb.sql(_sql(expression)).to_arrow_reader(BATCH_ROWS)

    def rows(self, expression: ir.Table) -> list[tuple[Any, ...]]:
        """The rows of a small `expression`, all at once."""
        return self._run(_sql(expression))

    def number(self, value: ir.Value) -> int | None:
        """One integer that `value`, an aggregate, comes to; None where there is nothing."""
        match value.op():
            case ops.CountStar(arg=ops.UnboundTable(name=name)) if name in self._rows:
                return self._rows[name]
        (row,) = self._run(_sql(value.name("value").as_table()))
        return None if row[0] is None else int(row[0])

    def interrupt(self) -> None:
        """End the query that is under way, if there is one; may be called by any thread."""
        for end in self._ends:
            with suppress(duckdb.Error, RuntimeError):  # it may be closed by now
                end()

    def ends_with(self, end: Callable[[], None]) -> None:
        """Have `interrupt` call `end` as well, which ends what is under way elsewhere."""
        self._ends.append(end)

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement in the engine's own SQL: for readers, which meet files."""
        return self._duckdb.execute(statement).fetchall()

    def _run(self, statement: str) -> list[tuple[Any, ...]]:
        with _query_errors():
            return self.sql(statement)


@contextmanager
def _query_errors() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise QueryError(first_line(error)) from error


@contextmanager
def data_errors(what: str) -> Iterator[None]:
    """Turn what the engine says about data it cannot read into one line that names `what`.

    Raises InputDataError for an error of DuckDB's, Arrow's or the disk's.
    """
    try:
        yield
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise InputDataError(f"{what}: {first_line(error)}") from None


@contextmanager
def job_errors(root: Path) -> Iterator[None]:
    """Say on one line why a job that writes into `root` ended.

    Folders down to `root` that are new, and empty in the end, are removed.

    Raises InputDataError for an error of a query or of Arrow's, OutputError for one of the disk's.
    """
    new = [folder for folder in (root, *root.parents) if not folder.exists()]
    try:
        yield
    except (QueryError, duckdb.Error, pa.ArrowException) as error:
        raise InputDataError(f"the data cannot be brought together: {first_line(error)}") from None
    except OSError as error:
        place = error.filename or root
        raise OutputError(
            f"{place}: {error.strerror or error}; give --out a folder that can be written, "
            "with room to spare"
        ) from None
    finally:
        with suppress(OSError):  # what has something in it stays, and so do those above
            for folder in new:
                folder.rmdir()


def first_line(error: BaseException) -> str:
    """What an error says, on one line."""
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def quote(text: str) -> str:
    """`text` as an SQL string.

    >>> quote("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def _sql(expression: ir.Expr) -> str:
    return _sql_of(expression.op())


@lru_cache(maxsize=1024)
def _sql_of(operation: ops.Node) -> str:
    """Kept, since translating takes as long as running where there is little data."""
    return str(ibis.to_sql(operation.to_expr(), dialect="duckdb"))
