"""Who may be found is up to everybody herself, and counts at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recommender.domain.errors import PersonNotFoundError
from recommender.domain.learner import Discoverability, Erasure
from recommender.domain.slate import Kind
from tests.recommender.live.changes import (
    NOW,
    after,
    blocks,
    decides,
    offered,
    said,
    tied,
)


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


def network_of(pipeline, person):
    """Whom a person's network names."""
    return {tie.contact_id for tie in pipeline.network(pipeline.row(person)).ties}


def test_a_network_leaves_out_whom_a_block_was_trained_in_for(built):
    """However new their contact is: neither sees the other, and others see both."""
    world, pairs = built("barred_pairs"), [("ida", "blocked"), ("blocker", "ida")]
    contact = [change for one, other in pairs for change in (said(one, other), tied(other, one))]
    pipeline = after(world, said("ida", "fine"), *contact)
    assert "fine" in network_of(pipeline, "ida")
    for one, other in pairs:
        assert other not in network_of(pipeline, one)
        assert one not in network_of(pipeline, other)
    assert sum(pipeline.network(world.row("ida")).tie_counts.values()) == len(
        network_of(pipeline, "ida")
    )


def test_networks_of_others_leave_out_who_keeps_to_her_organisation(built):
    """As they leave out who wants to be found by nobody; ties made since, too."""
    world = built("workplaces")
    # Of w2's contacts, w0 is of her organisation, and so is w4, whom she meets now.
    met = [said("w2", "w4"), said("w2", "w7")]
    assert network_of(after(world, *met), "w2") == {"w0", "w1", "w3", "w4", "w7"}
    near = [
        decides(one, discoverability=Discoverability.ORGANISATION)
        for one in ("w0", "w1", "w3", "w4", "w7")
    ]
    assert network_of(after(world, *met, *near), "w2") == {"w0", "w4"}


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
