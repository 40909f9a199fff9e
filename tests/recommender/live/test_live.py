"""What happened since training counts at once, for everyone whom it concerns."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from recommender.domain.answer import ReasonKind
from recommender.domain.errors import PersonNotFoundError
from recommender.domain.ids import Row
from recommender.domain.learner import BlockKind, Discoverability, Erasure, Profile
from recommender.domain.slate import Direction, Goal, Kind, Query
from recommender.live import Live
from recommender.live.common import contacts_in_common
from recommender.live.grown import MOST, Grown
from recommender.pipeline import Pipeline
from tests.recommender.live.changes import (
    NOW,
    after,
    blocks,
    decides,
    lifts,
    offered,
    said,
    tied,
    worked,
)
from tests.world_builder import AS_OF


@pytest.fixture(scope="module")
def cliques(built):
    return built("two_cliques")


@pytest.fixture(scope="module")
def quiet(built):
    return built("dormant_pair")


def test_nothing_happened_changes_nothing(any_world):
    """With a live state that has heard of nothing, to the last bit."""
    pipeline = after(any_world)
    for kind in Kind:
        query = Query(askers=[any_world.row(person) for person in any_world.people], kind=kind)
        assert pipeline.answer(query) == any_world.pipeline.answer(query)


def test_who_has_just_been_talked_to_is_a_contact(cliques):
    """Off the list of new people of both, and in the network of both."""
    assert "a2" in offered(cliques.pipeline, "a1")
    pipeline = after(cliques, said("a1", "a2", "a-talk"), said("a1", "a2"))
    assert "a2" not in offered(pipeline, "a1")
    assert "a1" not in offered(pipeline, "a2")
    ties = {tie.contact_id: tie for tie in pipeline.network(pipeline.row("a1")).ties}
    assert (ties["a2"].sent_count, ties["a2"].received_count, ties["a2"].active_days) == (2, 0, 1)
    assert [topic.id for topic in ties["a2"].topics] == ["a-talk"]
    assert (ties["a2"].dormant, ties["a2"].last_contact_at.replace(tzinfo=None)) == (
        False,
        AS_OF + timedelta(days=1),
    )


def test_a_declared_tie_makes_a_contact_even_when_it_ends(cliques):
    for ended in (False, True):
        pipeline = after(cliques, tied("a1", "a2", ended=ended))
        assert "a2" not in offered(pipeline, "a1")
        assert "a2" in {tie.contact_id for tie in pipeline.network(pipeline.row("a1")).ties}


def test_a_tie_that_was_picked_up_is_no_longer_dormant(quiet):
    """It leaves the list of ties to pick up, and is active in the network."""
    assert offered(quiet.pipeline, "olga", kind=Kind.REACTIVATION) == ["ian"]
    before = {t.contact_id: t for t in quiet.pipeline.network(quiet.row("olga")).ties}["ian"]
    pipeline = after(quiet, said("ian", "olga"))
    assert offered(pipeline, "olga", kind=Kind.REACTIVATION) == []
    assert offered(pipeline, "ian", kind=Kind.REACTIVATION) == []
    now = {t.contact_id: t for t in pipeline.network(pipeline.row("olga")).ties}["ian"]
    assert before.dormant
    assert not now.dormant
    assert now.received_count == before.received_count + 1
    assert now.strength == before.strength


@pytest.mark.parametrize("kind", BlockKind)
def test_blocks_mutes_and_dismissals_count_at_once(cliques, kind):
    """Off the list of who decided; of the other only where it is a block."""
    pipeline = after(cliques, blocks("a1", "a2", kind))
    assert "a2" not in offered(pipeline, "a1")
    assert ("a1" in offered(pipeline, "a2")) == (kind is not BlockKind.BLOCK)


def test_a_dismissal_can_be_of_one_list(quiet):
    there = blocks("olga", "ian", BlockKind.DISMISS, list_kind=Kind.PEOPLE)
    assert offered(after(quiet, there), "olga", kind=Kind.REACTIVATION) == ["ian"]
    gone = blocks("olga", "ian", BlockKind.DISMISS, list_kind=Kind.REACTIVATION)
    assert offered(after(quiet, gone), "olga", kind=Kind.REACTIVATION) == []


def test_decisions_can_be_taken_back_and_lapse(cliques):
    assert "a2" in offered(after(cliques, blocks("a1", "a2"), lifts("a1", "a2")), "a1")
    ends = blocks("a1", "a2", expires_at=NOW + timedelta(hours=1))
    pipeline = after(cliques, ends)
    assert "a2" not in offered(pipeline, "a1")
    pipeline.live.apply([], NOW + timedelta(hours=1))
    assert "a2" in offered(pipeline, "a1")


def test_a_mute_that_becomes_a_block_hides_both(cliques):
    """The later decision stands in place of the earlier."""
    pipeline = after(cliques, blocks("a1", "a2", BlockKind.MUTE), blocks("a1", "a2"))
    assert "a1" not in offered(pipeline, "a2")


def test_a_blocked_contact_counts_nowhere(cliques):
    """A1 and a2 have a3, a4 and a5 in common: without one it is two, and her network lacks him."""
    row, other = cliques.row("a1"), np.array([cliques.row("a2")], np.int32)
    assert contacts_in_common(cliques.pipeline.live, row, other).tolist() == [3]
    for change in (
        blocks("a1", "a3"),
        blocks("a3", "a2"),
        decides("a3", discoverability=Discoverability.NOBODY),
    ):
        pipeline = after(cliques, change)
        assert contacts_in_common(pipeline.live, row, other).tolist() == [2]
        assert pipeline.live.changed_for(row, other)
    pipeline = after(cliques, blocks("a1", "a3"))
    assert "a3" not in {tie.contact_id for tie in pipeline.network(pipeline.row("a1")).ties}


def answers(pipeline, person, **query):
    return pipeline.answer(Query(askers=[pipeline.row(person)], **query))[0]


@pytest.mark.parametrize(
    "decision",
    [
        {"discoverability": Discoverability.NOBODY},
        {"away_until": NOW + timedelta(days=3)},
        {"discoverability": Discoverability.ORGANISATION},
    ],
)
def test_who_does_not_want_to_be_found_is_on_nobodys_list(cliques, decision):
    """A2 has no organisation, so that nobody is of hers; her own lists go on."""
    pipeline = after(cliques, decides("a2", **decision))
    everyone = [person for person in cliques.people if person != "a2"]
    for kind in Kind:
        assert not any("a2" in offered(pipeline, person, kind=kind) for person in everyone)
    assert offered(pipeline, "a2") == offered(cliques.pipeline, "a2")


def test_who_is_back_can_be_found_again(cliques):
    pipeline = after(cliques, decides("a2", away_until=NOW + timedelta(days=3)))
    pipeline.live.apply([], NOW + timedelta(days=3))
    assert "a2" in offered(pipeline, "a1")


def test_who_was_hidden_may_want_to_be_found(built):
    """What she says herself wins over what the host's data say."""
    world = built("hidden_people")
    assert "a2" not in offered(world.pipeline, "a1")
    hidden = world.row("a2")
    shown = after(world, decides("a2", discoverability=Discoverability.EVERYONE))
    assert not shown.model.hidden[hidden]
    unsaid = after(world, decides("a2", paused=True))
    assert unsaid.model.hidden[hidden]


def test_own_people_find_whom_others_do_not(built):
    """Somebody who wants to be found by her organisation alone."""
    world = built("workplaces")
    homes = {p: world.pipeline.model.organisation[world.row(p)] for p in world.people}
    found = {
        person: {asker for asker in world.people if person in offered(world.pipeline, asker)}
        for person in world.people
    }
    for person, by in found.items():
        pipeline = after(world, decides(person, discoverability=Discoverability.ORGANISATION))
        now = {asker for asker in world.people if person in offered(pipeline, asker)}
        assert now == {a for a in by if homes[a] == homes[person] >= 0}


def test_room_for_attention_is_kept(cliques):
    """Who wants to be on one list a day is on none more once she was on one."""
    pipeline = after(cliques, decides("a2", daily_exposure_limit=1))
    assert pipeline.live.limited() == ["a2"]
    assert "a2" in offered(pipeline, "a1")
    pipeline.live.shown({"a2": 1})
    pipeline.live.apply([], NOW)
    assert "a2" not in offered(pipeline, "a1")
    pipeline.live.shown({})
    pipeline.live.apply([], NOW)
    assert "a2" in offered(pipeline, "a1")


def test_who_was_erased_is_unknown_and_nowhere(cliques):
    gone = Erasure(receipt_id="r", mark="<a2>", erased_at=NOW, complete_at=NOW)
    pipeline = after(cliques, said("a2", "b1"), blocks("b2", "a2"), gone, mark=lambda p: f"<{p}>")
    with pytest.raises(PersonNotFoundError):
        pipeline.row("a2")
    for person in cliques.people:
        if person != "a2":
            for kind in Kind:
                assert "a2" not in offered(pipeline, person, kind=kind)
            network = pipeline.network(pipeline.row(person))
            assert "a2" not in {tie.contact_id for tie in network.ties}
    assert "b1" in offered(pipeline, "a1") or "b1" not in offered(cliques.pipeline, "a1")


def test_somebody_new_gets_lists_and_can_be_found(cliques):
    """From her skills and goals; those who share a topic find her, others do not."""
    pipeline = after(cliques, decides("zoe", can=["a-talk"], profile=Profile(display_name="Zoe Z")))
    found = answers(pipeline, "zoe")
    assert {one.person_id for one in found} >= {"a1", "a2", "a3"}
    assert all(one.reasons for one in found)
    [zoe] = [one for one in answers(pipeline, "a1") if one.person_id == "zoe"]
    assert (zoe.display_name, zoe.factors[0].confidence > 0) == ("Zoe Z", True)
    assert "zoe" not in offered(pipeline, "b2")
    assert any(reason.topics and reason.topics[0].id == "a-talk" for reason in zoe.reasons)


def test_somebody_new_is_found_by_what_she_does(cliques):
    """Looking on is not doing; one who is only spoken of is nobody yet."""
    pipeline = after(cliques, worked("zoe", "a-talk"))
    assert "zoe" in offered(pipeline, "a1")
    looks = after(cliques, worked("zoe", "a-talk", weight=0.05))
    assert "zoe" not in offered(looks, "a1")
    spoken_of = after(cliques, blocks("a1", "zoe"))
    with pytest.raises(PersonNotFoundError):
        spoken_of.row("zoe")
    told = after(cliques, blocks("a1", "zoe"), worked("zoe", "a-talk"))
    assert "zoe" not in offered(told, "a1")
    assert "zoe" in offered(told, "a3")


def test_somebody_new_without_topics_is_led_to_the_leading_people(cliques):
    pipeline = after(cliques, decides("zoe", paused=False))
    assert len(offered(pipeline, "zoe")) >= 0
    pipeline = after(cliques, decides("zoe", wants=["b-talk"]))
    found = answers(pipeline, "zoe")
    assert {one.person_id for one in found} >= {"b1", "b2"}
    assert any(r.kind is ReasonKind.GOAL_MATCHES for r in found[0].reasons)


def test_a_new_topic_of_the_asker_brings_its_people(cliques):
    """She took up what the others work on: some of them come, and it is said why."""
    before = offered(cliques.pipeline, "a1")
    pipeline = after(cliques, worked("a1", "b-talk"), worked("a1", "b-talk"))
    found = answers(pipeline, "a1", limit=100)
    new = [one for one in found if one.person_id not in before]
    assert new or set(before) >= {"b1", "b2"}
    told = [r for one in found for r in one.reasons if any(t.id == "b-talk" for t in r.topics)]
    assert told
    assert not any("a goal of yours" in reason.text for reason in told)


def test_what_people_say_of_themselves_counts(built):
    """A name, a place of work that was known or not, a level, a language."""
    world = built("workplaces")
    person = world.people[0]
    words = Profile(
        display_name="Renamed", organisation="Brand New", level=3.5, languages=("tlh", "en")
    )
    model = after(world, decides(person, profile=words)).model
    row = world.row(person)
    assert model.display_names[row] == "Renamed"
    assert model.organisations[model.organisation[row]] == "Brand New"
    assert model.level[row] == 3.5
    spoken = model.speaks.indices[model.speaks.indptr[row] : model.speaks.indptr[row + 1]]
    assert {model.languages[code] for code in spoken} == {"tlh", "en"}
    other = np.arange(len(world.people)) != row
    base = world.pipeline.model
    assert (model.organisation[: len(other)][other] == base.organisation[other]).all()
    back = after(world, decides(person, profile=words), decides(person, profile=Profile())).model
    assert back.organisation[row] == base.organisation[row]
    assert back.display_names[row] == base.display_names[row]


def test_stated_goals_are_by_topics_that_are_known(cliques):
    pipeline = after(cliques, decides("a1", wants=["b-talk", "unheard of"], offers=["a-talk"]))
    topics = pipeline.model.topic_ids
    assert pipeline.live.stated_goals(pipeline.row("a1")) == (
        Goal(topics.row("b-talk"), Direction.LEARN),
        Goal(topics.row("a-talk"), Direction.OFFER),
    )


def test_offers_find_those_who_came_to_want_them(cliques):
    """B1 says she wants to learn what a1 offers."""
    pipeline = after(cliques, decides("b1", wants=["a-talk"]))
    offer = Goal(pipeline.topic("a-talk"), Direction.OFFER)
    slate, _ = pipeline.recommend(Query(askers=[pipeline.row("a1")], goals=(offer,), limit=50))
    match = dict(zip(slate.rows[0].tolist(), slate.goal_match[0].tolist(), strict=True))
    assert match.get(pipeline.row("b1"), 1) == 1


def test_a_flood_of_new_people_ends_somewhere(cliques, monkeypatch):
    monkeypatch.setattr("recommender.live.grown.MOST", 3)
    pipeline = after(cliques, *[worked(f"new{i}", "a-talk") for i in range(10)])
    assert sum(pipeline.live.row(f"new{i}") is not None for i in range(10)) == 3
    assert MOST >= 1000


def test_room_grows_with_those_who_come(cliques, monkeypatch):
    """Past the room that was made at first, with nothing lost."""
    monkeypatch.setattr("recommender.live.grown.ROOM", 2)
    grown = Grown(cliques.pipeline.model)
    names = [f"new{i}" for i in range(9)]
    rows = [grown.add(name) for name in names]
    assert rows == list(range(len(cliques.people), len(cliques.people) + 9))
    assert [grown.row(name) for name in names] == rows
    assert grown.model.hidden[rows].all()
    assert grown.model.person_ids.take(rows) == names
    assert (grown.model.main_topics[: len(cliques.people)] == grown.base.main_topics).all()
    assert grown.row("a1") == cliques.row("a1")


def test_the_mapped_model_itself_is_never_written_to(cliques):
    """Other workers share it."""
    model = cliques.pipeline.model
    before = {name: getattr(model, name).copy() for name in ("hidden", "organisation", "level")}
    after(
        cliques,
        decides(
            "a1", discoverability=Discoverability.NOBODY, profile=Profile(organisation="X", level=1)
        ),
    )
    for name, values in before.items():
        assert (getattr(model, name) == values).all()
    assert model.person_ids.row("a1") == Row(0)


def test_contacts_in_common_are_counted_as_training_did(any_world):
    """So that counting anew, where it has to be done, changes nothing else."""
    live = any_world.pipeline.live
    pool = live.model.pools[Kind.PEOPLE]
    for asker in range(len(any_world.people)):
        mine = slice(pool.indptr[asker], pool.indptr[asker + 1])
        counted = contacts_in_common(live, Row(asker), pool.rows[mine])
        assert np.minimum(counted, 3).tolist() == pool.contact_count[mine].tolist()


def test_a_change_that_cannot_be_taken_holds_up_no_other(cliques):
    """It is told by its number; those before and after it count, once."""
    live = Live(cliques.pipeline.model)
    changes = [(1, blocks("a1", "a2")), (2, object()), (3, said("a1", "b1"))]
    [(number, error)] = live.apply(changes, NOW)
    assert (number, type(error), live.position) == (2, TypeError, 3)
    pipeline = Pipeline(live.model, live)
    assert "a2" not in offered(pipeline, "a1")
    assert live.met(cliques.row("a1"))[cliques.row("b1")].sent == 1
