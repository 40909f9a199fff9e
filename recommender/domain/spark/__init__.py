"""Sessions of Apache Spark, for all that computes there: begun quietly, ended by who began them.

Nothing here is of a cluster of our own: sessions, masters and executors are Spark's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from recommender.domain.errors import EngineError


@contextmanager
def importing_spark() -> Iterator[None]:
    """Have what imports Spark, an extra, fail with one line where that is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pyspark", "py4j"):
            raise
        raise EngineError("Spark is not installed: pip install 'pln-recommender[spark]'") from None
