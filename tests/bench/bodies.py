"""The requests that are sent: many people's, each steered by dials and narrowed by a filter."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import grpc

from recommender.pipeline import Pipeline
from recommender.v1.recommendation_service_pb2 import (
    RecommendPeopleRequest,
    RecommendPeopleResponse,
)
from recommender.v1.recommendation_service_pb2_grpc import RecommendationServiceStub
from recommender.v1.steering_pb2 import Dials, Scope, Steering
from tests.bench.h2load import framed

RESULTS = 20
FILTER = 'organisation != "Acme" AND languages:* AND level >= 0.5'
"""Keeps most people: the answer is to be as long as without it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One person's request, the file with it as h2load sends it, and how long its answer is."""

    person_id: str
    request: RecommendPeopleRequest
    body: Path
    answer: bytes


def people(model: Path) -> list[str]:
    """Ids of everybody whom a model knows."""
    ids = Pipeline.open(model).model.person_ids
    return [str(ids[row]) for row in range(len(ids))]


def request(person_id: str, draw: random.Random) -> RecommendPeopleRequest:
    """A person's request for a full list, with dials of her own."""
    return RecommendPeopleRequest(
        person_id=person_id,
        page_size=RESULTS,
        steering=Steering(
            dials=Dials(
                like_mindedness=0.1 + draw.random(),
                collaboration=0.1 + draw.random(),
                diversity=0.1 + draw.random(),
            )
        ),
        scope=Scope(filter=FILTER),
    )


def prepared(address: str, ids: Sequence[str], count: int, folder: Path) -> list[Asked]:
    """`count` requests that the server at `address` answers in full, drawn from a seed.

    Raises RuntimeError where there are not so many.
    """
    draw = random.Random(0)
    found: list[Asked] = []
    folder.mkdir(parents=True, exist_ok=True)
    with grpc.insecure_channel(address) as channel:
        stub = RecommendationServiceStub(channel)
        for person_id in draw.sample(ids, min(len(ids), 10 * count)):
            asked = request(person_id, draw)
            answer: RecommendPeopleResponse = stub.RecommendPeople(asked, timeout=30)
            if len(answer.recommendations) == RESULTS:
                body = folder / f"body-{len(found)}"
                body.write_bytes(framed(asked.SerializeToString()))
                found.append(Asked(person_id, asked, body, answer.SerializeToString()))
            if len(found) == count:
                return found
    raise RuntimeError(f"only {len(found)} of {len(ids)} people have {RESULTS} others to meet")


def usual(asked: Sequence[Asked]) -> bytes:
    """Of the answers the one of median size."""
    return sorted((each.answer for each in asked), key=len)[len(asked) // 2]
