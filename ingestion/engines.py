"""Which engine computes a snapshot."""

from __future__ import annotations

from pathlib import Path

from ingestion.engine import Engine
from ingestion.query_engine import QueryEngine
from recommender.domain.config import IngestConfig, SourceConfig, SparkConfig
from recommender.domain.spark import importing_spark


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
    with importing_spark():
        from ingestion.spark.engine import SparkEngine  # noqa: PLC0415  (an extra; slow to load)
    return SparkEngine(reading, spark)
