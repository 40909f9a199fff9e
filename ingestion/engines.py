"""Which engine computes a snapshot."""

from __future__ import annotations

from pathlib import Path

from ingestion.engine import Engine
from ingestion.query_engine import QueryEngine
from recommender.domain.config import IngestConfig, SourceConfig, SparkConfig
from recommender.domain.errors import EngineError


def open_engine(
    folder: Path,
    config: IngestConfig,
    sources: SourceConfig | None = None,
    spark: SparkConfig | None = None,
) -> QueryEngine:
    """The engine that works in `folder`: DuckDB, or with `spark` Apache Spark, which is begun.

    Raises EngineError, one line, where Spark is not installed, finds no Java or no master.
    """
    reading = Engine(folder, config, sources)
    if spark is None:
        return reading
    try:
        from ingestion.spark.engine import SparkEngine  # noqa: PLC0415  (an extra; slow to load)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pyspark", "py4j"):
            raise
        raise EngineError("Spark is not installed: pip install 'pln-recommender[spark]'") from None
    return SparkEngine(reading, spark)
