"""Metrics on lists whose value can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from evaluation.metrics.coverage import coverage
from evaluation.metrics.ndcg import ndcg


def lists(*rows: list[int]) -> np.ndarray:
    return np.array(rows, np.int32)


def test_a_perfect_list_scores_1():
    """All that is relevant first, in any order."""
    relevant = sp.csr_matrix(np.array([[1, 1, 0, 0]]))
    assert ndcg(lists([1, 0, 2]), relevant) == pytest.approx([1.0])


def test_a_list_without_a_hit_scores_0():
    """Nothing relevant among those shown."""
    assert ndcg(lists([2, 3]), sp.csr_matrix(np.array([[1, 1, 0, 0]]))).tolist() == [0.0]


def test_a_later_hit_counts_by_the_logarithm_of_its_place():
    """Third of three, one relevant: 1 / log2(4)."""
    assert ndcg(lists([1, 2, 0]), sp.csr_matrix(np.array([[1, 0, 0]]))) == pytest.approx([0.5])


def test_more_relevant_people_than_places_do_not_make_a_full_list_worse():
    """The best possible list is as long as the list."""
    assert ndcg(lists([0, 1]), sp.csr_matrix(np.ones((1, 5)))) == pytest.approx([1.0])


def test_places_that_nobody_takes_are_no_hits():
    """-1 is not the last person."""
    assert ndcg(lists([-1, -1]), sp.csr_matrix(np.array([[0, 0, 1]]))).tolist() == [0.0]


def test_an_asker_for_whom_nobody_is_relevant_has_no_value():
    """Undefined is NaN, so that no mean counts it as a failure by mistake."""
    assert np.isnan(ndcg(lists([0]), sp.csr_matrix((1, 2)))).all()


def test_coverage_counts_each_person_once_and_no_empty_place():
    """Two of eight."""
    assert coverage(lists([0, 1], [1, -1]), people=8) == 0.25


def test_coverage_of_nobody_has_no_value():
    """NaN, not 0."""
    assert np.isnan(coverage(lists([]), people=0))
