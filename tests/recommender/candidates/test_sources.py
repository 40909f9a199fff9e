"""What single sources of candidates promise beyond the contract."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from recommender.candidates import (
    SOURCES,
    bridges,
    network_walk,
    shared_objects,
    turned_to_by_contacts,
)
from recommender.candidates.quiet_ties import quiet_ties
from tests.world_builder import World, build


def scores(world, name, asker):
    """Everyone's score for one asker, by id."""
    row = np.array([world.row(asker)], np.int32)
    found = SOURCES[name].finder(world.material)(row).toarray()[0]
    return dict(zip(world.people, found.tolist(), strict=True))


def test_a_recent_shared_contact_counts_more_than_an_old_one(tmp_path):
    """New and old each share one contact with me, met last week and last year."""
    world = World().talk("me", "mid-new", 3).talk("mid-new", "new", 3)
    made = build(world.talk("me", "mid-old", 360).talk("mid-old", "old", 360), tmp_path)
    told = scores(made, "shared_contacts", "me")
    assert told["new"] > told["old"] > 0


def test_a_contact_with_everyone_introduces_less_than_a_selective_one(tmp_path):
    """Hub and selective are both my contacts; the hub's other contact is one of twenty."""
    world = World().talk("me", "hub", 3).talk("me", "selective", 3).talk("selective", "right", 3)
    for i in range(20):
        world.talk("hub", f"p{i}", 3)
    told = scores(build(world, tmp_path), "shared_contacts", "me")
    assert told["right"] > told["p0"] > 0


def test_more_shared_threads_count_more(built):
    """Bob was in three of ada's threads, carl in one, dora in none."""
    told = scores(built("met_in_threads"), "shared_objects", "ada")
    assert told["bob"] > told["carl"] > 0
    assert told["dora"] == 0


def test_a_crowd_introduces_nobody(tmp_path, monkeypatch):
    """An object with as many participants as a crowd says nothing about any two of them."""
    world = World()
    for i in range(5):
        world.works(f"p{i}", "tea", 2, thing="crowded")
    made = build(
        world.works("p0", "tea", 3, thing="small").works("p1", "tea", 3, thing="small"), tmp_path
    )
    monkeypatch.setattr(shared_objects, "CROWD", 5)
    told = scores(made, "shared_objects", "p0")
    assert told["p1"] > 0
    assert told["p2"] == 0


def test_active_people_come_before_those_who_stopped(tmp_path):
    """Fresh and gone did as much on my topic, this week and half a year ago."""
    world = (
        World().works("me", "bees", 1).works("fresh", "bees", 2, 3).works("gone", "bees", 180, 181)
    )
    told = scores(build(world, tmp_path), "active_in_topics", "me")
    assert told["fresh"] > told["gone"]


def test_a_stranger_without_topics_is_offered_whoever_is_active(tmp_path):
    """Anew has neither work nor goals, yet is not left alone."""
    made = build(
        World().person("anew").works("busy", "bees", 1, 2).works("calm", "cars", 9), tmp_path
    )
    told = scores(made, "active_in_topics", "anew")
    assert told["busy"] > told["anew"] == 0


def test_a_hub_is_worked_on_within_bounds(built):
    """A person in contact with everyone is answered like anyone else."""
    told = scores(built("hub"), "shared_contacts", "p00")
    assert sum(value > 0 for value in told.values()) >= 29


def test_quiet_ties_are_found_from_both_ends(built):
    """Olga and ian, and nobody else: gus spoke once only, fay is in touch."""
    world = built("dormant_pair")
    found = quiet_ties(world.material).tocoo()
    pairs = {(world.people[a], world.people[b]) for a, b in zip(found.row, found.col, strict=True)}
    assert pairs == {("olga", "ian"), ("ian", "olga")}
    places = found.data - 1
    assert (world.ties.contacts[places] == found.col).all()
    assert (world.ties.persons()[places] == found.row).all()


def of_communities(world, asker):
    """Whom bridges find for an asker by community, and the communities that she has or reaches."""
    row, community = world.row(asker), world.material.community
    mine = world.ties.contacts[world.ties.indptr[row] : world.ties.indptr[row + 1]]
    told = scores(world, "bridges", asker)
    found = [community[world.row(name)] for name, value in told.items() if value > 0]
    return found, {*community[[row, *mine]].tolist()}


def test_bridges_lead_out_of_ones_own_and_ones_contacts_communities(any_world):
    """And into each other one by a few people at most; nobody of no community is found."""
    for asker in any_world.people:
        found, reached = of_communities(any_world, asker)
        assert not reached & set(found)
        assert -1 not in found
        assert max(map(found.count, found), default=0) <= bridges.PER_COMMUNITY


def circles() -> World:
    """Two circles of six that meet nowhere; all work on sails, further ones ever more besides."""
    world = World()
    for side in "ab":
        names = [f"{side}{place}" for place in range(6)]
        for a, b in itertools.combinations(names, 2):
            world.talk(a, b, 3, 20)
        for place, name in enumerate(names):
            world.works(name, "sails", 1, 2, 3).works(name, f"own-{name}", *range(1, 1 + place))
    return world


def test_bridges_are_the_best_few_of_a_community(tmp_path):
    """Of six whose mix is more or less like hers, the two most alike; of her own circle nobody."""
    told = scores(build(circles(), tmp_path), "bridges", "a0")
    assert {name for name, value in told.items() if value > 0} == {"b0", "b1"}
    assert told["b0"] > told["b1"]


def test_a_contact_in_a_community_closes_it_for_bridges(tmp_path):
    """Where she knows one of the other circle, its people are no news."""
    told = scores(build(circles().talk("a0", "b5", 4), tmp_path), "bridges", "a0")
    assert not any(told.values())


def hidden_and_blocked() -> World:
    """Ada knows hid and bob alone, who know eve and zoe; hid hides, bob blocks ada."""
    world = World().says("ada", "hid", 3).says("hid", "eve", 4).says("ada", "bob", 3)
    world.says("bob", "zoe", 4).person("hid", discoverable=False)
    return world.add("blocks", person_id="bob", contact_id="ada", kind="block")


@pytest.mark.parametrize("source", [network_walk, turned_to_by_contacts])
def test_no_path_leads_through_whom_the_asker_may_not_see(source, tmp_path):
    """Whoever was found by it would tell that the two are in contact."""
    world = build(hidden_and_blocked(), tmp_path)
    asker = np.array([world.row("ada")], np.int32)
    found = source.finder(world.material)(asker).toarray()[0]
    assert found[[world.row("eve"), world.row("zoe")]].tolist() == [0, 0]
