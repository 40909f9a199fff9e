"""How far two lists overlap, by hand and for any lists."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evaluation.against.overlap import jaccard, rank_biased_overlap


def lists(*rows):
    return np.array(rows, np.int32)


def test_jaccard_counts_people_on_both_lists_over_those_on_either():
    """Whatever their order; an empty list has nothing in common, two have no value."""
    a = lists([0, 1, 2], [0, 1, 2], [0, -1, -1], [-1, -1, -1])
    b = lists([2, 1, 0], [0, 3, -1], [-1, -1, -1], [-1, -1, -1])
    assert jaccard(a, b) == pytest.approx([1, 1 / 4, 0, np.nan], nan_ok=True)


def test_rank_biased_overlap_by_hand():
    """Of three, X = 0, 2, 2: (1 - p)/p · (0 + 2/2 p² + 2/3 p³) + 2/3 p³ at p = ½."""
    p = 0.5
    by_hand = (1 - p) / p * (0 + p**2 + 2 / 3 * p**3) + 2 / 3 * p**3
    assert rank_biased_overlap(lists([0, 1, 2]), lists([1, 0, 3]), p) == pytest.approx([by_hand])


def test_rank_biased_overlap_of_lists_of_different_length_by_hand():
    """Equation 32 with s = 1, l = 3, X = 1, 1, 1: the agreement of the short one goes on."""
    p = 0.9
    first = 1 * p + 1 / 2 * p**2 + 1 / 3 * p**3
    second = 1 * 1 / (1 * 2) * p**2 + 1 * 2 / (1 * 3) * p**3
    by_hand = (1 - p) / p * (first + second) + ((1 - 1) / 3 + 1 / 1) * p**3
    a, b = lists([0, -1, -1]), lists([0, 1, 2])
    assert by_hand == pytest.approx(1.0)
    assert rank_biased_overlap(a, b) == pytest.approx([by_hand])
    wrong = lists([1, -1, -1])
    first, second = 1 / 2 * p**2 + 1 / 3 * p**3, 0
    by_hand = (1 - p) / p * (first + second) + 1 / 3 * p**3
    assert rank_biased_overlap(wrong, b) == pytest.approx([by_hand])


def test_rank_biased_overlap_is_undefined_for_nothing_and_0_for_one_list():
    """NaN, so that people without lists count for neither side."""
    nothing = lists([-1, -1])
    assert np.isnan(rank_biased_overlap(nothing, nothing)).all()
    assert rank_biased_overlap(nothing, lists([3, 4])).tolist() == [0.0]


def test_a_change_at_the_top_weighs_more_than_one_at_the_end():
    """What is looked at most counts most."""
    whole = lists([0, 1, 2, 3])
    top, end = lists([9, 1, 2, 3]), lists([0, 1, 2, 9])
    assert rank_biased_overlap(whole, top) < rank_biased_overlap(whole, end)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    arrays(np.int32, (3, 6), elements=st.integers(0, 8)),
    arrays(np.int32, (3, 6), elements=st.integers(0, 8)),
    st.integers(0, 6),
    st.integers(0, 6),
)
def test_overlap_is_symmetric_and_between_0_and_1(a, b, length_a, length_b):
    """For lists of any length; with itself it is 1, and as a whole it is 1 only for equals."""
    a, b = (unique(rows, length) for rows, length in ((a, length_a), (b, length_b)))
    for overlap in (jaccard, rank_biased_overlap):
        values = overlap(a, b)
        assert values == pytest.approx(overlap(b, a), nan_ok=True)
        assert np.isnan(values).tolist() == ((a < 0) & (b < 0)).all(axis=1).tolist()
        assert ((values >= 0) & (values <= 1 + 1e-12) | np.isnan(values)).all()
        alone = overlap(a, a)
        assert alone[~np.isnan(alone)] == pytest.approx(1.0)


def unique(rows, length):
    """Rows cut to `length`, nobody listed twice, empty places last."""
    out = np.full(rows.shape, -1, np.int32)
    for line, row in enumerate(rows):
        kept = list(dict.fromkeys(row.tolist()))[:length]
        out[line, : len(kept)] = kept
    return out
