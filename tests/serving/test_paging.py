"""Pages of real lists, down to their end."""

from __future__ import annotations

import pytest

from recommender.v1.recommendation_service_pb2 import (
    RecommendPeopleRequest,
    RecommendReactivationsRequest,
)
from recommender.v1.recommendation_service_pb2_grpc import RecommendationServiceStub
from recommender.v1.steering_pb2 import Dials, Steering


def whole_list(method, request, size):
    """A whole list, read in pages of `size`."""
    request.page_size, found = size, []
    while True:
        page = method(request)
        found += page.recommendations
        if not page.next_page_token:
            return found
        request.page_token = page.next_page_token


@pytest.mark.parametrize("size", [9, 100])
@pytest.mark.parametrize("dials", [Dials(like_mindedness=1), Dials(diversity=1)], ids=str)
def test_pages_of_a_real_list_join(served, people, size, dials):
    """Whatever the size of its pages, a list is the same, and ranks run on."""
    stub = RecommendationServiceStub(served)
    for method, kind in (
        (stub.RecommendPeople, RecommendPeopleRequest),
        (stub.RecommendReactivations, RecommendReactivationsRequest),
    ):
        for person in people:
            steering = Steering(dials=dials)
            wanted = whole_list(method, kind(person_id=person, steering=steering), 20)
            found = whole_list(method, kind(person_id=person, steering=steering), size)
            assert [(r.rank, r.person_id) for r in found] == [(r.rank, r.person_id) for r in wanted]
            assert [r.rank for r in found] == list(range(1, len(found) + 1))
            assert len({r.person_id for r in found} | {person}) == len(found) + 1
