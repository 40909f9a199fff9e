"""Whose fault it is where Spark fails: the cluster's, or that of the data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ingestion.engine import QueryError
from recommender.domain.spark.failures import SPARK_ERRORS, broken, cause, is_broken


@contextmanager
def spark_errors() -> Iterator[None]:
    """Turn what Spark says into one line.

    Raises EngineError where Spark or its cluster cannot go on, QueryError for anything else.
    """
    try:
        yield
    except SPARK_ERRORS as error:
        if is_broken(error):
            raise broken(error) from None
        raise QueryError(cause(error)) from error
