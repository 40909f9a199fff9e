"""How long a job may take, and how large what it reads may be."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.engine import QueryError, first_line
from ingestion.query_engine import QueryEngine
from ingestion.sources.base import Tables
from recommender.domain.errors import EngineError, InputDataError, OutputError

MAX_COLUMNS = 10_000
"""Columns of one file, those within nested ones counted."""
MAX_ROWS_PER_BYTE = 1_000
"""Rows that a byte of a Parquet file may stand for; more are a few values repeated without end."""
FREE_ROWS = 10_000_000
"""Rows that a file may have however small it is."""

_MOMENT = 0.1
"""Seconds after which a query is ended that the signal did not end."""
_INTERRUPTED = (RuntimeError, QueryError, duckdb.Error, InputDataError, EngineError)
"""What becomes of an interrupted query."""
_AGAIN = 1.0
"""Seconds after which it is tried once more: an error is lost in what Python does on the side."""


@contextmanager
def time_limit(minutes: float, engine: QueryEngine) -> Iterator[None]:
    """End the block, and the query that `engine` is at, once it has taken so long; 0 means never.

    An alarm does it, which only the main thread of a process hears: in any other there is no
    limit. Raises OutputError, one line, where it took too long.
    """
    if not minutes or threading.current_thread() is not threading.main_thread():
        yield
        return
    late = _too_late(minutes)
    heard, over = threading.Event(), threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        heard.set()
        if not over.is_set():
            raise late

    def interrupt() -> None:  # the engine hears no signal while its own threads are at work
        wait = 60 * minutes + _MOMENT
        while not over.wait(wait):
            engine.interrupt()
            wait = _AGAIN

    watcher = threading.Thread(target=interrupt, name="time limit", daemon=True)
    watcher.start()
    before = signal.signal(signal.SIGALRM, end)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, 60 * minutes, _AGAIN)
            yield
        finally:
            over.set()  # an alarm during what follows would leave the timer on for good
    except _INTERRUPTED:
        if heard.is_set():
            raise late from None
        raise
    finally:
        over.set()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        watcher.join()


def _too_late(minutes: float) -> OutputError:
    return OutputError(
        f"not done after {minutes:g} minutes, and nothing was published; raise "
        "ingest.time_limit_minutes, or give it more memory"
    )


def check_size(tables: Tables) -> None:
    """Look at the footers of all parts before anything is read.

    Raises InputDataError naming the first part with too many columns, or with more rows than its
    bytes can honestly hold: such a file is there to fill memory and disk.
    """
    for parts in tables.values():
        for part in parts:
            try:
                footer = pq.read_metadata(part.path)
            except (pa.ArrowException, OSError) as error:
                raise InputDataError(
                    f"{part.origin} is not a whole Parquet file ({first_line(error)}); "
                    "write it again"
                ) from None
            if footer.num_columns > MAX_COLUMNS:
                raise InputDataError(
                    f"{part.origin} has {footer.num_columns:,} columns where at most "
                    f"{MAX_COLUMNS:,} are read; leave out what is no column of a native table"
                )
            size = part.path.stat().st_size
            if footer.num_rows > max(FREE_ROWS, MAX_ROWS_PER_BYTE * size):
                raise InputDataError(
                    f"{part.origin} has {footer.num_rows:,} rows in {size:,} bytes, which are the "
                    "same few over and over; write each event once"
                )
