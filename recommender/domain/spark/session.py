"""A session of Spark: the one that is there, or one of our own, begun quietly.

Spark is configured as ever: by `spark-submit`, `spark-defaults.conf` and `SPARK_*`. What is set
here over that keeps results the same everywhere, and leaves nothing behind.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

from py4j.protocol import Py4JError
from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from recommender.domain.config import SparkConfig
from recommender.domain.errors import EngineError, shorten
from recommender.domain.interrupts import TOLD, heard_later
from recommender.domain.spark.failures import cause, ending, told
from recommender.domain.spark.java import require_java
from recommender.domain.spark.master import require_master

QUERIES = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # what overflows or cannot be cast is an error, not null
    "spark.sql.caseSensitive": "true",  # a host may have columns that differ in case alone
    "spark.sql.files.ignoreCorruptFiles": "false",  # rows would be lost without a word
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",  # days before 1582 as DuckDB's
    "spark.sql.parquet.compression.codec": "zstd",
}
"""What every query of ours runs under."""

_GATEWAY = "PYSPARK_GATEWAY_PORT"
"""Set where `spark-submit` has started Java, and us from there."""


@contextmanager
def session(config: SparkConfig, folder: Path) -> Iterator[SparkSession]:
    """A session with settings of its own; what was begun here is stopped in the end.

    folder: where Spark may write what it needs to on this machine.

    Raises EngineError, one line, where there is no Java, or Spark cannot begin.
    """
    # One for all threads, where the session that is active is a thread's own.
    there = SparkContext._active_spark_context
    with nullcontext(SparkSession(there)) if there else begun(config, folder) as first:
        own = first.newSession()
        for name, value in QUERIES.items():
            own.conf.set(name, value)
        yield own


def keep_in(running: SparkSession, folder: Path) -> None:
    """Have Spark keep in `folder`, which executors must see, what it has got so far.

    Raises EngineError.
    """
    with told("write to its folder"):  # whose name Hadoop takes as it is, escaping nothing
        running.sparkContext.setCheckpointDir(f"file:{folder.absolute()}")


@contextmanager
def begun(config: SparkConfig, folder: Path) -> Iterator[SparkSession]:
    """The first session of this process, stopped in the end."""
    with _silent_once_told():
        first = _first(config, folder)
        try:
            yield first
        finally:
            with ending():
                first.stop()
                # The same Java runs the next session, by when the folder of this one is gone.
                utils = getattr(first.sparkContext._jvm, "org.apache.spark.util.Utils$")
                getattr(utils, "MODULE$").clearLocalRootDirs()


@contextmanager
def _silent_once_told() -> Iterator[None]:
    """Log nothing of what is under way with Java when a command is told to end: that is no error.

    py4j would print tracebacks of it, by its own logger and by the first of all.
    """

    def passes(_: logging.LogRecord) -> bool:
        return not TOLD.is_set()

    loggers = [logging.getLogger(name) for name in (None, "py4j.clientserver", "py4j.java_gateway")]
    for each in loggers:
        each.addFilter(passes)
    try:
        yield
    finally:
        for each in loggers:
            each.removeFilter(passes)


@contextmanager
def _interrupts_as_before() -> Iterator[None]:
    """Answer Ctrl-C after the block as before it: pyspark would have it pass by whoever else hears.

    What ends jobs is that the session is stopped.
    """
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if before is not None and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, before)


def _first(config: SparkConfig, folder: Path) -> SparkSession:
    require_master(config.master)
    if _GATEWAY not in os.environ:
        require_java()
    conf = SparkConf().setAll(list(_settings(config, folder).items()))
    log = folder / "spark.log"
    try:
        with _environment(_python()), _quiet(log):
            _launch(conf)
            with _interrupts_as_before():
                SparkContext.getOrCreate(conf)
            return _hushed(SparkSession.builder.config(conf=conf).getOrCreate())
    except (Py4JError, PySparkException, RuntimeError, OSError) as error:
        ended = "JAVA_GATEWAY_EXITED" in str(error)  # then only Java itself says why
        raise EngineError(
            f"Spark cannot begin: {(ended and _last_words(log)) or cause(error)}"
        ) from None


def _launch(conf: SparkConf) -> None:
    """Start Java, where there is none yet.

    Whoever left it half started would leave it for good: it ends with this process only once it has
    told where it can be reached.
    """
    with heard_later():
        SparkContext._ensure_initialized(conf=conf)


def _hushed(running: SparkSession) -> SparkSession:
    """Have the server that adds up print no traceback where Java ends; we tell of that."""
    server = running.sparkContext._accumulatorServer
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    return running


def _settings(config: SparkConfig, folder: Path) -> dict[str, str]:
    """What holds for all of this Java; what users set over it comes last."""
    found = {
        "spark.app.name": "pln",
        "spark.ui.enabled": "false",  # nobody looks, and it would listen to the whole network
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        # Where it spills on this machine; no variable, which would hold for all that its Java does.
        "spark.local.dir": str(folder / "local"),
    }
    if config.master:
        found["spark.master"] = config.master
    if config.master.startswith("local"):
        found |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    return found | dict(config.conf)


def _python() -> dict[str, str]:
    """What executors run as Python: the same as here, unless they are told otherwise."""
    return {} if "PYSPARK_PYTHON" in os.environ else {"PYSPARK_PYTHON": sys.executable}


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            os.environ.pop(name, None)


@contextmanager
def _quiet(log: Path) -> Iterator[None]:
    """Have the Java that is started write to `log` what it would write to our standard error.

    It takes over our file of that name, before any of its own settings are read.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with log.open("wb") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _last_words(log: Path) -> str:
    """The first error that Java wrote, on one line."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    said = [line.strip() for line in lines if line.strip() and not line.startswith("WARNING")]
    errors = [line for line in said if "rror" in line or "xception" in line]
    return shorten(next(iter(errors or said), ""), 300)
