"""What Spark says when it fails, on one line, and whether its cluster is to blame."""

from __future__ import annotations

import re

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException

from recommender.domain.errors import EngineError, shorten

SPARK_ERRORS = (Py4JError, PySparkException)
"""What Spark raises."""

_LONGEST = 300
_CLASS = re.compile(r"^(?:[\w$]+\.)+[\w$]+(?:Exception|Error): ")
"""The class of an exception of Java's or Python's before what it says."""
_CAUSED = re.compile(r"^Caused by: (.+)$", re.MULTILINE)
_PYTHON = re.compile(r"^Traceback \(most recent call last\):\n(?:[ \t].*\n)+(\S.*)$", re.MULTILINE)
"""What Python said on an executor, after where it stood."""
_BROKEN = re.compile(
    r"OutOfMemoryError|ExecutorLostFailure|Executor heartbeat|executor.*(?:lost|exited)|"
    r"SparkContext (?:was|has been) (?:shut down|stopped)|cancelled because SparkContext|"
    r"All masters are unresponsive|Connection refused|No space left on device"
)
"""How Spark speaks where the cluster, and not the data, is to blame."""


def is_broken(error: BaseException) -> bool:
    """Whether the cluster, and not the data, is to blame."""
    spark_own = isinstance(error, Py4JJavaError | PySparkException)
    return not spark_own or _BROKEN.search(_whole(error)) is not None


def broken(error: BaseException) -> EngineError:
    """What to raise where the cluster is to blame."""
    return EngineError(
        f"Spark could not go on: {cause(error)}; give its executors more memory, or see its own log"
    )


def cause(error: BaseException) -> str:
    """The first cause of an error, on one line."""
    said = _whole(error)
    caused = _PYTHON.findall(said) or _CAUSED.findall(said)
    lost = [line.strip() for line in said.splitlines() if "ost task" in line or "OutOfMem" in line]
    first = next(iter(str(error).splitlines()), "") or type(error).__name__
    text = caused[-1] if caused else next(iter(lost), "") or first
    return shorten(_CLASS.sub("", text.strip()), _LONGEST)


def _whole(error: BaseException) -> str:
    """All that Java said, with what caused what."""
    if isinstance(error, Py4JJavaError):
        return str(error)
    return f"{error}\n{getattr(error, '_stackTrace', None) or ''}"
