"""Reads requests: checks every field and says which one is wrong, before any work is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message

from recommender.domain.config import Dials, Stage
from recommender.domain.errors import InvalidArgumentError
from recommender.domain.slate import (
    LONGEST_SILENCE_DAYS,
    SHORTEST_SILENCE_DAYS,
    SILENCE_DAYS,
    Direction,
    Kind,
)
from recommender.ranking.stages import PRESETS
from recommender.serving.refusals import Refusal, RefusalError
from recommender.serving.tokens import PageToken, fingerprint
from recommender.v1 import recommendation_service_pb2 as pb
from recommender.v1 import steering_pb2

DEFAULT_PAGE = 20
LARGEST_PAGE = 100
LONGEST_LIST = 200
"""Results over all pages of one list."""
LONGEST_ID = 256
"""Bytes of an id."""
MOST_EXCLUDED = 1000
MOST_GOALS = 20
DEFAULT_TIES = 50
MOST_TIES = 500
SUPPORTED = {
    "": {
        "person_id",
        "page_size",
        "page_token",
        "steering",
        "scope",
        "validate_only",
        "min_silence_duration",
    },
    "steering.": {"dials", "stage", "goals"},
    "scope.": {"exclude_person_ids"},
}
"""Fields of a list request, by the message they are in, that this server acts on."""

STAGES = {steering_pb2.Stage.Value(f"STAGE_{stage.name}"): stage for stage in Stage}
DIRECTIONS = {
    steering_pb2.GoalDirection.Value(f"GOAL_DIRECTION_{each.name}"): each for each in Direction
}
OF_GOALS = {"topic_id", "direction"}
"""Fields of a goal that this server acts on."""

ListRequest = (
    pb.RecommendPeopleRequest | pb.RecommendReactivationsRequest | pb.RecommendMaintenanceRequest
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A piece of a list. request: fingerprint of the request that the list answers."""

    size: int
    offset: int
    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCall:
    """A request for one person's list, checked; ids, also of goals' topics, are the caller's."""

    person_id: str
    kind: Kind
    dials: Dials
    goals: tuple[tuple[str, Direction], ...]
    excluded: tuple[str, ...]
    min_silence_days: float
    page: Page
    validate_only: bool


def list_call(request: ListRequest, kind: Kind, model: str) -> ListCall:
    """Read a request for a list that the model named `model` will answer.

    Raises InvalidArgumentError naming the field, or RefusalError where the page token belongs to
    another model.
    """
    _supported(request, "")
    _supported(request.steering, "steering.")
    _supported(request.scope, "scope.")
    stage = _stage(request.steering)
    usual = (PRESETS[stage].length if stage else None) or DEFAULT_PAGE
    return ListCall(
        person_id=person_id(request.person_id),
        kind=kind,
        dials=_dials(request.steering, PRESETS[stage].dials if stage else Dials()),
        goals=_goals(request.steering),
        excluded=_excluded(request.scope.exclude_person_ids),
        min_silence_days=_silence_days(request),
        page=page(request, model, usual),
        validate_only=request.validate_only,
    )


def person_id(value: str, field: str = "person_id") -> str:
    """A person's or a topic's id, of 1 to 256 bytes."""
    size = len(value.encode())
    if size == 0:
        raise InvalidArgumentError(field, "is required")
    if size > LONGEST_ID:
        raise InvalidArgumentError(field, f"has {size} bytes, at most {LONGEST_ID} are allowed")
    return value


def limit(value: int, field: str, default: int, most: int) -> int:
    """A number of results: 0 means `default`, above `most` is `most`, negative fails."""
    if value < 0:
        raise InvalidArgumentError(field, f"{value} is negative; leave it out for {default}")
    return min(value, most) or default


def page(request: Message, model: str, usual: int = DEFAULT_PAGE) -> Page:
    """The page that `request`, which has page_size and page_token, asks for; 0 means `usual`."""
    asked = type(request)()
    asked.CopyFrom(request)
    size = limit(getattr(asked, "page_size", 0), "page_size", usual, LARGEST_PAGE)
    token = getattr(asked, "page_token", "")
    for field in ("page_size", "page_token"):
        asked.ClearField(field)
    name = request.DESCRIPTOR.full_name.encode()
    mark = fingerprint("request", name + asked.SerializeToString(deterministic=True))
    return Page(size=size, offset=_offset(token, mark, model) if token else 0, request=mark)


def _offset(text: str, mark: str, model: str) -> int:
    token = PageToken.decode(text)
    if token.request != mark:
        raise InvalidArgumentError(
            "page_token", "made for another request; keep all fields but page_size as they were"
        )
    if token.model != model:
        raise RefusalError(_model_changed(token.model, model))
    return token.offset


def _model_changed(before: str, now: str) -> Refusal:
    return Refusal(
        code=grpc.StatusCode.FAILED_PRECONDITION,
        reason="MODEL_CHANGED",
        message="page_token: the model has changed since the page before; start again without it",
        field_path="page_token",
        metadata={"before": f"models/{before}", "now": f"models/{now}"},
    )


def _supported(message: Message, prefix: str) -> None:
    for field, _ in message.ListFields():
        if field.name not in SUPPORTED[prefix]:
            raise InvalidArgumentError(f"{prefix}{field.name}", "not supported yet by this server")


def _stage(steering: steering_pb2.Steering) -> Stage | None:
    if steering.stage == steering_pb2.STAGE_UNSPECIFIED:
        return None
    if steering.stage not in STAGES:
        known = ", ".join(f"STAGE_{stage.name}" for stage in Stage)
        raise InvalidArgumentError("steering.stage", f"{steering.stage} is not one of {known}")
    return STAGES[steering.stage]


def _goals(steering: steering_pb2.Steering) -> tuple[tuple[str, Direction], ...]:
    if len(steering.goals) > MOST_GOALS:
        raise InvalidArgumentError(
            "steering.goals", f"{len(steering.goals)} goals, at most {MOST_GOALS} are allowed"
        )
    return tuple(_goal(goal, f"steering.goals[{i}].") for i, goal in enumerate(steering.goals))


def _goal(goal: steering_pb2.Goal, prefix: str) -> tuple[str, Direction]:
    for field, _ in goal.ListFields():
        if field.name not in OF_GOALS:
            raise InvalidArgumentError(f"{prefix}{field.name}", "not supported yet by this server")
    if goal.direction not in DIRECTIONS:
        known = ", ".join(f"GOAL_DIRECTION_{direction.name}" for direction in Direction)
        raise InvalidArgumentError(f"{prefix}direction", f"{goal.direction} is not one of {known}")
    return person_id(goal.topic_id, f"{prefix}topic_id"), DIRECTIONS[goal.direction]


def _dials(steering: steering_pb2.Steering, usual: Dials) -> Dials:
    if not steering.HasField("dials"):
        return usual
    asked = steering.dials
    try:
        return Dials(
            like_mindedness=asked.like_mindedness,
            collaboration=asked.collaboration,
            diversity=asked.diversity,
        )
    except InvalidArgumentError as error:
        message = str(error).removeprefix(f"{error.field}: ")
        raise InvalidArgumentError(f"steering.{error.field}", message) from None


def _excluded(ids: Iterable[str]) -> tuple[str, ...]:
    found = tuple(ids)
    if len(found) > MOST_EXCLUDED:
        raise InvalidArgumentError(
            "scope.exclude_person_ids", f"{len(found)} ids, at most {MOST_EXCLUDED} are allowed"
        )
    return tuple(
        person_id(value, f"scope.exclude_person_ids[{place}]") for place, value in enumerate(found)
    )


def _silence_days(request: ListRequest) -> float:
    if not isinstance(request, pb.RecommendReactivationsRequest):
        return SILENCE_DAYS
    if not request.HasField("min_silence_duration"):
        return SILENCE_DAYS
    days = _days(request.min_silence_duration)
    if not SHORTEST_SILENCE_DAYS <= days <= LONGEST_SILENCE_DAYS:
        raise InvalidArgumentError(
            "min_silence_duration",
            f"{days:g} days is not between {SHORTEST_SILENCE_DAYS:g} and {LONGEST_SILENCE_DAYS:g}",
        )
    return days


def _days(duration: Duration) -> float:
    return (duration.seconds + duration.nanos / 1e9) / 86_400
