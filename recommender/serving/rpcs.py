"""Every RPC of the contract, and what a token must allow for it."""

from __future__ import annotations

from dataclasses import dataclass

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

from recommender.v1 import (
    event_service_pb2,
    learner_service_pb2,
    model_service_pb2,
    network_service_pb2,
    recommendation_service_pb2,
)

RECOMMENDATIONS = recommendation_service_pb2.DESCRIPTOR.services_by_name["RecommendationService"]
NETWORKS = network_service_pb2.DESCRIPTOR.services_by_name["NetworkService"]
LEARNERS = learner_service_pb2.DESCRIPTOR.services_by_name["LearnerService"]
EVENTS = event_service_pb2.DESCRIPTOR.services_by_name["EventService"]
MODELS = model_service_pb2.DESCRIPTOR.services_by_name["ModelService"]

SCOPE: dict[str, str] = {
    "RecommendationService/RecommendPeople": "query",
    "RecommendationService/RecommendReactivations": "query",
    "RecommendationService/RecommendMaintenance": "query",
    "RecommendationService/RankPeople": "query",
    "RecommendationService/StreamRecommendations": "query",
    "RecommendationService/ExplainPair": "query",
    "NetworkService/GetNetwork": "query",
    "LearnerService/GetLearner": "query",
    "LearnerService/ListBlocks": "query",
    "LearnerService/UpdateLearner": "feedback",
    "LearnerService/CreateBlock": "feedback",
    "LearnerService/DeleteBlock": "feedback",
    "LearnerService/ErasePerson": "admin",
    "EventService/WriteEvents": "feedback",
    "EventService/WriteFeedback": "feedback",
    "ModelService/GetModel": "admin",
    "ModelService/ListModels": "admin",
    "ModelService/ActivateModel": "admin",
}
"""The scope that each RPC needs; a test holds it to the contract."""

QUICK = frozenset(
    f"RecommendationService/{name}"
    for name in (
        "RecommendPeople",
        "RecommendReactivations",
        "RecommendMaintenance",
        "RankPeople",
        "ExplainPair",
    )
)
"""RPCs that compute for a short time and never wait for anything."""


@dataclass(frozen=True, slots=True)
class Rpc:
    """One RPC. name: as in `RecommendationService/RecommendPeople`; scope: what it needs."""

    service: ServiceDescriptor
    method: MethodDescriptor

    @property
    def name(self) -> str:
        """The service and the method, without the package."""
        return f"{self.service.name}/{self.method.name}"

    @property
    def path(self) -> str:
        """As gRPC names it."""
        return f"/{self.service.full_name}/{self.method.name}"

    @property
    def scope(self) -> str:
        """What a token must allow."""
        return SCOPE[self.name]
