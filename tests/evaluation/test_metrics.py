"""Ranking metrics on lists whose value can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from evaluation.metrics.auc import auc
from evaluation.metrics.average_precision import average_precision
from evaluation.metrics.hits import hits
from evaluation.metrics.ndcg import ndcg
from evaluation.metrics.recall import recall
from evaluation.metrics.reciprocal_rank import reciprocal_rank
from tests.evaluation.lists import drawn_lists, drawn_pattern, lists, stored

ACCURACY = {
    "ndcg": lambda found, relevant: ndcg(found, relevant, 10),
    "recall": lambda found, relevant: recall(found, relevant, 10),
    "reciprocal rank": reciprocal_rank,
    "average precision": lambda found, relevant: average_precision(found, relevant, 10),
    "auc": lambda found, relevant: auc(found, relevant, sp.csr_matrix(np.ones(relevant.shape))),
}


@pytest.mark.parametrize("seed", range(5))
def test_hits_are_the_cells_of_a_dense_matrix(seed):
    """Looked up one by one."""
    rng = np.random.default_rng(seed)
    found, relevant = drawn_lists(rng, 20, 15, 6), drawn_pattern(rng, 20, 15)
    dense = relevant.toarray()
    expected = [[who >= 0 and dense[line, who] for who in row] for line, row in enumerate(found)]
    assert hits(found, relevant).tolist() == expected


def test_a_place_that_nobody_takes_is_not_the_last_person_of_the_line_before():
    """Nor of her own."""
    assert not hits(lists([-1], [-1]), stored(3, {2}, {2})).any()


def test_cells_may_be_more_than_32_bits_count():
    """The first cell of line 2^16 is not that of line 0, though 2^32 cells lie between."""
    relevant = sp.csr_matrix(([1.0], ([0], [0])), (2**16 + 1, 2**16))
    found = np.zeros((2**16 + 1, 1), np.int32)
    assert np.flatnonzero(hits(found, relevant)).tolist() == [0]


@pytest.mark.parametrize("metric", ACCURACY.values(), ids=ACCURACY)
def test_a_person_with_no_answer_has_no_accuracy(metric):
    """NaN, so that no mean counts her as a failure; the others are judged."""
    values = metric(lists([0, 1], [0, 1]), stored(4, {1}, set()))
    assert np.isnan(values).tolist() == [False, True]


@pytest.mark.parametrize("metric", ACCURACY.values(), ids=ACCURACY)
def test_a_list_with_all_that_is_relevant_first_scores_1(metric):
    """In any order."""
    assert metric(lists([1, 0, 2]), stored(4, {0, 1})) == pytest.approx([1.0])


@pytest.mark.parametrize("metric", [m for name, m in ACCURACY.items() if name != "auc"])
@pytest.mark.parametrize("found", [[2, 3], [-1, -1], []])
def test_a_list_without_a_hit_scores_0(metric, found):
    """However short: whoever has an answer and is shown nobody counts as a failure."""
    assert metric(lists(found), stored(4, {0, 1})).tolist() == [0.0]


def test_a_later_hit_gains_by_the_logarithm_of_its_place():
    """Third of three, one relevant: 1 / log2(4)."""
    assert ndcg(lists([1, 2, 0]), stored(3, {0}), 3) == pytest.approx([0.5])


def test_more_relevant_people_than_places_do_not_make_a_full_list_worse():
    """NDCG and recall compare with the best list of that length."""
    everybody = stored(5, {0, 1, 2, 3, 4})
    assert ndcg(lists([0, 1]), everybody, 2) == pytest.approx([1.0])
    assert recall(lists([0, 1]), everybody, 2) == pytest.approx([1.0])


def test_a_narrow_list_is_not_excused_for_its_width():
    """Two hits in two places, of three asked for and relevant."""
    everybody, best = stored(5, {0, 1, 2, 3, 4}), 1 + 1 / np.log2(3) + 1 / 2
    assert ndcg(lists([0, 1]), everybody, 3) == pytest.approx([(1 + 1 / np.log2(3)) / best])
    assert recall(lists([0, 1]), everybody, 3) == pytest.approx([2 / 3])


@pytest.mark.parametrize("metric", [ndcg, recall, average_precision])
def test_places_past_k_do_not_count(metric):
    """A hit in the third place, two looked at."""
    assert metric(lists([1, 2, 0]), stored(3, {0}), 2).tolist() == [0.0]


def test_recall_is_by_how_many_could_have_been_named():
    """One hit of two relevant in three places; one hit of five relevant in three."""
    found = lists([0, 3, 4], [0, 5, 6])
    relevant = stored(9, {0, 1}, {0, 1, 2, 3, 4})
    assert recall(found, relevant, 3) == pytest.approx([1 / 2, 1 / 3])


def test_the_reciprocal_rank_is_of_the_first_hit():
    """The second and the third place hit."""
    assert reciprocal_rank(lists([2, 0, 1]), stored(3, {0, 1})) == pytest.approx([0.5])


def test_average_precision_is_the_mean_of_precisions_at_hits():
    """Hits at 1 and 3 of two relevant: (1/1 + 2/3) / 2; of four relevant: half of that."""
    found = lists([0, 4, 1], [0, 4, 1])
    relevant = stored(6, {0, 1}, {0, 1, 2, 3})
    assert average_precision(found, relevant, 3) == pytest.approx([5 / 6, 5 / 12])


def test_auc_counts_pairs_in_the_right_order():
    """Relevant 0 and 1, irrelevant 2 and 3; only 3 stands before 1, three of four pairs."""
    pool = stored(5, {0, 1, 2, 3})
    assert auc(lists([0, 3, 1, 2]), stored(5, {0, 1}), pool) == pytest.approx([3 / 4])


def test_auc_ties_those_not_listed_at_the_end():
    """0 listed beats 2 and 3; 1 is tied with both: (2 + 2/2) / 4. Nobody listed: all tied."""
    pool = stored(5, {0, 1, 2, 3}, {0, 1, 2, 3})
    found = auc(lists([0, -1], [-1, -1]), stored(5, {0, 1}, {0, 1}), pool)
    assert found == pytest.approx([3 / 4, 1 / 2])


def test_auc_passes_over_people_outside_the_pool():
    """Neither listed before, nor relevant."""
    pool, relevant = stored(6, {0, 1}), stored(6, {0, 4})
    assert auc(lists([5, 4, 0, 1]), relevant, pool) == pytest.approx([1.0])


def test_auc_needs_both_kinds():
    """A pool of relevant people alone has no order to get wrong."""
    assert np.isnan(auc(lists([0, 1]), stored(3, {0, 1}), stored(3, {0, 1}))).all()


@pytest.mark.parametrize("seed", range(5))
def test_auc_is_the_share_of_pairs_won(seed):
    """Counted pair by pair, a tie being half a win."""
    rng = np.random.default_rng(seed)
    found = drawn_lists(rng, 8, 12, 6)
    relevant, pool = drawn_pattern(rng, 8, 12, 0.4), drawn_pattern(rng, 8, 12, 0.7)
    for line, value in enumerate(auc(found, relevant, pool)):
        place = {who: at for at, who in enumerate(found[line]) if who >= 0}
        members = pool[line].indices.tolist()
        good = [who for who in members if relevant[line, who]]
        bad = [who for who in members if not relevant[line, who]]
        last = len(found[line])
        gaps = [place.get(b, last) - place.get(g, last) for g in good for b in bad]
        expected = np.mean([(np.sign(gap) + 1) / 2 for gap in gaps]) if gaps else np.nan
        assert value == pytest.approx(expected, nan_ok=True)
