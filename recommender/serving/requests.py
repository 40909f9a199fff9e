"""Reads requests: checks every field and says which one is wrong, before any work is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import grpc
from google.protobuf.message import Message

from recommender.domain.errors import InvalidArgumentError
from recommender.domain.slate import (
    LONGEST_SILENCE_DAYS,
    SHORTEST_SILENCE_DAYS,
    SILENCE_DAYS,
    Kind,
)
from recommender.serving import fields, scoping, steering
from recommender.serving.refusals import Refusal, RefusalError
from recommender.serving.tokens import PageToken, fingerprint
from recommender.steering import Steering
from recommender.v1 import recommendation_pb2
from recommender.v1 import recommendation_service_pb2 as pb

DEFAULT_PAGE = 20
LARGEST_PAGE = 100
LONGEST_LIST = 200
"""Results over all pages of one list."""
MOST_PEOPLE = 1000
"""People of a list that the caller brings, or whom lists are streamed for."""
DEFAULT_TIES = 50
MOST_TIES = 500

KINDS = {
    recommendation_pb2.LIST_KIND_PEOPLE: Kind.PEOPLE,
    recommendation_pb2.LIST_KIND_REACTIVATION: Kind.REACTIVATION,
    recommendation_pb2.LIST_KIND_MAINTENANCE: Kind.MAINTENANCE,
}

ListRequest = (
    pb.RecommendPeopleRequest | pb.RecommendReactivationsRequest | pb.RecommendMaintenanceRequest
)
Silent = pb.RecommendReactivationsRequest | pb.StreamRecommendationsRequest | pb.ExplainPairRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A piece of a list. size: 0 where the caller leaves it open.

    request: fingerprint of the request that the list answers. lot: of the pages before, for places
    that are drawn; None on the first page.
    """

    size: int
    offset: int
    request: str
    lot: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCall:
    """A request for lists, checked; ids, also of goals' topics, are the caller's."""

    kind: Kind
    steering: Steering
    scope: scoping.Scope
    rotation: scoping.Rotation | None = None
    min_silence_days: float = SILENCE_DAYS
    explain: bool = False


def list_call(request: ListRequest, kind: Kind) -> ListCall:
    """Read what a request for one list asks for. Raises InvalidArgumentError naming the field."""
    silence = SILENCE_DAYS
    if isinstance(request, pb.RecommendReactivationsRequest):
        silence = silence_days(request)
    return ListCall(
        kind=kind,
        steering=steering.read(request.steering),
        scope=scoping.read(request.scope),
        rotation=scoping.read_rotation(request.rotation),
        min_silence_days=silence,
        explain=request.explain,
    )


def person_id(value: str, field: str = "person_id") -> str:
    """A person's id."""
    return fields.looked_up(value, field)


def people(ids: list[str], field: str) -> tuple[str, ...]:
    """1 to MOST_PEOPLE ids; duplicates count once."""
    if not ids:
        raise InvalidArgumentError(field, "is required")
    fields.at_most(len(ids), MOST_PEOPLE, field)
    return tuple(dict.fromkeys(fields.looked_up(one, f"{field}[{i}]") for i, one in enumerate(ids)))


def kind(number: int, field: str) -> Kind:
    """Which list; new people where none is named."""
    return fields.choice(number, KINDS, field, "LIST_KIND_") if number else Kind.PEOPLE


def limit(value: int, field: str, default: int, most: int) -> int:
    """A number of results: 0 means `default`, above `most` is `most`, negative fails."""
    if value < 0:
        raise InvalidArgumentError(field, f"{value} is negative; leave it out for {default}")
    return min(value, most) or default


def page(request: Message, model: str, usual: int = DEFAULT_PAGE, key: bytes = b"") -> Page:
    """The page that `request`, which has page_size and page_token, asks for; 0 means `usual`.

    model: what its list is of; key: the tenant's, see `tokens`.
    """
    asked = type(request)()
    asked.CopyFrom(request)
    wanted = getattr(asked, "page_size", 0)
    size = limit(wanted, "page_size", DEFAULT_PAGE, LARGEST_PAGE) if wanted else usual
    text = getattr(asked, "page_token", "")
    for field in ("page_size", "page_token"):
        asked.ClearField(field)
    name = request.DESCRIPTOR.full_name.encode()
    mark = fingerprint("request", name + asked.SerializeToString(deterministic=True), key)
    token = _token(text, mark, model, key) if text else None
    return Page(
        size=size,
        offset=token.offset if token else 0,
        request=mark,
        lot=token.lot if token else None,
    )


def silence_days(request: Silent) -> float:
    """The shortest silence that counts as dormant, in days."""
    if not request.HasField("min_silence_duration"):
        return SILENCE_DAYS
    silence = scoping.duration(request.min_silence_duration, "min_silence_duration")
    days = silence / timedelta(days=1)
    if not SHORTEST_SILENCE_DAYS <= days <= LONGEST_SILENCE_DAYS:
        raise InvalidArgumentError(
            "min_silence_duration",
            f"{days:g} days is not between {SHORTEST_SILENCE_DAYS:g} and {LONGEST_SILENCE_DAYS:g}",
        )
    return days


def _token(text: str, mark: str, model: str, key: bytes) -> PageToken:
    token = PageToken.decode(text, key)
    if token.request != mark:
        raise InvalidArgumentError(
            "page_token", "made for another request; keep all fields but page_size as they were"
        )
    if token.model != model:
        raise RefusalError(_model_changed(token.model, model))
    return token


def _model_changed(before: str, now: str) -> Refusal:
    return Refusal(
        code=grpc.StatusCode.FAILED_PRECONDITION,
        reason="MODEL_CHANGED",
        message="page_token: the model has changed since the page before; start again without it",
        field_path="page_token",
        metadata={"before": f"models/{before}", "now": f"models/{now}"},
    )
