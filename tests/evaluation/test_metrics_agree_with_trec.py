"""Ranking metrics against `ir_measures`, which asks trec_eval, on random lists."""

from __future__ import annotations

import ir_measures
import numpy as np
import pytest
from ir_measures import AP, RR, R, nDCG

from evaluation.metrics.average_precision import average_precision
from evaluation.metrics.ndcg import ndcg
from evaluation.metrics.recall import recall
from evaluation.metrics.reciprocal_rank import reciprocal_rank
from tests.evaluation.lists import drawn_lists, drawn_pattern

ASKERS, PEOPLE = 40, 30


def theirs(measure, found, relevant):
    """The value of `measure` for every asker, NaN for those whom it leaves out."""
    asked = {
        str(line): {str(who): 1 for who in relevant[line].indices}
        for line in range(len(found))
        if relevant[line].nnz
    }
    answered = {
        str(line): {str(who): -float(at) for at, who in enumerate(row) if who >= 0}
        for line, row in enumerate(found)
    }
    out = np.full(len(found), np.nan)
    for value in ir_measures.iter_calc([measure], asked, answered):
        out[int(value.query_id)] = value.value
    return out


def drawn(seed):
    """Lists of up to 12 people, and up to a dozen relevant or none."""
    rng = np.random.default_rng(seed)
    share = rng.choice([0.0, 0.03, 0.2, 0.4], ASKERS)[:, None]
    found = drawn_lists(rng, ASKERS, PEOPLE, 12)
    return found, drawn_pattern(rng, ASKERS, PEOPLE, share)


@pytest.mark.parametrize("k", [1, 3, 10, 20])
@pytest.mark.parametrize("seed", range(4))
def test_ndcg_and_average_precision_are_those_of_trec_eval(seed, k):
    """At any k, whether lists are longer or shorter and whatever is relevant."""
    found, relevant = drawn(seed)
    for measure, ours in ((nDCG @ k, ndcg), (AP @ k, average_precision)):
        expected = theirs(measure, found, relevant)
        assert ours(found, relevant, k) == pytest.approx(expected, abs=1e-12, nan_ok=True)
        assert np.nanmax(expected) > 0


@pytest.mark.parametrize("seed", range(4))
def test_the_reciprocal_rank_is_that_of_trec_eval(seed):
    """Of whole lists."""
    found, relevant = drawn(seed)
    expected = theirs(RR, found, relevant)
    assert reciprocal_rank(found, relevant) == pytest.approx(expected, abs=1e-12, nan_ok=True)
    assert np.nanmax(expected) > 0


@pytest.mark.parametrize("k", [3, 10, 20])
@pytest.mark.parametrize("seed", range(4))
def test_recall_is_that_of_trec_eval_where_all_fit_and_reaches_1_where_not(seed, k):
    """trec_eval divides by the number relevant, we by k where that is less."""
    found, relevant = drawn(seed)
    count = np.diff(relevant.indptr)
    expected = theirs(R @ k, found, relevant) * np.maximum(count / k, 1)
    assert recall(found, relevant, k) == pytest.approx(expected, abs=1e-12, nan_ok=True)
    assert (count > 0).any()
    assert np.nanmax(expected) > 0
