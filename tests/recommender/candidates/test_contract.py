"""What every registered source of candidates must hold to, in every world."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.candidates import SOURCES, Union
from recommender.domain.slate import SIGNALS, Kind

every_source = pytest.mark.parametrize("name", SOURCES)

OWN_WORLDS = {
    "shared_contacts": ("two_cliques", "a1", "a2"),
    "similar_network": ("two_camps", "fan", "left5"),
    "shared_objects": ("met_in_threads", "ada", "bob"),
    "active_in_topics": ("newcomer", "nell", "kit"),
    "similar_interests": ("mixes", "mae", "twin"),
    "network_walk": ("two_cliques", "a1", "a2"),
    "turned_to_by_contacts": ("two_cliques", "a1", "a2"),
    "addressed_in_topics": ("expert_and_askers", "noa", "eva"),
    "active_lately": ("newcomer", "nell", "kit"),
    "near_topics": ("two_tongues", "north10", "south10"),
    "goal_matches": ("expert_and_askers", "noa", "eva"),
    "similar_titles": ("two_tongues", "north10", "north11"),
    "newcomers": ("arrivals", "me", "silent"),
    "bridges": ("apart", "ann", "zoe"),
}
"""For each source a world, who asks there, and the one new person whom it must find first."""


def everyone(world):
    return np.arange(len(world.people), dtype=np.int32)


PREPARED = {}
"""Finders by world and source: to prepare one costs more than to ask it."""


def found(world, name, askers=None):
    key = world.snapshot_folder, name
    if key not in PREPARED:
        PREPARED[key] = SOURCES[name].finder(world.material)
    return PREPARED[key](everyone(world) if askers is None else askers)


def test_the_registered_sources_are_the_signals_of_a_slate():
    """In the same order: a slate's columns are named by it."""
    assert tuple(SOURCES) == SIGNALS


@every_source
def test_scores_are_finite_floats_that_are_not_negative(name, any_world):
    """A row for every asker and a column for everyone."""
    scores = found(any_world, name)
    n = len(any_world.people)
    assert sp.isspmatrix_csr(scores)
    assert scores.shape == (n, n)
    assert scores.dtype == np.float32
    assert np.isfinite(scores.data).all()
    assert (scores.data >= 0).all()


@every_source
def test_a_source_finds_the_same_again(name, any_world):
    """Prepared anew, and asked twice."""
    finder = SOURCES[name].finder(any_world.material)
    first = finder(everyone(any_world)).toarray()
    assert finder(everyone(any_world)).toarray().tobytes() == first.tobytes()
    assert found(any_world, name).toarray().tobytes() == first.tobytes()


@every_source
def test_what_an_asker_is_told_does_not_depend_on_who_asks_with_her(name, any_world):
    """A block of askers is only a way to work."""
    together = found(any_world, name).toarray()
    for row in everyone(any_world)[::3]:
        alone = found(any_world, name, np.array([row], np.int32)).toarray()
        assert alone[0] == pytest.approx(together[row], rel=1e-5)


@every_source
def test_nobody_asking_finds_nobody(name, any_world):
    """An empty block is an empty answer."""
    scores = found(any_world, name, np.zeros(0, np.int32))
    assert scores.shape == (0, len(any_world.people))


@every_source
def test_a_source_finds_the_one_right_person_in_its_own_world(name, built):
    """A new source needs its line in OWN_WORLDS."""
    assert name in OWN_WORLDS, f"give {name} a world in which it has one right answer"
    world_name, asker, right = OWN_WORLDS[name]
    world = built(world_name)
    row = np.array([world.row(asker)], np.int32)
    scores = found(world, name, row).toarray()[0]
    scores[world.rules.barred(row, Kind.PEOPLE).indices] = 0
    assert world.people[int(scores.argmax())] == right
    assert (scores == scores.max()).sum() == 1


def test_the_union_finds_nobody_who_is_barred(any_world):
    """Not oneself, no contact, nobody blocked."""
    askers = everyone(any_world)
    barred = any_world.rules.barred(askers, Kind.PEOPLE)
    hidden = np.arange(len(askers)) % 3 == 0
    union = Union(any_world.material)(askers, barred, hidden)
    assert not barred.toarray()[union.lines, union.rows].any()
    assert not hidden[union.rows].any()
    assert (union.lines != union.rows).all()


def test_the_union_tells_each_person_once_with_signals_up_to_1(any_world):
    """Sorted by asker, then person; the best of each source has 1."""
    askers = everyone(any_world)
    barred = any_world.rules.barred(askers, Kind.PEOPLE)
    union = Union(any_world.material)(askers, barred, any_world.rules.hidden)
    keys = union.lines * len(askers) + union.rows
    assert (np.diff(keys) > 0).all()
    assert union.signals.shape == (len(keys), len(SOURCES))
    assert union.signals.dtype == np.float32
    assert ((union.signals >= 0) & (union.signals <= 1)).all()
    for line in np.unique(union.lines):
        best = union.signals[union.lines == line].max(axis=0)
        assert all(x in (0, 1) for x in best)


def test_the_union_does_not_depend_on_the_block(any_world):
    """One at a time finds the same people as all at once."""
    askers = everyone(any_world)
    union, hidden = Union(any_world.material), any_world.rules.hidden
    together = union(askers, any_world.rules.barred(askers, Kind.PEOPLE), hidden)
    for row in askers[::3]:
        one = np.array([row], np.int32)
        alone = union(one, any_world.rules.barred(one, Kind.PEOPLE), hidden)
        assert alone.rows.tolist() == together.rows[together.lines == row].tolist()
