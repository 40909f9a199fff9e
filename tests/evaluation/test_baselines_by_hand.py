"""Baselines on communities small enough to work their scores out."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.baselines import BASELINES
from evaluation.baselines.bm25_contacts import SATURATION
from evaluation.baselines.ease import RIDGE
from evaluation.baselines.personalised_pagerank import RESTART, SWEEPS
from evaluation.baselines.rp3beta import BETA
from tests.evaluation.made_communities import known_of, tied, two_blocks
from tests.world_builder import World
from tests.worlds import WORLDS

A, B, C, HUB, HALF, ALONE = range(6)
STRENGTH = np.log(3)  # of every tie below: log(1 + one event each way, today)


@pytest.fixture(scope="module")
def triangle():
    """A, B and C all know HUB; A and C also know HALF; nobody knows ALONE."""
    return tied(6, [(A, HUB), (B, HUB), (C, HUB), (A, HALF), (C, HALF)])


def scores(name, known):
    """Of all for all."""
    return BASELINES[name].scorer(known)(np.arange(known.people, dtype=np.int32))


def told(known, name, asker):
    """Scores for one asker, by person."""
    ids = known.snapshot.person_ids
    found = BASELINES[name].scorer(known)(np.int32([ids.row(asker)]))[0]
    return {ids[row]: found[row] for row in range(known.people)}


def steps(known):
    """Chances of a step along ties, dense; who has none stays where she is."""
    ties = known.tied.toarray().astype(np.float64) + np.diag(np.diff(known.tied.indptr) == 0)
    return ties / ties.sum(axis=1, keepdims=True)


def test_random_gives_every_asker_places_of_her_own(triangle):
    """1 to n for each, and not the same for two."""
    found = scores("random", two_blocks())
    assert all(sorted(row) == list(range(1, 61)) for row in found.tolist())
    assert len({tuple(row) for row in found.tolist()}) == 60


def test_popularity_counts_contact_received_and_halves_it(tmp_path):
    """Today's counts 1, that of 180 days ago ½; contact sent counts nothing."""
    world = World().says("ann", "pia", 0.0001, 180).says("bob", "pia", 360).says("pia", "bob", 180)
    found = told(known_of(world, tmp_path), "popularity", "bob")
    assert found == pytest.approx({"ann": 0, "bob": 0.5, "pia": 1.75}, abs=1e-5)


def test_recent_activity_halves_every_two_weeks(tmp_path):
    """Two posts of 14 days ago are worth one of today; being addressed is no activity."""
    world = World().works("ann", "tea", 14, 14.0001).works("bob", "tea", 28).says("bob", "cas", 1)
    found = told(known_of(world, tmp_path), "recent_activity", "ann")
    assert found == pytest.approx({"ann": 1, "bob": 0.25, "cas": 0}, abs=1e-4)


def test_recent_activity_is_contact_made_where_there_are_no_topics(tmp_path):
    """Who addressed somebody was active."""
    found = told(known_of(World().says("ann", "bob", 14), tmp_path), "recent_activity", "bob")
    assert found == pytest.approx({"ann": 0.5, "bob": 0}, abs=1e-5)


def test_adamic_adar_adds_one_over_the_logarithm_of_each_shared_contact(triangle):
    """HUB has three contacts and HALF two."""
    found = scores("adamic_adar", triangle)
    assert found[A, B] == pytest.approx(1 / np.log(3))
    assert found[A, C] == found[C, A] == pytest.approx(1 / np.log(3) + 1 / np.log(2))
    assert found[A, ALONE] == 0


def test_resource_allocation_divides_by_the_ties_of_each_shared_contact(triangle):
    """A third of a tie by HUB, half of one by HALF."""
    found = scores("resource_allocation", triangle)
    assert found[A, B] == pytest.approx(STRENGTH / 3)
    assert found[A, C] == pytest.approx(STRENGTH / 3 + STRENGTH / 2)


@pytest.mark.parametrize("name", ["resource_allocation", "personalised_pagerank", "bm25_contacts"])
def test_recent_contact_of_a_shared_contact_counts_more(tmp_path, name):
    """Of two whom the one shared contact knows alike, the one whom she met lately."""
    world = World().talk("ann", "hub", 3).talk("hub", "new", 5).talk("hub", "old", 400)
    found = told(known_of(world, tmp_path), name, "ann")
    assert found["new"] > found["old"] > 0


@pytest.mark.parametrize("known", [two_blocks(5), tied(3, [(0, 1)])], ids=["blocks", "one alone"])
def test_pagerank_sums_to_1_and_is_near_where_the_walk_settles(known):
    """For those without ties too, who stay at home; the rest of the walk is .7^12 at most."""
    found = scores("personalised_pagerank", known)
    n, walk = known.people, steps(known)
    settled = RESTART * np.linalg.inv(np.eye(n) - (1 - RESTART) * walk)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    assert np.abs(found - settled).sum(axis=1).max() <= 2 * (1 - RESTART) ** SWEEPS


def test_bm25_adds_saturated_ties_by_the_rarity_of_the_shared_contact(triangle):
    """HUB is known by three of six, HALF by two."""
    found = scores("bm25_contacts", triangle)
    tie = (SATURATION + 1) * STRENGTH / (SATURATION + STRENGTH)
    hub, half = np.log(1 + 3.5 / 3.5), np.log(1 + 4.5 / 2.5)
    assert found[A, B] == pytest.approx(tie * hub, rel=1e-5)
    assert found[A, C] == pytest.approx(tie * (hub + half), rel=1e-5)


def test_rp3beta_is_three_steps_held_back_by_popularity(triangle):
    """The third power of the steps over the sum of ties to the power of β; nobody knows ALONE."""
    weight = np.maximum(triangle.tied.toarray().sum(axis=1), 1e-9)
    expected = np.linalg.matrix_power(steps(triangle), 3) / weight**BETA
    expected[:, ALONE] = expected[ALONE] = 0
    np.testing.assert_allclose(scores("rp3beta", triangle), expected, rtol=1e-5, atol=1e-7)


def test_ease_foretells_each_persons_ties_from_all_others_by_ridge_regression():
    """Column by column, each without the person that it is about."""
    known = two_blocks(6)
    ties = known.tied.toarray().astype(np.float64)
    for person in range(known.people):
        others = np.delete(ties, person, axis=1)
        ridge = others.T @ others + RIDGE * np.eye(known.people - 1)
        foretold = others @ np.linalg.solve(ridge, others.T @ ties[:, person])
        np.testing.assert_allclose(scores("ease", known)[:, person], foretold, rtol=1e-3, atol=1e-6)


def test_co_participation_counts_shared_threads_by_how_few_took_part(tmp_path):
    """Three threads before one, one before a topic alone; the crowd is counted by hand."""
    known = known_of(WORLDS["met_in_threads"](), tmp_path)
    found = told(known, "co_participation", "ada")
    assert found["bob"] > found["carl"] > found["dora"] > 0
    halved = [2 ** (-days / 180) for days in (3, 4, 5, 9)]
    ada, dora = np.sqrt(sum(halved)), np.sqrt(2 ** (-7 / 180))
    assert found["dora"] == pytest.approx(ada * dora / 4, rel=1e-5)


def test_topic_cosine_is_1_for_a_twin_and_0_where_no_topic_is_shared(tmp_path):
    """Twins work on the same at other times; black people share no topic with white ones."""
    found = told(known_of(WORLDS["checkerboard"](), tmp_path), "topic_cosine", "black0")
    assert found["black0"] == pytest.approx(1)
    assert 0 < found["black1"] < 1
    assert all(found[f"white{place}"] == 0 for place in range(4))
