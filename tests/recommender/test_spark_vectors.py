"""Vectors that Spark learns: such arrays as on one machine, as near where people are alike."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.domain.config import SparkConfig, TrainConfig
from recommender.domain.versions import MANIFEST
from recommender.embeddings import factorise, unit
from recommender.pipeline import Pipeline
from recommender.train import train
from tests import spark
from tests.world_builder import TRAIN

pytestmark = pytest.mark.filterwarnings(spark.SOCKETS)

LOCAL = SparkConfig(master="local[2]", conf=spark.SMALL)
ON_SPARK = replace(TRAIN, engine="spark")
MANY = replace(ON_SPARK, embedding_iterations=TrainConfig().embedding_iterations)
CAMPS, EACH = 4, 15


@pytest.fixture(scope="module", autouse=True)
def _session(tmp_path_factory):
    """One session for all tests, which training finds and uses."""
    spark.require_spark()
    from recommender.domain.spark.session import begun

    with begun(LOCAL, tmp_path_factory.mktemp("spark")):
        yield


@pytest.fixture(scope="module")
def camps():
    """Camps who mostly turn to things of their own; the last person and thing are alone."""
    rng = np.random.default_rng(0)
    own = np.kron(np.eye(CAMPS), np.ones((EACH, EACH)))
    seen = rng.random(own.shape) < np.where(own, 0.5, 0.01)
    dense = np.pad(np.where(seen, rng.uniform(0.2, 3, own.shape), 0), ((0, 1), (0, 1)))
    return sp.csr_matrix(dense.astype(np.float32))


@pytest.fixture(scope="module")
def vectors(camps):
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
    """Whole and opened as any other; its settings name the engine."""
    world = built("two_cliques")
    folder = train(world.snapshot_folder, tmp_path, ON_SPARK, spark=LOCAL)
    assert json.loads((folder / MANIFEST).read_bytes())["settings"]["engine"] == "spark"
    assert len(Pipeline.open(folder).people()) == len(world.people)
