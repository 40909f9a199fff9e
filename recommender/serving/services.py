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
from recommender.serving.catalog import Catalog
from recommender.serving.interface import Recommender
from recommender.serving.requests import ListCall, Page
from recommender.serving.tokens import PageToken
from recommender.v1 import model_service_pb2, network_service_pb2
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

    def __init__(self, recommender: Recommender) -> None:
        self.recommender = recommender

    def RecommendPeople(self, request: pb.RecommendPeopleRequest) -> pb.RecommendPeopleResponse:  # noqa: N802 - the RPC's name
        """New people whom the learner should get to know."""
        return self._answered(request, Kind.PEOPLE, pb.RecommendPeopleResponse)

    def RecommendReactivations(  # noqa: N802 - the RPC's name
        self, request: pb.RecommendReactivationsRequest
    ) -> pb.RecommendReactivationsResponse:
        """Weak or dormant ties that the learner should pick up again."""
        return self._answered(request, Kind.REACTIVATION, pb.RecommendReactivationsResponse)

    def RecommendMaintenance(  # noqa: N802 - the RPC's name
        self, request: pb.RecommendMaintenanceRequest
    ) -> pb.RecommendMaintenanceResponse:
        """Strong ties of the learner that are fading."""
        return self._answered(request, Kind.MAINTENANCE, pb.RecommendMaintenanceResponse)

    def _answered(
        self, request: requests.ListRequest, kind: Kind, response: type[Response]
    ) -> Response:
        call = requests.list_call(request, kind, self.recommender.info.name)
        found, token = self._list(call)
        return response(
            recommendations=[replies.recommendation(item) for item in found],
            next_page_token=token,
            answer=self._about(call),
        )

    def _list(self, call: ListCall) -> tuple[Sequence[Recommendation], str]:
        asker = self.recommender.row(call.person_id)
        if call.validate_only:
            return [], ""
        end = min(call.page.offset + call.page.size, requests.LONGEST_LIST)
        query = Query(
            askers=[asker],
            kind=call.kind,
            dials=call.dials,
            # One more than the page holds tells whether another page follows.
            limit=min(end + 1, requests.LONGEST_LIST),
            excluded=self._rows(call.excluded),
            min_silence_days=call.min_silence_days,
            goals=self._goals(call),
        )
        (found,) = self.recommender.answer(query)
        token = next_token(call.page, end, len(found), self.recommender.info.name)
        return found[call.page.offset : end], token

    def _rows(self, ids: Sequence[str]) -> frozenset[Row]:
        rows = set()
        for person_id in ids:
            try:
                rows.add(self.recommender.row(person_id))
            except PersonNotFoundError:
                continue  # who is unknown cannot be on the list
        return frozenset(rows)

    def _goals(self, call: ListCall) -> tuple[Goal, ...]:
        found = ((self.recommender.topic(topic), direction) for topic, direction in call.goals)
        # A topic that the model does not know counts for nothing, as the contract says.
        return tuple(Goal(topic, direction) for topic, direction in found if topic is not None)

    def _about(self, call: ListCall) -> AnswerInfo:
        return replies.answer_info(
            self.recommender.info, call.person_id, call.kind, call.dials, call.goals
        )


class NetworkService:
    """A learner's present network."""

    def __init__(self, recommender: Recommender) -> None:
        self.recommender = recommender

    def GetNetwork(  # noqa: N802 - the RPC's name
        self, request: network_service_pb2.GetNetworkRequest
    ) -> network_service_pb2.Network:
        """Ties by layer, and what the network covers and lacks."""
        person_id = requests.person_id(request.person_id)
        most = requests.limit(
            request.tie_limit, "tie_limit", requests.DEFAULT_TIES, requests.MOST_TIES
        )
        found = self.recommender.network(self.recommender.row(person_id))
        about = replies.answer_info(self.recommender.info, person_id, "network", Dials())
        return replies.network(found, most, about)


class ModelService:
    """The models that this server has."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def GetModel(self, request: model_service_pb2.GetModelRequest) -> model_service_pb2.Model:  # noqa: N802 - the RPC's name
        """One model."""
        return self.catalog.get(request.name)

    def ListModels(  # noqa: N802 - the RPC's name
        self, request: model_service_pb2.ListModelsRequest
    ) -> model_service_pb2.ListModelsResponse:
        """All models, the newest first."""
        page = requests.page(request, self.catalog.served.name)
        names = self.catalog.names()
        end = page.offset + page.size
        return model_service_pb2.ListModelsResponse(
            models=[self.catalog.describe(name) for name in names[page.offset : end]],
            next_page_token=next_token(page, end, len(names), self.catalog.served.name),
        )


def next_token(page: Page, end: int, found: int, model: str) -> str:
    """The token of the page that starts at `end`; empty where there is nothing there."""
    if found <= end:
        return ""
    return PageToken(model=model, request=page.request, offset=end).encode()
