"""Vectors: repeatable, and near where people are alike."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.embeddings import factorise, unit
from tests.world_builder import TRAIN


@pytest.fixture(scope="module")
def camps():
    """Twelve people, half of whom turn to the first five things, half to the others."""
    dense = np.zeros((12, 10), np.float32)
    dense[:6, :5] = dense[6:, 5:] = 1
    return sp.csr_matrix(dense)


def test_vectors_are_the_same_again(camps):
    """Same matrix, same seed: the same bytes."""
    one, two = factorise(camps, TRAIN), factorise(camps, TRAIN)
    assert [side.tobytes() for side in one] == [side.tobytes() for side in two]


def test_vectors_have_the_size_asked_for(camps):
    """float32, one for each row and each column."""
    rows, columns = factorise(camps, TRAIN)
    assert rows.shape == (12, TRAIN.embedding_size)
    assert columns.shape == (10, TRAIN.embedding_size)
    assert rows.dtype == columns.dtype == np.float32


def test_people_of_one_camp_are_near_one_another(camps):
    """And far from the other camp."""
    vectors = unit(factorise(camps, TRAIN)[0])
    alike = vectors @ vectors.T
    assert alike[:6, :6].min() > alike[:6, 6:].max()


def test_an_empty_matrix_has_vectors_of_zeros():
    """No contact, nothing to learn."""
    rows, columns = factorise(sp.csr_matrix((3, 4), dtype=np.float32), TRAIN)
    assert rows.shape == (3, 8)
    assert columns.shape == (4, 8)
    assert not rows.any()
    assert not columns.any()


def test_unit_vectors_have_length_1_or_0():
    """Zero vectors stay zero, without a warning."""
    vectors = unit(np.array([[3, 4], [0, 0]], np.float32))
    assert vectors == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))
