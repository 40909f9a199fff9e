"""Exports and calls: the same row for the same person, dials and time, whatever has happened."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from recommender.batch import Asked, Store, export
from recommender.batch.decisions import read_decisions
from recommender.domain.config import Dials, Stage
from recommender.domain.slate import FACTORS, Context
from recommender.serving.access import DEFAULT
from recommender.steering import Steering
from recommender.v1 import recommendation_service_pb2 as pb
from recommender.v1 import steering_pb2
from tests.databases import database
from tests.recommender.exported import rows_of
from tests.serving.random_days import KINDS, Day
from tests.serving.real import real

STEPS, TOP = 150, 20

CALLS = [
    (Asked(), {}),
    (
        Asked(steering=Steering(dials=Dials(like_mindedness=0, collaboration=1, diversity=3))),
        {
            "steering": steering_pb2.Steering(
                dials=steering_pb2.Dials(like_mindedness=0, collaboration=1, diversity=3)
            )
        },
    ),
    (
        Asked(
            steering=Steering(stage=Stage.EXPLORE),
            expression="level >= 1 OR languages:en",
            minimum_score=-0.5,
            min_silence_days=45,
        ),
        {
            "steering": steering_pb2.Steering(stage="STAGE_EXPLORE"),
            "scope": steering_pb2.Scope(filter="level >= 1 OR languages:en", minimum_score=-0.5),
            "min_silence_duration": {"seconds": 45 * 86_400},
        },
    ),
    (
        Asked(context=Context(organisation="Here")),
        {"scope": steering_pb2.Scope(context={"organisation": "Here"})},
    ),
]
"""What an export is asked for, and the same as a call."""


@pytest.fixture(scope="module")
def afternoon(request, trained, pipeline, tmp_path_factory):
    """A server after a day made up at random, its store, and everybody known to it."""
    table, topics = pipeline.model.person_ids, pipeline.model.topic_ids
    people = [table[row] for row in range(len(table))]
    with (
        database("sqlite", tmp_path_factory.mktemp("store")) as url,
        real(trained, url) as server,
    ):
        some = [topics[row] for row in range(9)]
        day = Day(server, random.Random(request.param), people, some, rested=frozenset(people))
        for _ in range(STEPS):
            day.deed()
        server.settle()
        yield server, [*people, "new 1", "new 2", "new 3"]


@pytest.mark.parametrize(
    ("afternoon", "number"), [(0, 0), (0, 1), (1, 2), (1, 3)], indirect=["afternoon"]
)
def test_an_exported_row_is_the_answer_to_a_call(afternoon, trained, tmp_path, number):
    """For everyone, and all lists: those who came since, and those who steer their own, too."""
    server, people = afternoon
    asked, call = CALLS[number]
    report = export(
        trained,
        tmp_path / "lists",
        Asked(**{name: getattr(asked, name) for name in asked.__slots__} | {"top": TOP}),
        store=Store(
            name="test",
            read=lambda since, at: read_decisions(server.store, DEFAULT, since, at),
        ),
        clock=lambda: datetime.now(UTC).replace(tzinfo=None),
        workers=1,
    )
    exported = rows_of(tmp_path / "lists")
    assert report.learners["erasures"] > 0
    assert report.learners["blocks"] > 0
    assert report.learners["paused"] > 0
    request = pb.StreamRecommendationsRequest(kinds=KINDS, result_limit=TOP, **call)
    answered = []
    for start in range(0, len(people), 100):
        request.person_ids[:] = people[start : start + 100]
        for message in server.lists.StreamRecommendations(request):
            kind = ("people", "reactivation", "maintenance")[message.kind - 1]
            answered += [_row(one, kind, message.person_id) for one in message.recommendations]
    kinds = {"people": 0, "reactivation": 1, "maintenance": 2}
    answered.sort(key=lambda row: (kinds[row[0]], row[1].encode(), row[2]))
    assert [_exported(row) for row in exported] == answered
    assert len(answered) > 200


def _row(one, kind, person):
    head, factors = one.headlines, [getattr(one.factors, name) for name in FACTORS]
    return (
        *(kind, person, one.rank, one.person_id, one.score),
        *(head.like_mindedness, head.collaboration, head.diversity),
        [factor.value if factor.confidence > 0 else None for factor in factors],
        [reason.text for reason in one.reasons],
    )


def _exported(row):
    return (
        *(row[name] for name in ("kind", "person_id", "rank", "contact_id", "score")),
        *(row[name] for name in ("like_mindedness", "collaboration", "diversity")),
        [row["factors"][name] for name in FACTORS],
        [reason["text"] for reason in row["reasons"]],
    )
