"""What Spark says when it fails, on one line, and whether its cluster is to blame."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from py4j.protocol import Py4JError, Py4JJavaError, Py4JNetworkError
from pyspark.errors import PySparkException

from recommender.domain.errors import EngineError, shorten

SPARK_ERRORS = (Py4JError, PySparkException, ConnectionError)
"""What Spark raises; of connections where its Java has ended, and nobody answers any more."""

_UNANSWERED = (Py4JNetworkError, ConnectionError)
_LONGEST = 300
_CLASS = re.compile(r"^(?:[\w$]+\.)+[\w$]+(?:Exception|Error): ")
"""The class of an exception of Java's or Python's before what it says."""
_CAUSED = re.compile(r"^Caused by: (.+)$", re.MULTILINE)
_THROWN = re.compile(r"^: (.+)$", re.MULTILINE)
"""What Java threw, after the line on what was called."""
_PYTHON = re.compile(r"^Traceback \(most recent call last\):\n(?:[ \t].*\n)+(\S.*)$", re.MULTILINE)
"""What Python said on an executor, after where it stood."""
_BROKEN = re.compile(
    r"OutOfMemoryError|ExecutorLostFailure|Executor heartbeat|executor.*(?:lost|exited)|"
    r"SparkContext (?:was|has been) (?:shut down|stopped)|cancelled because SparkContext|"
    r"All masters are unresponsive|Connection refused|No space left on device"
)
"""How Spark speaks where the cluster, and not the data, is to blame."""


@contextmanager
def ending() -> Iterator[None]:
    """Tell Spark to end something; where its Java has ended already, that is as good.

    What went wrong before is then what is told, and not that nobody answers now.
    """
    with suppress(Py4JError, OSError), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # that Java has not ended as it should
        yield


def is_unanswered(error: BaseException) -> bool:
    """Whether Java on this machine has ended."""
    return isinstance(error, _UNANSWERED)


@contextmanager
def told(what: str) -> Iterator[None]:
    """Raise EngineError, one line, for what Spark raises: it could not do `what`, or go on."""
    try:
        yield
    except SPARK_ERRORS as error:
        if is_broken(error):
            raise broken(error) from None
        raise EngineError(f"Spark could not {what}: {cause(error)}") from None


def is_broken(error: BaseException) -> bool:
    """Whether the cluster, and not the data, is to blame."""
    spark_own = isinstance(error, Py4JJavaError | PySparkException)
    return not spark_own or _BROKEN.search(_whole(error)) is not None


def broken(error: BaseException) -> EngineError:
    """What to raise where the cluster is to blame, or Java on this machine has ended."""
    if is_unanswered(error):
        return EngineError(
            "Spark could not go on: its Java on this machine has ended; give it more memory "
            "(spark.driver.memory), and run the same command again"
        )
    return EngineError(
        f"Spark could not go on: {cause(error)}; give its executors more memory, or see its own log"
    )


def cause(error: BaseException) -> str:
    """The first cause of an error, on one line."""
    said = _whole(error)
    caused = _PYTHON.findall(said) or _CAUSED.findall(said)
    lost = [line.strip() for line in said.splitlines() if "ost task" in line or "OutOfMem" in line]
    first = next(iter(str(error).splitlines()), "") or type(error).__name__
    text = caused[-1] if caused else next(iter(lost or _THROWN.findall(said)), "") or first
    return shorten(_CLASS.sub("", text.strip().removeprefix(": ")), _LONGEST)


def _whole(error: BaseException) -> str:
    """All that Java said, with what caused what."""
    if isinstance(error, Py4JJavaError):
        return str(error)
    return f"{error}\n{getattr(error, '_stackTrace', None) or ''}"
