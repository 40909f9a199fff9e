"""Vectors from matrices, by the alternating least squares of Apache Spark (MLlib)."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import scipy.sparse as sp
from numpy.typing import NDArray
from pyspark.ml.recommendation import ALS
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from recommender.domain.config import SparkConfig, TrainConfig
from recommender.domain.spark.failures import told
from recommender.domain.spark.session import keep_in, session

AT_ONCE = 200_000
"""Vectors brought back at a time: `spark.driver.maxResultSize` is what Spark sends at most."""

CHECKPOINTED = 3
"""Sweeps after which Spark forgets how it came so far; what it remembers of 15 is its undoing."""

CELLS_A_BLOCK = 1_000_000
MOST_BLOCKS = 1000

LEAST = 1e-6
"""Spark takes what is no more than 0 for a cell that is empty."""


def factorise_on_spark(
    confidence: sp.csr_matrix, regularisation: float, config: TrainConfig
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Row and column vectors, float32 [n, d] and [m, d]; zeros for rows and columns of nothing.

    confidence: float32 CSR [n, m], not empty: how much each cell counts that is not empty, where
    an empty one counts 1. By the session of Spark that is there, or else one of its own. Raises
    EngineError.
    """
    with (
        TemporaryDirectory(prefix="pln-") as folder,
        session(SparkConfig(), Path(folder)) as spark,
        told("learn vectors"),
    ):
        if not _is_there(spark.sparkContext.getCheckpointDir()):
            keep_in(spark, Path(folder))
        return _fitted(spark, confidence, regularisation, config)


def _is_there(checkpoints: str | None) -> bool:
    """Whether Spark has a folder for checkpoints; one of ours may be gone, others are believed."""
    if checkpoints is None:
        return False
    return not checkpoints.startswith("file:") or Path(checkpoints.removeprefix("file:")).is_dir()


def _fitted(
    spark: SparkSession, confidence: sp.csr_matrix, regularisation: float, config: TrainConfig
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    n, m = confidence.shape
    blocks = _blocks(confidence.nnz)
    als = ALS(
        implicitPrefs=True,
        rank=config.embedding_size,
        maxIter=config.embedding_iterations,
        alpha=1.0,  # the cells hold what it would scale
        regParam=regularisation / _cells_each(confidence),
        seed=config.seed,
        checkpointInterval=CHECKPOINTED,
        numUserBlocks=blocks,
        numItemBlocks=blocks,
        userCol="row",
        itemCol="column",
        ratingCol="cell",
    )
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(CELLS_A_BLOCK))
    cells = spark.createDataFrame(_cells(confidence))
    model = als.fit(cells)
    return (
        _brought_back(model.userFactors, n, config.embedding_size),
        _brought_back(model.itemFactors, m, config.embedding_size),
    )


def _blocks(cells: int) -> int:
    """In how many rows are brought together, and columns likewise: that many tasks a step has.

    By the data alone, since where a block begins shows in what is learned.
    """
    return int(np.clip(cells // CELLS_A_BLOCK, 2, MOST_BLOCKS))


def _cells(confidence: sp.csr_matrix) -> pa.Table:
    """The cells that are not empty. Spark adds the 1 of an empty cell to what each holds."""
    cells = confidence.tocoo()
    return pa.table(
        {
            "row": cells.row.astype(np.int32),
            "column": cells.col.astype(np.int32),
            "cell": np.maximum(cells.data - 1, LEAST).astype(np.float32),
        }
    )


def _cells_each(confidence: sp.csr_matrix) -> float:
    """Cells of a row or a column that has any, on average.

    By as many Spark multiplies the regularisation of each.
    """
    rows = np.count_nonzero(np.diff(confidence.indptr))
    columns = len(np.unique(confidence.indices))
    return float(2 * confidence.nnz / (rows + columns))


def _brought_back(factors: DataFrame, count: int, size: int) -> NDArray[np.float32]:
    """Vectors by row, float32 [count, size]."""
    found = np.zeros((count, size), np.float32)
    for start in range(0, count, AT_ONCE):
        some = factors.where(f.col("id").between(start, start + AT_ONCE - 1)).toArrow()
        vectors = some.column("features").combine_chunks().flatten().to_numpy(zero_copy_only=False)
        found[some.column("id").to_numpy()] = vectors.reshape(-1, size)
    return found
