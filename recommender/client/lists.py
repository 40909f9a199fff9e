"""Lists of people, why somebody is on one, and a person's present network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cached_property
from typing import TypedDict, Unpack

from google.protobuf.duration_pb2 import Duration

from recommender.client.calls import Calls
from recommender.client.results import Results, page_size
from recommender.v1 import network_service_pb2, network_service_pb2_grpc
from recommender.v1 import recommendation_service_pb2 as pb
from recommender.v1.recommendation_pb2 import ListKind
from recommender.v1.recommendation_service_pb2_grpc import RecommendationServiceStub
from recommender.v1.steering_pb2 import Rotation, Scope, Steering


class Choices(TypedDict, total=False):
    """What any list can be asked with; the fields of the requests of these names."""

    steering: Steering
    scope: Scope


class ListChoices(Choices, total=False):
    """What lists that are read in pages can be asked with besides."""

    rotation: Rotation
    explain: bool
    validate_only: bool


class Lists(Calls):
    """The RPCs of RecommendationService and NetworkService."""

    def people(
        self, person_id: str, *, limit: int | None = None, **choices: Unpack[ListChoices]
    ) -> Results:
        """New people to get to know; at most `limit`, or as many as the service has."""
        size = page_size(limit)

        def ask(token: str) -> pb.RecommendPeopleResponse:
            request = pb.RecommendPeopleRequest(
                person_id=person_id, page_size=size, page_token=token, **choices
            )
            return self._one(self._lists.RecommendPeople, request)

        return Results(self._pages(ask), limit)

    def reactivations(
        self,
        person_id: str,
        *,
        limit: int | None = None,
        min_silence: timedelta | None = None,
        **choices: Unpack[ListChoices],
    ) -> Results:
        """Ties to pick up again; silent for at least `min_silence`, or the service's 90 days."""
        size, silence = page_size(limit), _duration(min_silence)

        def ask(token: str) -> pb.RecommendReactivationsResponse:
            request = pb.RecommendReactivationsRequest(
                person_id=person_id,
                page_size=size,
                page_token=token,
                min_silence_duration=silence,
                **choices,
            )
            return self._one(self._lists.RecommendReactivations, request)

        return Results(self._pages(ask), limit)

    def maintenance(
        self, person_id: str, *, limit: int | None = None, **choices: Unpack[ListChoices]
    ) -> Results:
        """Fading ties to take care of."""
        size = page_size(limit)

        def ask(token: str) -> pb.RecommendMaintenanceResponse:
            request = pb.RecommendMaintenanceRequest(
                person_id=person_id, page_size=size, page_token=token, **choices
            )
            return self._one(self._lists.RecommendMaintenance, request)

        return Results(self._pages(ask), limit)

    def rank(
        self,
        person_id: str,
        candidates: Iterable[str],
        *,
        limit: int | None = None,
        include_contacts: bool = False,
        explain: bool = False,
        **choices: Unpack[Choices],
    ) -> Results:
        """A list of the caller's own, ranked; those left out are in `unranked`."""
        size, ids = page_size(limit), list(candidates)

        def ask(token: str) -> pb.RankPeopleResponse:
            request = pb.RankPeopleRequest(
                person_id=person_id,
                candidate_person_ids=ids,
                page_size=size,
                page_token=token,
                include_contacts=include_contacts,
                explain=explain,
                **choices,
            )
            return self._one(self._lists.RankPeople, request)

        return Results(self._pages(ask), limit)

    def stream(
        self,
        person_ids: Iterable[str],
        kinds: Iterable[ListKind.ValueType] = (),
        *,
        limit: int = 0,
        min_silence: timedelta | None = None,
        rotation: Rotation | None = None,
        **choices: Unpack[Choices],
    ) -> Iterator[pb.StreamRecommendationsResponse]:
        """Lists for many people, one after another; each says in `status` whether it is there."""
        request = pb.StreamRecommendationsRequest(
            person_ids=person_ids,
            kinds=kinds,
            result_limit=limit,
            min_silence_duration=_duration(min_silence),
            rotation=rotation,
            **choices,
        )
        return self._many(self._lists.StreamRecommendations, request)

    def explain(
        self,
        person_id: str,
        contact_id: str,
        kind: ListKind.ValueType = ListKind.LIST_KIND_UNSPECIFIED,
        *,
        min_silence: timedelta | None = None,
        **choices: Unpack[Choices],
    ) -> pb.ExplainPairResponse:
        """Why the contact is on the person's list, or what keeps the contact off it."""
        request = pb.ExplainPairRequest(
            person_id=person_id,
            contact_id=contact_id,
            kind=kind,
            min_silence_duration=_duration(min_silence),
            **choices,
        )
        return self._one(self._lists.ExplainPair, request)

    def network(self, person_id: str, *, tie_limit: int = 0) -> network_service_pb2.Network:
        """The person's present network; at most `tie_limit` ties a layer, or the service's 50."""
        request = network_service_pb2.GetNetworkRequest(person_id=person_id, tie_limit=tie_limit)
        return self._one(self._networks.GetNetwork, request)

    @cached_property
    def _lists(self) -> RecommendationServiceStub:
        return RecommendationServiceStub(self._channel)

    @cached_property
    def _networks(self) -> network_service_pb2_grpc.NetworkServiceStub:
        return network_service_pb2_grpc.NetworkServiceStub(self._channel)


def _duration(value: timedelta | None) -> Duration | None:
    if value is None:
        return None
    found = Duration()
    found.FromTimedelta(value)
    return found
