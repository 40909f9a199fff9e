"""DuckDB files, read by DuckDB itself and handed over as Arrow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.engine import BATCH_ROWS, Engine, first_line, quote
from ingestion.sources.sql.database import Laid, Rows, said
from recommender.domain.errors import InputDataError


@contextmanager
def duck(path: str, where: object) -> Iterator[Duck]:
    """The database in the file at `path`, which is not written to."""
    with _told(f"{where} cannot be read"):
        connection = duckdb.connect(
            path,
            read_only=True,
            config={"autoinstall_known_extensions": False},
        )
    with connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("BEGIN")
        yield Duck(connection, where)


class Duck:
    """A `Database` in a file of DuckDB's."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, where: object) -> None:
        self._connection, self._where = connection, where

    def tables(self) -> list[str]:
        """Names of its tables and views, sorted."""
        found = self._connection.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = current_schema() AND table_catalog = current_catalog()"
        )
        return sorted(str(name) for (name,) in found.fetchall())

    def columns(self, table: str) -> list[str]:
        """Names of the columns of a table that is there."""
        with _told(f"{self._where}: table {table} cannot be read"):
            found = self._connection.execute(f"DESCRIBE {self.name(table)}")
            return [str(row[0]) for row in found.fetchall()]

    def name(self, identifier: str) -> str:
        """An identifier as SQL writes it."""
        return '"' + identifier.replace('"', '""') + '"'

    def lay(self, rows: Rows, engine: Engine) -> Laid:
        """Read `rows` and lay them down as they come, with their own types where they are kept."""
        path = engine.new_file(".parquet")
        engine.ends_with(self._connection.interrupt)
        self._connection.execute(f"SET memory_limit = '{engine.config.memory_limit_mb}MiB'")
        self._connection.execute(f"SET temp_directory = {quote(str(engine.folder / 'host'))}")
        statement = rows.statement
        if rows.kinds is None:
            statement = f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ({statement})"  # noqa: S608
        with _told(f"{self._where}: {rows.origin} cannot be read"):
            relation = self._connection.sql(statement)
            if relation is None:
                raise InputDataError(f"{rows.origin} gives no rows; write a query that does")
            reader: pa.RecordBatchReader = relation.to_arrow_reader(BATCH_ROWS)
            names = list(reader.schema.names)
            kept = [name for name in names if rows.kinds is None or name in rows.kinds]
            schema = pa.schema([reader.schema.field(name) for name in kept])
            with pq.ParquetWriter(path, schema) as writer:
                for batch in reader:
                    writer.write_batch(batch.select(kept))
        unknown = tuple(name for name in names if name not in kept)
        return Laid(name=rows.name, path=path, unknown=unknown)


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except (duckdb.Error, pa.ArrowException, KeyError) as error:
        raise InputDataError(f"{what}: {said(first_line(error))}") from None
