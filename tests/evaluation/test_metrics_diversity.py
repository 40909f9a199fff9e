"""Diversity metrics on lists whose value can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from evaluation.metrics.community_recall import community_recall
from evaluation.metrics.intra_list_diversity import intra_list_diversity
from evaluation.metrics.novelty import novelty
from evaluation.metrics.serendipity import serendipity
from evaluation.metrics.unexpectedness import unexpected, unexpectedness
from evaluation.metrics.weak_tie_share import weak_tie_share
from recommender.sparse import unit_rows
from tests.evaluation.lists import drawn_lists, lists, stored

PROFILES = sp.csr_matrix(np.array([[1, 0], [0.6, 0.8], [0, 1], [0, 0]], np.float32))
COMMUNITY = np.array([0, 0, 1, 2, -1], np.int32)


def test_intra_list_diversity_is_the_mean_over_pairs():
    """Cosines .6, 0 and .8 between three; whoever has no profile is like nobody."""
    found = intra_list_diversity(lists([0, 1, 2], [2, 3, -1]), PROFILES)
    assert found == pytest.approx([1 - 1.4 / 3, 1.0])


def test_one_person_alone_is_not_diverse_or_the_opposite():
    """NaN for one, and for nobody."""
    assert np.isnan(intra_list_diversity(lists([0, -1], [-1, -1]), PROFILES)).all()


@pytest.mark.parametrize("seed", range(3))
def test_intra_list_diversity_is_that_of_the_pairs_one_by_one(seed):
    """On random profiles, some of them empty, and lists of any length."""
    rng = np.random.default_rng(seed)
    dense = rng.random((30, 8)) * (rng.random((30, 8)) < 0.3)
    profiles = unit_rows(sp.csr_matrix(dense))
    found = drawn_lists(rng, 12, 30, 7)
    cosine = (profiles @ profiles.T).toarray()
    for row, value in zip(found, intra_list_diversity(found, profiles), strict=True):
        shown = row[row >= 0]
        pairs = [1 - cosine[a, b] for at, a in enumerate(shown) for b in shown[:at]]
        expected = np.mean(pairs) if pairs else np.nan
        assert value == pytest.approx(expected, abs=1e-6, nan_ok=True)


def test_community_recall_counts_each_community_once():
    """One of two places' worth; both; never one that is not known."""
    found = community_recall(lists([0, 1], [1, 2], [3, 4]), COMMUNITY)
    assert found == pytest.approx([1 / 2, 1.0, 1 / 2])


def test_community_recall_asks_for_no_more_communities_than_there_are():
    """Three in four places, out of three."""
    assert community_recall(lists([0, 2, 3, 4]), COMMUNITY) == pytest.approx([1.0])


def test_a_short_list_reaches_fewer_communities():
    """By the width of the lists, not by how many are shown."""
    assert community_recall(lists([0, -1]), COMMUNITY) == pytest.approx([1 / 2])


def test_without_communities_there_is_no_community_recall():
    """Undefined where no community is known, and for an empty list."""
    assert np.isnan(community_recall(lists([0, 1]), np.full(2, -1, np.int32))).all()
    assert np.isnan(community_recall(lists([-1, -1]), COMMUNITY)).all()


def test_weak_ties_lead_out_of_the_communities_of_ones_contacts():
    """At home in 0: 2 and 3 are elsewhere; where 4 is, nobody knows."""
    found = weak_tie_share(lists([0, 1, 2, 3], [0, 4, -1, -1]), COMMUNITY, stored(3, {0}, {0}))
    assert found == pytest.approx([1 / 2, 0.0])


def test_who_has_no_community_has_none_to_lead_out_of():
    """Everybody would be a weak tie to her, which says nothing of the list."""
    assert np.isnan(weak_tie_share(lists([0, 2, 4]), COMMUNITY, stored(3, set()))).all()


def test_novelty_is_the_self_information_of_degrees():
    """1 + degrees add up to 16 with one: log2(16 / 8) and log2(16 / 1), then the mean."""
    degree = np.array([7, 0, 8])
    found = novelty(lists([0, -1], [1, -1], [0, 1]), degree)
    assert found == pytest.approx([1.0, 4.0, 2.5])


def test_whoever_is_on_any_expected_list_is_expected():
    """Of the union, wherever in the list, for that asker alone."""
    expected = [lists([1, 5], [5, -1]), lists([6, 2], [6, 7])]
    assert unexpected(lists([1, 2, 3], [1, 2, -1]), expected).tolist() == [
        [False, False, True],
        [True, True, False],
    ]
    found = unexpectedness(lists([1, 2, 3], [1, 2, -1]), expected)
    assert found == pytest.approx([1 / 3, 1.0])


def test_serendipity_is_unexpected_and_right():
    """0 is expected and right, 1 unexpected and right, 2 unexpected and wrong."""
    found = serendipity(lists([0, 1, 2]), [lists([0])], stored(4, {0, 1, 3}))
    assert found == pytest.approx([1 / 3])


def test_serendipity_needs_an_answer():
    """It is as much of accuracy as of diversity."""
    assert np.isnan(serendipity(lists([0, 1]), [lists([0])], stored(3, set()))).all()


def test_a_person_with_no_answer_has_diversity():
    """These ask for no answer at all, so everyone with a list has a value."""
    found = lists([0, 2])
    values = [
        intra_list_diversity(found, PROFILES),
        community_recall(found, COMMUNITY),
        weak_tie_share(found, COMMUNITY, stored(3, {0})),
        novelty(found, np.array([1, 2, 3])),
        unexpectedness(found, [lists([1])]),
    ]
    assert np.isfinite(values).all()


def test_an_empty_list_has_no_diversity():
    """NaN, not 0."""
    empty = lists([-1, -1])
    values = [
        intra_list_diversity(empty, PROFILES),
        weak_tie_share(empty, COMMUNITY, stored(3, {0})),
        novelty(empty, np.array([1, 2, 3])),
        unexpectedness(empty, [lists([1])]),
        serendipity(empty, [lists([1])], stored(3, {0})),
    ]
    assert np.isnan(values).all()
