"""Whoever is blocked or hidden leaves no trace: answers are as if she had never been stored.

Held byte by byte against the same model without her rows: in the candidates, the ties and the
evidence of the one who asks. No name, rank, count, reason, introducer, page or total differs.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender.domain.config import Dials
from recommender.domain.ids import Row
from recommender.domain.learner import BlockKind, Discoverability, Erasure
from recommender.domain.slate import Aim, Direction, Goal, Kind, Query
from recommender.live import Live
from recommender.live.common import contacts_in_common
from recommender.packed import whole
from recommender.pipeline import Pipeline
from recommender.serving import replies, wire
from tests.recommender.live.changes import NOW, after, blocks, decides

NAMED = ("two_cliques", "hub", "met_in_threads", "barred_pairs", "apart", "workplaces")
"""Worlds with contacts in common, introducers, threads, and blocks of their own."""


def without(model, person):
    """The model as it would be had it stored nothing of a person."""
    pools = {kind: _without_pool(whole(pool), person) for kind, pool in model.pools.items()}
    leading = np.where(model.topic_people == person, -1, model.topic_people)
    bare = replace(model, pools=pools, ties=_without_ties(model.ties, person), topic_people=leading)
    pool = bare.pools[Kind.PEOPLE]
    counts = pool.contact_count.copy()
    for asker in range(len(pool.indptr) - 1):
        mine = slice(pool.indptr[asker], pool.indptr[asker + 1])
        common = contacts_in_common(Live(bare), Row(asker), pool.rows[mine])
        counts[mine] = np.minimum(common, 3)
    bare.pools[Kind.PEOPLE] = replace(pool, contact_count=counts)
    return bare


def _without_pool(pool, person):
    kept = pool.rows != person
    columns = {name: getattr(pool, name)[kept] for name in pool.__slots__ if name != "indptr"}
    introducer = columns["introducer"]
    columns["introducer"] = np.where(introducer == person, -1, introducer)
    total = np.concatenate([[0], np.cumsum(kept)])
    return replace(pool, indptr=total[pool.indptr].astype(np.int64), **columns)


def _without_ties(ties, person):
    kept = (ties.contacts != person) & (ties.persons() != person)
    columns = {name: getattr(ties, name)[kept] for name in ties.__slots__ if name != "indptr"}
    total = np.concatenate([[0], np.cumsum(kept)])
    return replace(ties, indptr=total[ties.indptr].astype(np.int64), **columns)


def queries(model, asker, unknown):
    """Questions of every kind: lists long and short, dials, goals, the caller's own people.

    unknown: somebody of whom the model knows nothing, so that the caller cannot bring her.
    """
    everyone = frozenset(range(len(model.person_ids))) - {asker, unknown}
    topics = map(Row, range(min(len(model.topic_ids), 2)))
    goals = tuple(Goal(topic, Aim(way)) for topic in topics for way in Direction)
    for kind in Kind:
        for limit in (1, 3, 50):
            yield Query(askers=[asker], kind=kind, limit=limit)
        yield Query(askers=[asker], kind=kind, dials=Dials(diversity=1), explain=True)
        yield Query(askers=[asker], kind=kind, goals=goals, limit=50)
        yield Query(askers=[asker], kind=kind, prepared=True)
    yield Query(askers=[asker], among=everyone, limit=50)
    yield Query(askers=[asker], among=everyone, contacts_too=True, limit=50)


def told(pipeline, person, unknown=None):
    """All that somebody is told, as bytes."""
    asker = pipeline.row(person)
    lines = []
    for query in queries(pipeline.model, asker, unknown):
        (found,) = wire.written(pipeline.told(query))
        lines += [found.content, b"--"]
    info = replies.answer_info(pipeline.info, person, "network", Dials())
    network = replies.network(pipeline.network(asker), 500, info)
    return [*lines, network.SerializeToString()]


def pairs(built, count=6):
    """Some who ask and some who are asked about, contacts among them."""
    rng = np.random.default_rng(len(built.people))
    drawn = rng.permutation([(a, b) for a in built.people for b in built.people if a != b])
    return [tuple(pair) for pair in drawn[:count].tolist()]


@pytest.mark.parametrize("name", NAMED)
def test_a_block_leaves_no_trace_on_either_side(built, name):
    """Of whoever is blocked, to who blocks, and the other way round."""
    world = built(name)
    for person, other in pairs(world):
        pipeline = after(world, blocks(person, other))
        for asker, gone in ((person, other), (other, person)):
            bare = Pipeline(without(world.pipeline.model, world.row(gone)))
            assert told(pipeline, asker) == told(bare, asker, world.row(gone)), (asker, gone)


@pytest.mark.parametrize("name", NAMED)
def test_who_is_hidden_or_erased_leaves_no_trace_to_anybody(built, name):
    """Whatever keeps her from being found."""
    world = built(name)
    gone = Erasure(receipt_id="r", mark="", erased_at=NOW, complete_at=NOW)
    for person, other in pairs(world, 4):
        bare = Pipeline(without(world.pipeline.model, world.row(other)))
        wanted = told(bare, person, world.row(other))
        hides = decides(other, discoverability=Discoverability.NOBODY)
        assert told(after(world, hides), person) == wanted
        erased = replace(gone, mark=f"<{other}>")
        assert told(after(world, erased, mark=lambda one: f"<{one}>"), person) == wanted


@pytest.mark.parametrize("kind", [BlockKind.MUTE, BlockKind.DISMISS])
def test_a_mute_changes_nothing_for_the_other(built, kind):
    """Who is muted notices nothing."""
    world = built("two_cliques")
    for person, other in pairs(world):
        assert told(after(world, blocks(person, other, kind)), other) == told(world.pipeline, other)
