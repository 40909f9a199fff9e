"""What every registered factor must hold to, in every world."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.domain import slate
from recommender.factors import FACTORS, factor_confidence, factor_scorer

every_factor = pytest.mark.parametrize("name", FACTORS)


def all_pairs(world):
    """Every ordered pair of people, and the pairs of everyone with herself."""
    n = len(world.people)
    askers, contacts = np.divmod(np.arange(n * n, dtype=np.int32), np.int32(n))
    return askers, contacts


def test_the_registered_factors_are_those_of_the_arrays():
    """A registry line, and a place in every array of factors, in the same order."""
    assert tuple(FACTORS) == slate.FACTORS


@every_factor
def test_a_value_is_a_float_between_0_and_1(name, any_world):
    """For every pair there is, without NaN."""
    askers, contacts = all_pairs(any_world)
    values = FACTORS[name].scorer(any_world.material.profiles)(askers, contacts)
    assert values.dtype == np.float32
    assert values.shape == askers.shape
    assert np.isfinite(values).all()
    assert ((values >= 0) & (values <= 1)).all()


@every_factor
def test_confidence_is_a_float_between_0_and_1_for_both_sides(name, any_world):
    """One number for everyone as an asker, and one as a contact."""
    for side in FACTORS[name].confidence(any_world.material.profiles):
        assert side.dtype == np.float32
        assert side.shape == (len(any_world.people),)
        assert np.isfinite(side).all()
        assert ((side >= 0) & (side <= 1)).all()


@every_factor
def test_the_same_pairs_have_the_same_values_again(name, any_world):
    """A factor keeps no state, and leaves its input as it was."""
    askers, contacts = all_pairs(any_world)
    profiles = any_world.material.profiles
    kept = askers.copy(), contacts.copy()
    score = FACTORS[name].scorer(profiles)
    first = score(askers, contacts)
    assert score(askers, contacts).tobytes() == first.tobytes()
    assert FACTORS[name].scorer(profiles)(askers, contacts).tobytes() == first.tobytes()
    assert (askers == kept[0]).all()
    assert (contacts == kept[1]).all()


@every_factor
def test_a_value_does_not_depend_on_the_pairs_around_it(name, any_world):
    """Alone, or in another order, a pair has the same value."""
    askers, contacts = all_pairs(any_world)
    score = FACTORS[name].scorer(any_world.material.profiles)
    together = score(askers, contacts)
    order = np.random.default_rng(7).permutation(len(askers))
    assert (score(askers[order], contacts[order]) == together[order]).all()
    for i in order[:5]:
        assert score(askers[i : i + 1], contacts[i : i + 1])[0] == together[i]


@every_factor
def test_no_pairs_have_no_values(name, any_world):
    """An empty question has an empty answer."""
    nobody = np.zeros(0, np.int32)
    values = FACTORS[name].scorer(any_world.material.profiles)(nobody, nobody)
    assert values.dtype == np.float32
    assert values.shape == (0,)


@every_factor
def test_nothing_is_known_of_people_who_left_no_trace(name, blank):
    """Confidence is 0 where neither traces nor declarations speak."""
    askers, contacts = FACTORS[name].confidence(blank.material.profiles)
    row = blank.row("blank")
    assert min(askers[row], contacts[row]) == 0


def test_a_factor_leaves_the_profiles_as_they_were(any_world):
    """Scoring with all nine changes no array that another factor reads."""
    profiles = any_world.material.profiles
    before = {name: parts(getattr(profiles, name)) for name in profiles.__slots__}
    factor_scorer(profiles)(*all_pairs(any_world))
    factor_confidence(profiles)
    for name, was in before.items():
        now = parts(getattr(profiles, name))
        assert all(np.array_equal(a, b) for a, b in zip(was, now, strict=True)), name


def test_all_nine_stand_in_the_order_of_the_registry(any_world):
    """The column of a factor is its own scorer's answer."""
    askers, contacts = all_pairs(any_world)
    profiles = any_world.material.profiles
    values = factor_scorer(profiles)(askers, contacts)
    asker_side, contact_side = factor_confidence(profiles)
    assert values.shape == (len(askers), len(slate.FACTORS))
    for column, name in enumerate(slate.FACTORS):
        assert (values[:, column] == FACTORS[name].scorer(profiles)(askers, contacts)).all()
        asked, met = FACTORS[name].confidence(profiles)
        assert (asker_side[:, column] == asked).all()
        assert (contact_side[:, column] == met).all()


def parts(value):
    """Copies of the arrays that make up a profile's field."""
    if hasattr(value, "indptr"):
        return [value.indptr.copy(), value.indices.copy(), value.data.copy()]
    return [np.array(value)]
