"""Apache Spark: runs Ibis expressions on as many machines as it has.

Tables are kept as Parquet files in the job's folder, which driver and executors must all see: what
an executor has done then outlives it. The driver holds a batch of rows at a time, never a table.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
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
from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as f

from ingestion.engine import BATCH_ROWS, Engine, QueryError, first_line
from ingestion.pieces import Piece
from ingestion.spark import reading
from ingestion.spark.failures import spark_errors
from recommender.domain.config import SparkConfig
from recommender.domain.errors import EngineError
from recommender.domain.spark.session import session

logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # errors are told by us


class SparkEngine:
    """Spark, beside a DuckDB that reads what hosts have; a context manager."""

    def __init__(self, reading: Engine, config: SparkConfig) -> None:
        self.reading = reading
        self._ends = ExitStack()
        self._ends.enter_context(reading)
        folder = reading.new_file("-spark").absolute()
        folder.mkdir()
        with self._ends.pop_all() as ends:
            self._spark = ends.enter_context(session(config, folder))
            self._ends = ends.pop_all()
        self._kept: dict[str, tuple[Path, int]] = {}
        """Where each table is, and how many rows it has."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.close()

    def new_file(self, suffix: str) -> Path:
        """A path in the engine's own folder that nothing else uses."""
        return self.reading.new_file(suffix)

    def open(self, name: str, columns: Mapping[str, str], pieces: Sequence[Piece]) -> ir.Table:
        """Call `name` the rows of all pieces; text among them is read, and laid down typed."""
        try:
            with spark_errors():
                select = reading.select(self._spark, self.reading, name, columns, pieces)
                self._spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW `{name}` AS {select}")
        except duckdb.Error as error:
            raise QueryError(first_line(error)) from error
        return ibis.table(columns, name=name)

    def load(self, name: str, path: Path) -> ir.Table:
        """Call `name` the rows of a Parquet file of ours, of texts, as they are."""
        columns = pq.read_schema(path).names
        types = ", ".join(f"`{column}` STRING" for column in columns)
        with spark_errors():
            rows = self._spark.read.schema(types).parquet(reading.readable(path))
            rows.createOrReplaceTempView(name)
        return ibis.table(dict.fromkeys(columns, "string"), name=name)

    def create(self, name: str, expression: ir.Table) -> ir.Table:
        """Compute `expression` once and keep it as table `name`, replacing one of that name."""
        with spark_errors():
            rows = self._spark.sql(_sql(expression))
            path, count = self._written(rows)
            kept = self._spark.read.schema(rows.schema).parquet(reading.readable(path))
            kept.createOrReplaceTempView(name)
        self._forget(name)
        self._kept[name] = path, count
        return ibis.table(expression.schema(), name=name)

    def drop(self, name: str) -> None:
        """Forget table `name` and free its room on disk."""
        with spark_errors():
            self._spark.catalog.dropTempView(name)
        self._forget(name)

    def batches(self, expression: ir.Table) -> Iterator[pa.RecordBatch]:
        """The rows of `expression`, in its order: sorted by all executors, read by the driver."""
        with spark_errors():
            path, _ = self._written(self._spark.sql(_sql(expression)))
        for file in _files(path):
            with pq.ParquetFile(file) as rows:
                yield from rows.iter_batches(BATCH_ROWS)
        shutil.rmtree(path)

    def rows(self, expression: ir.Table) -> list[tuple[Any, ...]]:
        """The rows of a small `expression`, all at once."""
        with spark_errors():
            return [tuple(row) for row in self._spark.sql(_sql(expression)).collect()]

    def number(self, value: ir.Value) -> int | None:
        """One integer that `value`, an aggregate, comes to; None where there is nothing."""
        match value.op():
            case ops.CountStar(arg=ops.UnboundTable(name=name)) if name in self._kept:
                return self._kept[name][1]
        (row,) = self.rows(value.name("value").as_table())
        return None if row[0] is None else int(row[0])

    def interrupt(self) -> None:
        """End the query that is under way, if there is one; may be called by any thread."""
        self.reading.interrupt()
        with suppress(EngineError, QueryError), spark_errors():  # it may be stopped by now
            self._spark.sparkContext.cancelAllJobs()

    def _written(self, rows: DataFrame) -> tuple[Path, int]:
        """A folder with `rows` as Parquet files, whose names are in order; and how many there are.

        Raises EngineError where what executors wrote is not what the driver sees.
        """
        path = self.new_file("-rows").absolute()
        told = Observation()
        rows.observe(told, f.count(f.lit(1)).alias("rows")).write.parquet(reading.location(path))
        here = sum(pq.read_metadata(file).num_rows for file in _files(path))
        there = told.get["rows"]
        if here != there:
            raise EngineError(
                f"executors wrote {there:,} rows and {here:,} are in {self.reading.folder}; give "
                "--out a folder that this machine and every executor see under the same path"
            )
        return path, here

    def _forget(self, name: str) -> None:
        if name in self._kept:
            shutil.rmtree(self._kept.pop(name)[0])


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("part-*.parquet"))


def _sql(expression: ir.Expr) -> str:
    return _sql_of(expression.op())


@lru_cache(maxsize=1024)
def _sql_of(operation: ops.Node) -> str:
    ibis.pyspark  # noqa: B018  (its options are set once it is looked at)
    return str(ibis.to_sql(operation.to_expr(), dialect="pyspark"))
