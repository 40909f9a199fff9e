"""The one function that all callers come through."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from recommender.domain.answer import Layer
from recommender.domain.config import Dials
from recommender.domain.errors import PersonNotFoundError
from recommender.domain.slate import FACTORS, Kind, Query
from tests.world_builder import World, build
from tests.worlds import UNICODE, WORLDS

KINDS = (Kind.PEOPLE, Kind.REACTIVATION)
DIALS = (
    Dials(),
    Dials(like_mindedness=1, collaboration=0, diversity=0),
    Dials(like_mindedness=0, collaboration=0, diversity=1),
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dials", DIALS)
def test_a_batch_of_askers_is_answered_as_one_at_a_time(any_world, kind, dials):
    """Exactly: ranks, scores, headlines, reasons, words."""
    rows = [any_world.row(person) for person in reversed(any_world.people)]
    together = any_world.pipeline.answer(Query(askers=rows, kind=kind, dials=dials, limit=7))
    for row, offered in zip(rows, together, strict=True):
        alone = any_world.pipeline.answer(Query(askers=[row], kind=kind, dials=dials, limit=7))
        assert alone == [offered]


@pytest.mark.parametrize("kind", KINDS)
def test_answers_are_the_same_again(any_world, kind):
    """Asking changes nothing."""
    query = Query(askers=[any_world.row(person) for person in any_world.people], kind=kind)
    assert any_world.pipeline.answer(query) == any_world.pipeline.answer(query)


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_is_well_formed(any_world, kind):
    """Ranks from 1, everyone once, every number in its range, ties for reactivations alone."""
    rows = [any_world.row(person) for person in any_world.people]
    for offered in any_world.pipeline.answer(Query(askers=rows, kind=kind, limit=100)):
        assert [offer.rank for offer in offered] == list(range(1, len(offered) + 1))
        assert len({offer.person_id for offer in offered}) == len(offered)
        for offer in offered:
            assert np.isfinite(offer.score)
            for share in (offer.like_mindedness, offer.collaboration, offer.diversity):
                assert 0 <= share <= 1
            assert len(offer.factors) == len(FACTORS)
            assert all(0 <= x.value <= 1 and 0 <= x.confidence <= 1 for x in offer.factors)
            assert (offer.tie is not None) == (kind is Kind.REACTIVATION)


@pytest.mark.parametrize("limit", [0, 1, 2, 5, 1000])
def test_no_more_are_shown_than_asked_for(any_world, limit):
    """And as many as there are otherwise."""
    rows = [any_world.row(person) for person in any_world.people]
    whole = any_world.pipeline.answer(Query(askers=rows, limit=1000))
    cut = any_world.pipeline.answer(Query(askers=rows, limit=limit))
    assert [len(offered) for offered in cut] == [min(limit, len(offered)) for offered in whole]


def test_a_short_list_begins_a_long_one(any_world):
    """Paging holds: the first five of ten are the five."""
    for person in any_world.people:
        assert any_world.recommended(person, limit=3) == any_world.recommended(person, limit=9)[:3]


def test_the_same_person_twice_is_answered_twice(built):
    """Askers stand in the order of the query."""
    world = built("two_cliques")
    a, b = world.row("a1"), world.row("b1")
    one, two, three = world.pipeline.answer(Query(askers=[a, b, a]))
    assert one == three != two


def test_nobody_asking_is_answered_with_nothing(built):
    """An empty query has an empty answer."""
    assert built("two_cliques").pipeline.answer(Query(askers=[])) == []


@pytest.mark.parametrize(
    ("name", "person"), [("one_person", "uma"), ("hub", "hana"), ("everyone_blocked", "sol")]
)
def test_who_has_nobody_to_meet_gets_an_empty_list(built, name, person):
    """Alone, in contact with all, or after blocking all."""
    world = built(name)
    assert world.recommended(person) == []
    others = [world.row(other) for other in world.people]
    answers = world.pipeline.answer(Query(askers=others))
    assert answers[others.index(world.row(person))] == []


def test_everyone_excluded_leaves_an_empty_list(built):
    """And the next answer is whole again."""
    world = built("checkerboard")
    everyone = frozenset(world.row(person) for person in world.people)
    assert world.recommended("black0", excluded=everyone) == []
    assert world.recommended("black0") != []


def test_excluded_people_make_room_for_others(built):
    """The rest stays in its order where no re-rank is asked for."""
    world = built("checkerboard")
    flat = Dials(like_mindedness=0.6, collaboration=0.4, diversity=0)
    first, *rest = world.recommended("black0", dials=flat)
    assert world.recommended("black0", dials=flat, excluded=frozenset([world.row(first)])) == rest


@pytest.mark.parametrize("name", WORLDS)
def test_reactivations_hold_the_silence_asked_for(built, name):
    """A longer silence leaves a part of the list, in range of what was kept."""
    world = built(name)
    for person in world.people:
        sizes = []
        for days in (30, 90, 180, 365, 4000):
            offered = world.pipeline.answer(
                Query(askers=[world.row(person)], kind=Kind.REACTIVATION, min_silence_days=days)
            )[0]
            silences = [
                world.snapshot.as_of - o.tie.last_contact_at.replace(tzinfo=None) for o in offered
            ]
            assert all(silence.total_seconds() >= days * 86_400 for silence in silences)
            sizes.append(len(offered))
        assert sizes == sorted(sizes, reverse=True)


def test_an_unknown_person_is_named(built):
    """With the model, and cut where the id is endless."""
    world = built("two_cliques")
    with pytest.raises(PersonNotFoundError, match=r"'nobody'.*" + world.pipeline.info.name):
        world.pipeline.row("nobody")
    with pytest.raises(PersonNotFoundError) as caught:
        world.pipeline.row("x" * 10_000)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("person", UNICODE)
def test_ids_in_any_script_are_found(built, person):
    """Byte by byte."""
    world = built("unicode_ids")
    assert world.people[world.row(person)] == person


def test_the_one_right_answer_of_each_world_comes_first(built):
    """Known by construction."""
    assert built("two_cliques").recommended("a1")[0] == "a2"
    assert built("met_in_threads").recommended("ada")[0] == "bob"
    assert built("newcomer").recommended("nell")[0] == "kit"
    assert built("expert_and_askers").recommended("noa")[0] == "eva"
    assert built("dormant_pair").recommended("ian", Kind.REACTIVATION) == ["olga"]
    blacks = built("checkerboard").recommended("black0")[:3]
    assert all(person.startswith("black") for person in blacks)


def test_a_network_shows_ties_strongest_first(any_world):
    """With layers that follow strength, and shares in their range."""
    for person in any_world.people:
        network = any_world.pipeline.network(any_world.row(person))
        strengths = [tie.strength for tie in network.ties]
        assert strengths == sorted(strengths, reverse=True)
        assert 0 <= network.diversity <= 1
        assert not set(network.topics_covered) & set(network.topics_missing)


def test_a_network_of_two_communities_is_more_diverse_than_of_one(built):
    """a5 is the bridge."""
    world = built("two_cliques")
    bridge, inside = (world.pipeline.network(world.row(name)) for name in ("a5", "a3"))
    assert bridge.community_count == 2
    assert inside.community_count == 1
    assert bridge.diversity > inside.diversity == 0


def test_a_dormant_tie_is_shown_as_one(built):
    """Olga and ian; not olga and fay."""
    ties = built("dormant_pair").pipeline.network(built("dormant_pair").row("olga")).ties
    assert {tie.contact_id: tie.dormant for tie in ties} == {
        "ian": True,
        "fay": False,
        "gus": False,
    }


def test_a_network_names_the_communities_it_covers_and_lacks(built):
    """A1 has all her ties among the a's; one that shares no topic with her is not told."""
    world = built("two_cliques")
    found = world.pipeline.network(world.row("a1"))
    [own] = found.communities_covered
    assert (own.share, own.topics[0].id) == (1.0, "a-talk")
    assert own.id not in {other.id for other in found.communities_missing}
    for other in found.communities_missing:
        assert {topic.id for topic in other.topics} & {"a-talk"}


def test_communities_that_touch_her_topics_are_missing_from_her_network(tmp_path):
    """Two cliques on one topic, and somebody who knows one of them."""
    world = World()
    for side in "ab":
        names = [f"{side}{i}" for i in range(6)]
        for place, (x, y) in enumerate(itertools.combinations(names, 2)):
            world.talk(x, y, 3 + place, 20 + place, topic="tea")
        for name in names:
            world.works(name, "tea", 2, 9).works(name, f"{side}-own", 4)
    made = build(world, tmp_path)
    found = made.pipeline.network(made.row("a1"))
    [other] = found.communities_missing
    assert {"tea", "b-own"} == {topic.id for topic in other.topics}
    assert other.share == 0
    hidden = World(dict(world.tables))
    for name in ("b1", "b2"):
        hidden.person(name, discoverable=False)
    alone = build(hidden, tmp_path / "hidden")
    assert alone.pipeline.network(alone.row("a1")).communities_missing == ()


def test_a_long_network_is_cut_place_by_place_and_counted_whole(any_world):
    """The strongest of each layer, of the fading and of the dormant; counts are of all."""
    for person in any_world.people:
        row = any_world.row(person)
        whole = any_world.pipeline.network(row)
        for most in (0, 1, 2):
            cut = any_world.pipeline.network(row, most)
            for place in (*Layer, "fading", "dormant"):
                assert cut.listed(place) == whole.listed(place)[:most]
                assert cut.counted(place) == whole.counted(place) == len(whole.listed(place))
            assert replace(cut, ties=whole.ties) == whole
