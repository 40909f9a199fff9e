"""What happened since training counts at once, for everyone whom it concerns."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from recommender.domain.ids import Row
from recommender.domain.learner import BlockKind, Discoverability
from recommender.domain.slate import Kind, Query
from recommender.live import Live
from recommender.live.common import contacts_in_common
from recommender.packed import whole
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
)
from tests.world_builder import AS_OF


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


def test_contacts_in_common_are_counted_as_training_did(any_world):
    """So that counting anew, where it has to be done, changes nothing else."""
    live = any_world.pipeline.live
    pool = whole(live.model.pools[Kind.PEOPLE])
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
