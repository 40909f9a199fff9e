"""Who may never be shown: every rule, by hand and through to the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from recommender.domain.ids import Row
from recommender.domain.slate import Kind, Query
from recommender.domain.tally import Tally
from recommender.filters import RULES, Rules, eligible, left_out
from tests.world_builder import World, build

NEVER_NEW = ["contact", "declared", "ended", "blocked", "blocker", "muted", "dismissed", "hidden"]
"""People of `barred_pairs` whom ida is never offered as new, each for another reason."""


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    """Ida talked to all of them long ago; some stand in the way of picking it up again."""
    world = World()
    for name in ["blocked", "blocker", "muted", "muter", "dismissed", "hidden", "fine"]:
        world.talk("ida", name, 150, 200, 250, topic="tea").works(name, "tea", 2)
    world.works("ida", "tea", 1).blocks("ida", "blocked").blocks("blocker", "ida")
    world.blocks("ida", "muted", "mute").blocks("muter", "ida", "mute")
    world.blocks("ida", "dismissed", "dismiss").person("hidden", discoverable=False)
    return build(world, tmp_path_factory.mktemp("past"))


def allowed(world, asker, names, kind, excluded=()):
    """Which of these names the rules let `asker` see."""
    query = Query(
        askers=[world.row(asker)], kind=kind, excluded=frozenset(world.row(e) for e in excluded)
    )
    askers = np.array(query.askers, np.int32)
    rows = np.array([[world.row(name) for name in names]], np.int32)
    answer = eligible(world.rules, query, askers, rows)[0]
    return [name for name, may in zip(names, answer.tolist(), strict=True) if may]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("name", RULES)
def test_a_rule_bars_its_pairs_from_its_lists_and_nobody_else(name, kind):
    """With one pair in it and all other rules empty, one way only, in training as in answers."""
    nobody = sp.csr_matrix((3, 3), dtype=np.float32)
    pair = sp.csr_matrix((np.ones(1, np.float32), ([0], [2])), (3, 3))
    rules = Rules(**{**dict.fromkeys(RULES, nobody), name: pair}, hidden=np.zeros(3, bool))
    askers = np.arange(3, dtype=np.int32)
    everyone = np.tile(askers, (3, 1))
    passed = eligible(rules, Query(askers=list(map(Row, askers)), kind=kind), askers, everyone)
    expected = ~np.eye(3, dtype=bool)
    expected[0, 2] = kind not in RULES[name]
    assert passed.tolist() == expected.tolist()
    assert (rules.barred(askers, kind).toarray() > 0).tolist() == (~expected).tolist()


@pytest.mark.parametrize("name", NEVER_NEW)
def test_a_new_person_is_kept_out_by_each_rule(name, built):
    """Of the two, only the one who stands in no relation passes."""
    assert allowed(built("barred_pairs"), "ida", [name, "fine"], Kind.PEOPLE) == ["fine"]


@pytest.mark.parametrize("name", NEVER_NEW)
def test_nobody_who_is_barred_is_ever_answered(name, built):
    """The same through sources, scores and re-rank."""
    offered = built("barred_pairs").recommended("ida", limit=100)
    assert name not in offered
    assert "fine" in offered


def test_nobody_is_offered_to_herself(built):
    """Neither as new nor as a past tie."""
    world = built("barred_pairs")
    for kind in (Kind.PEOPLE, Kind.REACTIVATION):
        assert allowed(world, "ida", ["ida", "fine"], kind) == ["fine"]


def test_a_block_works_both_ways_and_a_mute_or_dismissal_one_way(built):
    """Who was muted or dismissed still sees who did so; who was blocked does not."""
    world = built("barred_pairs")
    names = ["blocked", "blocker", "muted", "muter", "dismissed"]
    seen = [name for name in names if allowed(world, name, ["ida"], Kind.PEOPLE)]
    assert seen == ["muted", "dismissed"]
    assert allowed(world, "ida", names, Kind.PEOPLE) == ["muter"]


def test_hidden_people_see_others_but_are_not_seen(built):
    """Hiding is not a block."""
    world = built("barred_pairs")
    assert allowed(world, "hidden", ["ida", "fine"], Kind.PEOPLE) == ["ida", "fine"]


def test_excluded_people_are_left_out_of_this_answer_alone(built):
    """By row, for every asker of the query."""
    world = built("barred_pairs")
    assert allowed(world, "ida", ["fine", "muter"], Kind.PEOPLE, excluded=["fine"]) == ["muter"]
    query = {"excluded": frozenset([world.row("fine")]), "limit": 100}
    assert "fine" not in world.recommended("ida", **query)
    assert "fine" in world.recommended("ida", limit=100)


def test_an_empty_slot_is_never_eligible(built):
    """-1 is nobody."""
    world = built("barred_pairs")
    query = Query(askers=[world.row("ida")])
    rows = np.array([[-1, -1]], np.int32)
    assert not eligible(world.rules, query, np.array(query.askers, np.int32), rows).any()


def test_past_ties_pass_unless_somebody_stands_in_the_way(past):
    """Contacts may be picked up again; blocks, mutes, dismissals and hiding hold."""
    names = ["blocked", "blocker", "muted", "muter", "dismissed", "hidden", "fine"]
    assert allowed(past, "ida", names, Kind.REACTIVATION) == ["muter", "fine"]
    assert sorted(past.recommended("ida", Kind.REACTIVATION)) == ["fine", "muter"]
    assert past.recommended("muted", Kind.REACTIVATION) == ["ida"]
    assert past.recommended("blocked", Kind.REACTIVATION) == []


def test_everyone_blocked_leaves_an_empty_list(built):
    """And no error."""
    assert built("everyone_blocked").recommended("sol") == []
    assert "sol" not in built("everyone_blocked").recommended("ann")


def test_training_and_answering_bar_the_same_people(any_world):
    """The pattern that training uses agrees with what an answer asks, pair by pair."""
    n = len(any_world.people)
    everyone = np.arange(n, dtype=np.int32)
    rows = np.broadcast_to(everyone, (n, n))
    for kind in (Kind.PEOPLE, Kind.REACTIVATION):
        barred = any_world.rules.barred(everyone, kind).toarray() > 0
        query = Query(askers=[Row(row) for row in range(n)], kind=kind)
        may = eligible(any_world.rules, query, everyone, rows)
        assert (may == (~barred & ~any_world.rules.hidden)).all()


def test_who_is_left_out_is_counted_by_rule(built):
    """Each by the first rule that says so; with those who stay they make up all."""
    world = built("barred_pairs")
    asker = np.array([world.row("ida")], np.int32)
    rows = np.array([[world.row(name) for name in world.people] + [-1]], np.int32)
    query = Query(askers=[Row(int(asker[0]))], excluded=frozenset({world.row("fine")}))
    counts = left_out(world.rules, query, asker, rows)
    stays = int(eligible(world.rules, query, asker, rows).sum())
    assert sum(counts.values()) + stays == len(world.people)
    assert counts == {
        "self": 1,
        "hidden": 1,
        "excluded": 1,
        "blocked": 2,
        "unwanted": 2,
        "connected": 3,
    }


def test_a_tally_tells_what_an_answer_took(built):
    """Seconds by stage, candidates by source and those left out; and changes nothing."""
    world = built("two_cliques")
    tally = Tally()
    left = world.row(world.recommended("a1")[0])
    plain = Query(askers=[world.row("a1")], excluded=frozenset([left]))
    asked = replace(plain, tally=tally)
    assert world.pipeline.answer(asked) == world.pipeline.answer(plain)
    assert set(tally.seconds) == {"sources", "filters", "scores", "rerank", "reasons", "asides"}
    assert all(seconds > 0 for seconds in tally.seconds.values())
    assert tally.candidates["shared_contacts"] > 0
    assert tally.filtered == {"excluded": 1}
