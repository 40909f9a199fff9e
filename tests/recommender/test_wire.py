"""What is written straight from arrays is, byte by byte, what protobuf makes of the values."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from recommender.domain.answer import Reason, ReasonKind
from recommender.domain.config import Dials
from recommender.domain.learner import Learner, Profile
from recommender.domain.slate import Drawing, Goal, Kind, Query
from recommender.present import recommendations
from recommender.reasons import CODE
from recommender.serving import wire
from recommender.v1 import recommendation_pb2 as pb
from tests.serving import reference


def assert_same(told):
    """Both ways lead to the same lists. Returns how many names these have."""
    lists = wire.written(told)
    expected = recommendations(told)
    assert len(lists) == len(expected)
    for mine, items in zip(lists, expected, strict=True):
        theirs = reference.written(mine.rows, items)
        assert mine.ends == theirs.ends
        assert mine.content == theirs.content
        assert [told.model.person_ids[row] for row in mine.rows] == [o.person_id for o in items]
    return sum(len(one.rows) for one in lists)


@pytest.mark.parametrize("kind", Kind)
def test_the_bytes_are_those_that_protobuf_makes(any_world, kind):
    """Of one asker and of all at once, whatever the call asks for."""
    pipeline = any_world.pipeline
    rows = [any_world.row(person) for person in any_world.people]
    topics = range(len(pipeline.model.topic_ids))
    queries = [
        Query(askers=rows, kind=kind, limit=100),
        Query(askers=rows, kind=kind, limit=3, explain=True),
        Query(askers=rows, kind=kind, dials=Dials(diversity=1), drawing=Drawing(0.5, 7)),
        Query(askers=rows, kind=kind, goals=tuple(map(Goal, topics))[:3], limit=50),
        *(Query(askers=[row], kind=kind, contacts_too=True, limit=50) for row in rows[:9]),
        *(Query(askers=[row], among=frozenset(rows), contacts_too=True) for row in rows[:9]),
        Query(askers=[], kind=kind),
    ]
    named = [assert_same(pipeline.told(query)) for query in queries]
    assert named[-1] == 0


def test_names_that_changed_or_came_since_are_written_as_they_are_now(built):
    """Somebody new with a name, somebody known with another, and an organisation unheard of."""
    world = built("two_cliques")
    pipeline = type(world.pipeline).open(world.model_folder)
    known = pipeline.model.person_ids[1]
    profile = Profile(display_name="Ünal 茶", organisation="Überall")
    changes = [Learner(person_id=known, profile=profile), Learner(person_id="zz", profile=profile)]
    pipeline.apply(list(enumerate(changes, 1)), datetime(2030, 1, 1))
    rows = [pipeline.row(person) for person in world.people]
    told = pipeline.told(Query(askers=rows, among=frozenset([*rows, pipeline.row("zz")])))
    assert assert_same(told)
    assert "Ünal 茶".encode() in b"".join(one.content for one in wire.written(told))


def test_however_little_room_there_was_all_is_written(any_world, monkeypatch):
    """The array grows to what is needed, whatever it was."""
    rows = [any_world.row(person) for person in any_world.people]
    told = any_world.pipeline.told(Query(askers=rows, limit=20, explain=True))
    whole = wire.written(told)
    monkeypatch.setattr(wire, "ROOM", 1)
    assert wire.written(told) == whole


def test_parts_of_a_list_are_its_messages(any_world):
    """Pages put together are the list; a place outside is nothing."""
    asker = any_world.row(any_world.people[0])
    (found,) = wire.written(any_world.pipeline.told(Query(askers=[asker], limit=50)))
    count = len(found.rows)
    assert found.part(0, count) == found.part(0, 10**6) == found.content
    assert found.part(0, 1) + found.part(1, count) == found.content
    assert found.part(count, count + 5) == found.part(7, 3) == b""
    ids = [found.message(place).person_id for place in range(count)]
    assert ids == [any_world.pipeline.model.person_ids[row] for row in found.rows]


@pytest.mark.parametrize(
    ("kind", "count", "told"),
    [
        (ReasonKind.SHARED_CONTACTS, 0, None),
        (ReasonKind.SHARED_CONTACTS, 2, (2, False)),
        (ReasonKind.SHARED_CONTACTS, 3, (3, True)),
        (ReasonKind.SHARED_CONTACTS, 17, (3, True)),
        (ReasonKind.SHARED_OBJECTS, 300, (300, False)),
    ],
)
def test_counts_of_other_peoples_ties_stay_coarse(built, kind, count, told):
    """Even where the pipeline counts on, the caller reads 3+."""
    world = built("met_in_threads")
    asker = world.row("dora")
    answer = world.pipeline.told(Query(askers=[asker], limit=1))
    reasons = replace(
        answer.reasons,
        kinds=np.full_like(answer.reasons.kinds, CODE[kind]),
        counts=np.full_like(answer.reasons.counts, count),
        objects=np.zeros_like(answer.reasons.objects),
    )
    (found,) = wire.written(replace(answer, reasons=reasons))
    for mine in (
        found.message(0).reasons[0],
        pb.Reason(**reference.reason(Reason(kind=kind, share=0.5, confidence=1, count=count))),
    ):
        got = (mine.count.count, mine.count.at_least) if mine.HasField("count") else None
        assert got == told
