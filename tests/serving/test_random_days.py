"""Whatever learners decide and whatever happens, every list stays true."""

from __future__ import annotations

import random

import pytest

from recommender.v1 import recommendation_service_pb2 as pb
from tests.databases import database
from tests.serving.random_days import KINDS, Day
from tests.serving.real import real

STEPS, EVERY = 100, 10


@pytest.mark.parametrize("seed", range(2))
def test_every_list_stays_true_whatever_happens(trained, pipeline, tmp_path, seed):
    """And the same holds of a model that was opened afterwards, and reads it all at once."""
    table, topics = pipeline.model.person_ids, pipeline.model.topic_ids
    people = [table[row] for row in range(len(table))]
    with database("sqlite", tmp_path) as url:
        with real(trained, url) as server:
            day = Day(server, random.Random(seed), people, [topics[row] for row in range(9)])
            for step in range(STEPS):
                day.deed()
                if step % EVERY == 0:
                    server.settle()
                    for _ in range(3):
                        day.look()
            server.settle()
            request = pb.StreamRecommendationsRequest(person_ids=people[:25], kinds=KINDS)
            before = list(server.lists.StreamRecommendations(request))
        with real(trained, url) as server:
            day.server = server
            for _ in range(3):
                day.look()
            after = list(server.lists.StreamRecommendations(request))
            for one, other in zip(before, after, strict=True):
                assert one.recommendations == other.recommendations, one.person_id
        assert day.names > 500
