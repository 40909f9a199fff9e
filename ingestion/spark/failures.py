"""What Spark says when it fails, on one line, and whose fault it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException

from ingestion.engine import QueryError, first_line
from recommender.domain.errors import EngineError, shorten

_LONGEST = 300
_CLASS = re.compile(r"^(?:[\w$]+\.)+[\w$]+(?:Exception|Error): ")
"""The class of a Java exception before what it says."""
_CAUSED = re.compile(r"^Caused by: (.+)$", re.MULTILINE)
_BROKEN = re.compile(
    r"OutOfMemoryError|ExecutorLostFailure|Executor heartbeat|executor.*(?:lost|exited)|"
    r"SparkContext (?:was|has been) (?:shut down|stopped)|cancelled because SparkContext|"
    r"All masters are unresponsive|Connection refused|No space left on device"
)
"""How Spark speaks where the cluster, and not the data, is to blame."""


@contextmanager
def spark_errors() -> Iterator[None]:
    """Turn what Spark says into one line.

    Raises EngineError where Spark or its cluster cannot go on, QueryError for anything else.
    """
    try:
        yield
    except (Py4JError, PySparkException) as error:
        said = cause(error)
        if _BROKEN.search(whole(error)) or not isinstance(error, Py4JJavaError | PySparkException):
            raise EngineError(
                f"Spark could not go on: {said}; give its executors more memory, or see its own log"
            ) from None
        raise QueryError(said) from error


def whole(error: BaseException) -> str:
    """All that Java said, with what caused what."""
    if isinstance(error, Py4JJavaError):
        return str(error)
    return f"{error}\n{getattr(error, '_stackTrace', None) or ''}"


def cause(error: BaseException) -> str:
    """The first cause of an error, on one line."""
    said = whole(error)
    caused = _CAUSED.findall(said)
    lost = [line.strip() for line in said.splitlines() if "ost task" in line or "OutOfMem" in line]
    text = caused[-1] if caused else next(iter(lost), "") or first_line(error)
    return shorten(_CLASS.sub("", text.strip()), _LONGEST)
