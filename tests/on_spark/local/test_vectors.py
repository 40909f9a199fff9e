"""Vectors that Spark learns: such arrays as on one machine, as near where people are alike."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.domain.config import TrainConfig
from recommender.domain.errors import EngineError
from recommender.domain.versions import MANIFEST
from recommender.embeddings import factorise, unit
from recommender.pipeline import Pipeline
from recommender.train import train
from tests.on_spark import spark
from tests.world_builder import TRAIN

pytestmark = [pytest.mark.filterwarnings(spark.SOCKETS), pytest.mark.usefixtures("session")]

ON_SPARK = replace(TRAIN, engine="spark")
MANY = replace(ON_SPARK, embedding_iterations=TrainConfig().embedding_iterations)
CAMPS, EACH = 4, 15


@pytest.fixture(scope="module")
def camps():
    """Camps who mostly turn to things of their own; the last person and thing are alone."""
    rng = np.random.default_rng(0)
    own = np.kron(np.eye(CAMPS), np.ones((EACH, EACH)))
    seen = rng.random(own.shape) < np.where(own, 0.5, 0.01)
    dense = np.pad(np.where(seen, rng.uniform(0.2, 3, own.shape), 0), ((0, 1), (0, 1)))
    return sp.csr_matrix(dense.astype(np.float32))


@pytest.fixture(scope="module")
def blocks():
    """In how many the vectors of each side came, once they are learned."""
    return []


@pytest.fixture(scope="module")
def vectors(camps, blocks):
    from recommender import spark_vectors

    def brought_back(factors, *more):
        blocks.append(factors.rdd.getNumPartitions())
        return there(factors, *more)

    there = spark_vectors._brought_back
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spark_vectors, "_brought_back", brought_back)
        return factorise(camps, MANY)


def test_arrays_are_as_those_of_one_machine(camps, vectors):
    """float32, one for each row and each column; zeros where there is nothing."""
    for found, expected in zip(vectors, factorise(camps, TRAIN), strict=True):
        assert found.shape == expected.shape
        assert found.dtype == expected.dtype == np.float32
        assert np.isfinite(found).all()
        assert not found[-1].any()
        assert found[:-1].any(axis=1).all()


def test_vectors_are_the_same_again(camps, vectors):
    """On one machine, for one seed."""
    again = factorise(camps, MANY)
    assert [side.tobytes() for side in again] == [side.tobytes() for side in vectors]


def test_there_are_as_many_blocks_as_the_data_needs(vectors, blocks):
    """Two of little, a thousand at most; executors have no say, or else a model had them in it."""
    from recommender.spark_vectors import _blocks

    assert blocks == [2, 2]
    assert [_blocks(cells) for cells in (5_500_000, 10**10)] == [5, 1000]


@pytest.mark.parametrize("side", [0, 1])
def test_camps_are_told_apart_as_on_one_machine(camps, vectors, side):
    """Those who are nearest are of the same camp, about as often as there."""
    camp = np.arange(CAMPS * EACH) // EACH
    one = factorise(camps, replace(MANY, engine="local"))
    here, there = (
        (camp[_nearest(found[side][:-1])] == camp[:, None]).mean() for found in (one, vectors)
    )
    assert there > 0.8
    assert there == pytest.approx(here, abs=0.1)


def _nearest(vectors, count=8):
    alike = unit(vectors) @ unit(vectors).T
    np.fill_diagonal(alike, -np.inf)
    return np.argsort(-alike, axis=1)[:, :count]


def test_a_model_is_trained_and_tells_by_what(built, tmp_path):
    """Whole and opened as any other; its settings name the engine.

    In a folder of any name, beside which nothing is made.
    """
    world, models = built("two_cliques"), tmp_path / "modèles d'un réseau%20#1"
    folder = train(world.snapshot_folder, models, ON_SPARK, spark=spark.LOCAL)
    assert list(tmp_path.iterdir()) == [models]
    assert json.loads((folder / MANIFEST).read_bytes())["settings"]["engine"] == "spark"
    assert len(Pipeline.open(folder).people()) == len(world.people)


def test_a_folder_that_spark_cannot_write_to_is_told_of(tmp_path):
    """On one line."""
    from recommender.domain.spark.session import keep_in, session

    (tmp_path / "file").write_text("")
    with (
        session(spark.LOCAL, tmp_path) as running,
        pytest.raises(EngineError, match="Spark could not write to its folder: ") as caught,
    ):
        keep_in(running, tmp_path / "file" / "sweeps")
    assert "\n" not in str(caught.value)
