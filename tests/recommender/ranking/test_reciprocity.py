"""Learned chances: what they go by, how true they come, and when nothing is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import spearmanr

from recommender.domain.slate import FACTORS
from recommender.ranking.chances import CHANCES, from_chance, grid_of, standing
from recommender.ranking.learning import Examples
from recommender.ranking.reciprocity import (
    LEAST_EVENTS,
    TRAITS,
    _features,
    _raw,
    happened,
    learn_reciprocity,
)
from recommender.ranking.relevance import LEVELS, TERMS, USUAL

WALK, CONTACTS = TERMS.index("network_walk"), TERMS.index("shared_contacts")
ANSWERS = TRAITS.index("candidate_answers")

DRIVEN = {"addresses": WALK, "addressed": CONTACTS}
"""By which term each goes in what is made up here."""


def made(seed: int, askers: int = 120, each: int = 150, usual: float = -4.0) -> Examples:
    """Askers address those near on the walk; those with contacts in common address them."""
    draw = np.random.default_rng(seed)
    codes = draw.integers(0, LEVELS, (askers * each, len(TERMS))).astype(np.uint8)
    codes[:, : len(FACTORS)] = USUAL
    met, back = (
        draw.random(len(codes)) < expit(usual + 4.0 * codes[:, term] / (LEVELS - 1))
        for term in (WALK, CONTACTS)
    )
    return Examples(
        codes=codes,
        met=met,
        back=back,
        traits=draw.integers(0, 256, (len(codes), len(TRAITS))).astype(np.uint8),
        starts=np.arange(askers + 1, dtype=np.int64) * each,
        segments=np.zeros(askers, np.uint8),
        all_met=met.reshape(askers, each).sum(axis=1),
        askers=np.arange(askers, dtype=np.int32),
        contacts=np.tile(np.arange(each, dtype=np.int32), askers),
        since=-seed,
    )


@pytest.fixture(scope="module")
def times() -> list[Examples]:
    """Four earlier times, and one that nothing is learned from, first."""
    return [made(seed) for seed in range(5)]


@pytest.fixture(scope="module")
def learned(times):
    return learn_reciprocity(times[1:])


def told(learned, examples, name):
    """The chances that are told, one for each pair."""
    found = learned(examples.codes, examples.traits)
    return from_chance(found[:, CHANCES.index(name)])


@pytest.mark.parametrize("name", DRIVEN)
def test_each_chance_goes_by_what_decides_it(times, learned, name):
    """And by nothing else: pairs are in the order of the one term."""
    chances = told(learned, times[0], name)
    for term in DRIVEN.values():
        by_term = spearmanr(chances, times[0].codes[:, term]).statistic
        assert by_term > 0.9 if term == DRIVEN[name] else abs(by_term) < 0.2


def test_answers_go_by_what_decides_them(times):
    """Those who are used to answering answer, where they are addressed at all."""
    draw = np.random.default_rng(7)

    def answering(one: Examples) -> Examples:
        answers = draw.random(len(one.met)) < one.traits[:, ANSWERS] / 255
        return replace(one, back=one.met & answers)

    held, *earlier = [answering(one) for one in times]
    chances = told(learn_reciprocity(earlier), held, "answers")
    assert spearmanr(chances, held.traits[:, ANSWERS]).statistic > 0.9
    share = held.back[held.met].mean()
    assert chances[held.met].mean() == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize("name", CHANCES)
def test_chances_come_true_as_often_as_they_say(times, learned, name):
    """At a time that nothing was learned from: of all, of the unlikely and of the likely half."""
    about = times[0].met if name == "answers" else np.ones(len(times[0].met), bool)
    chances, came = told(learned, times[0], name)[about], happened(times[0], name)
    likely = chances > np.median(chances)
    for part in (np.ones_like(likely), likely, ~likely):
        assert chances[part].mean() == pytest.approx(came[part].mean(), abs=0.03)


def test_the_report_tells_how_true_they_came(learned):
    """Of each chance, on the newest time, by what was learned from older ones alone."""
    assert learned.report["known"] is True
    for name in CHANCES:
        assert learned.report["events"][name] >= LEAST_EVENTS
        assert learned.report["reliability"][name]["error"] < 0.05


def rare(met: int, back: int) -> Examples:
    """Of sixty pairs so many met, and so many came back, the first of all."""
    one = made(0, askers=2, each=LEAST_EVENTS)
    place = np.arange(2 * LEAST_EVENTS)
    return replace(one, met=place < met, back=place < back)


@pytest.mark.parametrize(
    "examples",
    [
        [],
        [rare(0, 0)],
        [rare(LEAST_EVENTS - 1, 2 * LEAST_EVENTS)],
        [rare(2 * LEAST_EVENTS, LEAST_EVENTS - 1)],
    ],
    ids=["no time", "no event", "too few met", "too few came back"],
)
def test_nothing_is_said_where_too_little_happened(examples):
    """Not one byte, and no standing: unknown is not unlikely."""
    nothing = learn_reciprocity(examples)
    pairs = made(1, askers=2, each=20)
    found = nothing(pairs.codes, pairs.traits)
    assert nothing.report["known"] is False
    assert (found.shape, found.dtype) == ((40, len(CHANCES)), np.uint8)
    assert not found.any()
    assert standing(found, grid_of(found)) is None


def test_with_enough_of_each_something_is_said():
    """From LEAST_EVENTS on, all three."""
    enough = learn_reciprocity([rare(LEAST_EVENTS, LEAST_EVENTS)])
    pairs = made(1, askers=2, each=20)
    assert enough.report["known"] is True
    assert enough(pairs.codes, pairs.traits).all()


def test_the_same_examples_say_the_same(times, learned):
    """To the last byte."""
    again = learn_reciprocity(times[1:])
    first = learned(times[0].codes, times[0].traits)
    assert again(times[0].codes, times[0].traits).tobytes() == first.tobytes()
    assert again.report == learned.report


def test_a_pair_has_the_same_chance_whoever_is_asked_for_with_it(times, learned):
    """To the last bit, so that blocks of another size make the same model."""
    codes, traits = times[0].codes[:999], times[0].traits[:999]
    for chance in learned.chances:
        lines = chance.coefficients
        whole = _raw(lines, _features(codes, traits))
        for size in (1, 3, 64):
            blocks = [
                _raw(lines, _features(codes[at : at + size], traits[at : at + size]))
                for at in range(0, len(codes), size)
            ]
            assert np.concatenate(blocks).tobytes() == whole.tobytes()
