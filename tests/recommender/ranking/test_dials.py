"""Dials and goals move a list the way they are turned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.config import Dials
from recommender.domain.slate import HEADLINES, Query
from recommender.pipeline import scores
from recommender.ranking.dials import standardise, steer
from recommender.ranking.stages import PRESETS
from recommender.ranking.steering import GOAL_STRENGTH
from tests.recommender.slates import random_slate

shares = st.floats(0, 1, allow_nan=False).map(lambda x: round(x, 3))
turned = (
    st.tuples(shares, shares, shares)
    .filter(lambda three: sum(three) > 0)
    .map(lambda three: Dials(**dict(zip(HEADLINES, three, strict=True))))
)
dials = turned | st.sampled_from([preset.dials for preset in PRESETS.values()])
seeds = st.integers(0, 50)


def ranked(slate, chosen):
    """The slate as the pipeline sorts it, before the re-rank."""
    return scores(Query(askers=slate.askers.tolist(), dials=chosen), slate)


def test_at_the_defaults_the_order_is_that_of_relevance():
    """Scores are relevance, standardised in each line."""
    slate = random_slate(1)
    steered = steer(slate, Dials())
    for line in range(len(slate.askers)):
        filled = slate.rows[line] >= 0
        by_score = np.argsort(-steered.scores[line, filled], kind="stable")
        by_relevance = np.argsort(-slate.relevance[line, filled], kind="stable")
        assert by_score.tolist() == by_relevance.tolist()


def top_means(values):
    """Mean of each line over its first k, for every k: [b, k]."""
    return np.cumsum(values, axis=1, dtype=np.float64) / np.arange(1, values.shape[1] + 1)


def by_person(slate, values, order):
    """Values of the slots of `slate`, as the same people stand in `order`."""
    known = [dict(zip(*line, strict=True)) for line in zip(slate.rows, values, strict=True)]
    return np.array([[of[row] for row in line] for of, line in zip(known, order.rows, strict=True)])


def scale(slate):
    """Who sets the scale of a line, and who is in it."""
    stored = (slate.rows >= 0) & ~slate.spotted
    return np.where(stored.any(axis=1, keepdims=True), stored, slate.rows >= 0), slate.rows >= 0


def aimed(slate, seed, brought=0):
    """The slate with goals that some of its people match, the last so many brought in by them.

    Of those brought in, next to nothing is known.
    """
    rng = np.random.default_rng(seed)
    shape = slate.rows.shape
    values = np.where(rng.random(shape) < 0.4, rng.random(shape), 0).astype(np.float32)
    spotted = np.arange(shape[1]) >= shape[1] - brought + np.zeros((shape[0], 1))
    relevance = np.where(spotted, -1, slate.relevance).astype(np.float32)
    return replace(slate, spotted=spotted, relevance=relevance, goal_match=values)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(first=dials, second=dials, seed=seeds, brought=st.sampled_from([None, 0, 5, 12]))
def test_turning_the_dials_never_lowers_what_they_ask_for(first, second, seed, brought):
    """Mean of (b - a) · z(headline) over the first k, for any k, any two settings or stages.

    With goals or without, and whomever the goals brought in.
    """
    slate = random_slate(seed, lines=2, width=12, full=True)
    if brought is not None:
        slate = aimed(slate, seed, brought)
    moved = np.array(second.shares()) - np.array(first.shares())
    means = []
    for chosen in (first, second):
        order = ranked(slate, chosen)
        wanted = np.zeros(order.rows.shape)
        for column, step in enumerate(moved):
            z = standardise(order.headlines[..., column], *scale(order))
            wanted += step * z.astype(np.float64)
        means.append(top_means(wanted))
    assert (means[1] >= means[0] - 1e-5).all()


@settings(max_examples=100, derandomize=True, deadline=None)
@given(chosen=dials, seed=seeds, brought=st.sampled_from([0, 5]))
def test_adding_goals_never_lowers_what_they_add_to_the_match(chosen, seed, brought):
    """Over the same people, whatever the dials; from no goals on it is the match itself."""
    more = aimed(random_slate(seed, lines=2, width=12, full=True), seed, brought)
    none = replace(more, goal_match=0 * more.goal_match)
    fewer = replace(more, goal_match=np.floor(2 * more.goal_match) / 2)
    for before in (none, fewer):
        added = more.goal_match - before.goal_match
        means = [
            top_means(by_person(more, added, ranked(slate, chosen))) for slate in (before, more)
        ]
        assert (means[1] >= means[0] - 1e-5).all()


@settings(max_examples=60, derandomize=True, deadline=None)
@given(seed=seeds, brought=st.sampled_from([1, 5]))
def test_a_list_with_people_brought_in_matches_no_worse_than_the_one_without(seed, brought):
    """At the usual dials: the first k of those stored, and of all once the goals are there."""
    width = 12
    slate = random_slate(seed, lines=2, width=width, full=True)
    after = aimed(slate, seed, brought)
    kept = np.broadcast_to(np.arange(width - brought), (2, width - brought))
    stored = after.take(kept)
    before = ranked(replace(stored, goal_match=0 * stored.goal_match), Dials())
    old, new = (
        top_means(by_person(after, after.goal_match, order))
        for order in (before, ranked(after, Dials()))
    )
    assert (new[:, : width - brought] >= old - 1e-5).all()


def test_a_goal_is_worth_what_is_said():
    """Who matches it in full gains GOAL_STRENGTH standard deviations; who does not, nothing."""
    slate = random_slate(6, full=True)
    values = np.zeros(slate.rows.shape, np.float32)
    values[:, 3] = 1
    gained = steer(replace(slate, goal_match=values), Dials()).scores - steer(slate, Dials()).scores
    assert gained == pytest.approx(GOAL_STRENGTH * values, abs=1e-5)


def test_people_scored_on_the_spot_start_no_lower_than_the_last():
    """However little is known of them; who is known to be better stands higher."""
    slate = aimed(random_slate(7, full=True), 7, brought=4)
    slate = replace(slate, goal_match=0 * slate.goal_match)
    scored, stored = steer(slate, Dials()).scores, standardise(slate.relevance, ~slate.spotted)
    assert (scored[:, -4:] == stored.min(axis=1, keepdims=True)).all()
    better = slate.relevance.copy()
    better[:, -1] = 2
    scored = steer(replace(slate, relevance=better), Dials()).scores
    assert (scored[:, -1] > scored[:, :-1].max(axis=1)).all()
    assert np.array_equal(scored[:, :-4], stored[:, :-4])


def test_where_nobody_is_stored_all_set_the_scale():
    """Somebody new has a ranking too."""
    slate = random_slate(7, full=True)
    nobody = replace(slate, spotted=np.ones(slate.rows.shape, bool))
    assert np.array_equal(steer(nobody, Dials()).scores, steer(slate, Dials()).scores)


def test_a_prepared_list_is_left_as_it_was_stored():
    """Whatever the dials."""
    slate = random_slate(8)
    usual = steer(slate, Dials())
    assert np.array_equal(steer(slate, Dials(diversity=1), as_stored=True).scores, usual.scores)


@pytest.mark.parametrize("name", HEADLINES)
def test_one_dial_alone_raises_its_own_headline(name):
    """From the defaults all the way."""
    column = HEADLINES.index(name)
    alone = Dials(**(dict.fromkeys(HEADLINES, 0.0) | {name: 1.0}))
    slate = random_slate(4, full=True)
    before, after = (
        ranked(slate, chosen).headlines[:, :5, column].mean() for chosen in (Dials(), alone)
    )
    assert after > before


def test_only_proportions_of_the_dials_matter():
    """Twice each is the same list, to the byte."""
    slate = random_slate(2)
    once = steer(slate, Dials(like_mindedness=0.5, collaboration=0.25, diversity=0.25))
    twice = steer(slate, Dials(like_mindedness=1.0, collaboration=0.5, diversity=0.5))
    assert once.scores.tobytes() == twice.scores.tobytes()


def test_empty_slots_sink_below_everyone():
    """-inf in empty slots, finite in all others, also where all values are the same."""
    slate = random_slate(3)
    for chosen in (Dials(), Dials(like_mindedness=1, collaboration=0, diversity=0)):
        steered = steer(slate, chosen)
        assert np.isneginf(steered.scores[slate.rows < 0]).all()
        assert np.isfinite(steered.scores[slate.rows >= 0]).all()


def test_standardised_values_have_mean_0_and_deviation_1():
    """Over the filled slots; a line whose values are all the same is all 0."""
    values = np.array([[1, 2, 3, 99], [7, 7, 7, 7]], np.float32)
    filled = np.array([[True, True, True, False], [True] * 4])
    z = standardise(values, filled)
    assert z[0, :3].mean() == pytest.approx(0, abs=1e-6)
    assert z[0, :3].std() == pytest.approx(1, abs=1e-6)
    assert z[0, 3] == 0
    assert (z[1] == 0).all()


@pytest.mark.parametrize("width", [3, 9, 100, 130, 300])
def test_a_line_is_standardised_alike_however_wide_the_block(width):
    """To the bit: empty slots after a line must not change how its sums round."""
    rng = np.random.default_rng(width)
    values = rng.random((1, width)).astype(np.float32)
    alone = standardise(values, np.ones((1, width), bool))
    for pad in (1, 7, 64, 500):
        wide = np.concatenate([values, np.zeros((1, pad), np.float32)], axis=1)
        block = np.repeat(wide, 3, axis=0)
        filled = np.arange(width + pad)[None, :].repeat(3, axis=0) < width
        together = standardise(block, filled)
        assert (together[:, :width] == alone).all()


def test_ranking_is_total(built):
    """Equal scores stand by row, lower first, empty slots last."""
    slate = random_slate(5)
    order = ranked(slate, Dials())
    for line in range(len(order.askers)):
        keys = [
            (-score, row if row >= 0 else np.inf)
            for score, row in zip(order.scores[line], order.rows[line], strict=True)
        ]
        assert keys == sorted(keys)
