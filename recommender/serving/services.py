"""One method per RPC; each only translates between the contract and the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from recommender.domain.answer import Recommendation
from recommender.domain.config import Dials
from recommender.domain.errors import PersonNotFoundError
from recommender.domain.ids import Row
from recommender.domain.slate import Goal, Kind, Query
from recommender.serving import replies, requests
from recommender.serving.context import CallContext
from recommender.serving.interface import Recommender
from recommender.serving.requests import ListCall, Page
from recommender.serving.tokens import PageToken
from recommender.v1 import network_service_pb2
from recommender.v1 import recommendation_service_pb2 as pb
from recommender.v1.recommendation_pb2 import AnswerInfo

Response = TypeVar(
    "Response",
    pb.RecommendPeopleResponse,
    pb.RecommendReactivationsResponse,
    pb.RecommendMaintenanceResponse,
)


class RecommendationService:
    """Lists of people for a learner."""

    def RecommendPeople(  # noqa: N802 - the RPC's name
        self, request: pb.RecommendPeopleRequest, call: CallContext
    ) -> pb.RecommendPeopleResponse:
        """New people whom the learner should get to know."""
        return self._answered(call, request, Kind.PEOPLE, pb.RecommendPeopleResponse)

    def RecommendReactivations(  # noqa: N802 - the RPC's name
        self, request: pb.RecommendReactivationsRequest, call: CallContext
    ) -> pb.RecommendReactivationsResponse:
        """Weak or dormant ties that the learner should pick up again."""
        return self._answered(call, request, Kind.REACTIVATION, pb.RecommendReactivationsResponse)

    def RecommendMaintenance(  # noqa: N802 - the RPC's name
        self, request: pb.RecommendMaintenanceRequest, call: CallContext
    ) -> pb.RecommendMaintenanceResponse:
        """Strong ties of the learner that are fading."""
        return self._answered(call, request, Kind.MAINTENANCE, pb.RecommendMaintenanceResponse)

    def _answered(
        self,
        call: CallContext,
        request: requests.ListRequest,
        kind: Kind,
        response: type[Response],
    ) -> Response:
        asked = requests.list_call(request, kind, call.recommender.info.name)
        found, token = _list(asked, call.recommender)
        return response(
            recommendations=[replies.recommendation(item) for item in found],
            next_page_token=token,
            answer=_about(asked, call.recommender),
        )


def _list(asked: ListCall, recommender: Recommender) -> tuple[Sequence[Recommendation], str]:
    asker = recommender.row(asked.person_id)
    if asked.validate_only:
        return [], ""
    end = min(asked.page.offset + asked.page.size, requests.LONGEST_LIST)
    query = Query(
        askers=[asker],
        kind=asked.kind,
        dials=asked.dials,
        # One more than the page holds tells whether another page follows.
        limit=min(end + 1, requests.LONGEST_LIST),
        excluded=_rows(asked.excluded, recommender),
        min_silence_days=asked.min_silence_days,
        goals=_goals(asked, recommender),
    )
    (found,) = recommender.answer(query)
    token = next_token(asked.page, end, len(found), recommender.info.name)
    return found[asked.page.offset : end], token


def _rows(ids: Sequence[str], recommender: Recommender) -> frozenset[Row]:
    rows = set()
    for person_id in ids:
        try:
            rows.add(recommender.row(person_id))
        except PersonNotFoundError:
            continue  # who is unknown cannot be on the list
    return frozenset(rows)


def _goals(asked: ListCall, recommender: Recommender) -> tuple[Goal, ...]:
    found = ((recommender.topic(topic), direction) for topic, direction in asked.goals)
    # A topic that the model does not know counts for nothing, as the contract says.
    return tuple(Goal(topic, direction) for topic, direction in found if topic is not None)


def _about(asked: ListCall, recommender: Recommender) -> AnswerInfo:
    return replies.answer_info(
        recommender.info, asked.person_id, asked.kind, asked.dials, asked.goals
    )


class NetworkService:
    """A learner's present network."""

    def GetNetwork(  # noqa: N802 - the RPC's name
        self, request: network_service_pb2.GetNetworkRequest, call: CallContext
    ) -> network_service_pb2.Network:
        """Ties by layer, and what the network covers and lacks."""
        person_id = requests.person_id(request.person_id)
        most = requests.limit(
            request.tie_limit, "tie_limit", requests.DEFAULT_TIES, requests.MOST_TIES
        )
        found = call.recommender.network(call.recommender.row(person_id))
        about = replies.answer_info(call.recommender.info, person_id, "network", Dials())
        return replies.network(found, most, about)


def next_token(page: Page, end: int, found: int, model: str) -> str:
    """The token of the page that starts at `end`; empty where there is nothing there."""
    if found <= end:
        return ""
    return PageToken(model=model, request=page.request, offset=end).encode()
