"""What the client promises of every method: how long it may take, and when it is tried again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message

PACKAGE = "recommender.v1"
HEALTH_SERVICE = f"{PACKAGE}.RecommendationService"
"""The service whose health says whether a server is used."""
ADMIN_HEALTH_SERVICE = f"{PACKAGE}.ModelService"
"""The same for what administers, at an address where nothing else is."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Of one method.

    timeout: seconds for all tries together.
    read: it changes nothing. A server that stops may cancel a call that it never began, which looks
        like a call that it cut off in the midst: harmless to repeat for what reads, and so not done
        for what writes. What could not be delivered is tried again in any case; writes carry ids,
        so that one that did arrive before the connection broke is not made twice. A server
        without room does nothing of a call, and says when to try again (`grpc-retry-pushback-ms`).
    """

    timeout: float
    read: bool = True


QUICK, WRITE = Policy(2.0), Policy(5.0, read=False)

POLICIES: dict[str, Policy] = {
    "RecommendationService/RecommendPeople": QUICK,
    "RecommendationService/RecommendReactivations": QUICK,
    "RecommendationService/RecommendMaintenance": QUICK,
    "RecommendationService/RankPeople": QUICK,
    "RecommendationService/StreamRecommendations": Policy(60.0),
    "RecommendationService/ExplainPair": QUICK,
    "NetworkService/GetNetwork": QUICK,
    "LearnerService/GetLearner": QUICK,
    "LearnerService/UpdateLearner": WRITE,
    "LearnerService/CreateBlock": WRITE,
    "LearnerService/DeleteBlock": WRITE,
    "LearnerService/ListBlocks": QUICK,
    "LearnerService/ErasePerson": Policy(30.0, read=False),
    "EventService/WriteEvents": WRITE,
    "EventService/WriteFeedback": WRITE,
    "ModelService/GetModel": QUICK,
    "ModelService/ListModels": QUICK,
    "ModelService/ActivateModel": Policy(60.0, read=False),
}
"""Every method of the contract; a test holds it to that."""


def timeout(request: Message) -> float:
    """Seconds that the method of this request may take.

    Sent with each call, as gRPC would keep one from the service config to itself, and the server
    would work on for a caller who is gone.

    >>> from recommender.v1.network_service_pb2 import GetNetworkRequest
    >>> timeout(GetNetworkRequest())
    2.0
    """
    return _TIMEOUTS[request.DESCRIPTOR.name]


_TIMEOUTS = {f"{name.split('/')[1]}Request": policy.timeout for name, policy in POLICIES.items()}


def service_config(health_service: str = HEALTH_SERVICE) -> str:
    """The policies as gRPC's service config, in JSON, for clients in any language.

    Calls go round all healthy servers. A server is healthy while it says so of `health_service`;
    one that is about to stop says that it is not, and gets no new calls. Tries of one call are at
    most three, and stop altogether while most calls fail.
    """
    config = {
        "loadBalancingConfig": [{"round_robin": {}}],
        "healthCheckConfig": {"serviceName": health_service},
        "methodConfig": [_methods(read=True), _methods(read=False)],
        "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1},
    }
    return json.dumps(config, indent=2) + "\n"


def _methods(*, read: bool) -> dict[str, Any]:
    """What holds for all methods that read, or for all that write."""
    names = (name.split("/") for name, policy in POLICIES.items() if policy.read == read)
    return {
        "name": [
            {"service": f"{PACKAGE}.{service}", "method": method} for service, method in names
        ],
        "retryPolicy": {
            "maxAttempts": 3,
            "initialBackoff": "0.02s",
            "maxBackoff": "0.2s",
            "backoffMultiplier": 2,
            "retryableStatusCodes": [
                "UNAVAILABLE",
                "RESOURCE_EXHAUSTED",
                *(["CANCELLED"] if read else []),
            ],
        },
    }
