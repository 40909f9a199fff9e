"""Reads what happens on the host platform and to the lists: messages to values of the domain."""

from __future__ import annotations

from datetime import datetime

from recommender.domain.errors import InvalidArgumentError
from recommender.domain.learner import (
    Activity,
    ConnectionChange,
    Feedback,
    FeedbackAction,
    Interaction,
)
from recommender.serving import fields
from recommender.serving.learner_requests import pair
from recommender.serving.tokens import Attribution
from recommender.v1 import event_service_pb2 as pb

MOST_ITEMS = 1000
LONGEST_WORD = 64
"""Bytes of a verb or a surface."""

ACTIONS = {
    pb.FeedbackAction.Value(f"FEEDBACK_ACTION_{action.name}"): action for action in FeedbackAction
}

AnyEvent = Activity | Interaction | ConnectionChange


def event(message: pb.Event, path: str, now: datetime) -> AnyEvent:
    """One thing that happened; path: of the message, for errors."""
    event_id = fields.identifier(message.event_id, f"{path}.event_id")
    body = message.WhichOneof("body")
    if not message.HasField("occur_time"):
        raise InvalidArgumentError(f"{path}.occur_time", "is required")
    occurred_at = fields.past(message.occur_time, f"{path}.occur_time", now)
    if body == "activity":
        return _activity(message.activity, f"{path}.activity", event_id, occurred_at)
    if body == "interaction":
        return _interaction(message.interaction, f"{path}.interaction", event_id, occurred_at)
    if body == "connection_change":
        change = message.connection_change
        person_id, contact_id = pair(
            change.person_id, change.contact_id, f"{path}.connection_change."
        )
        return ConnectionChange(
            event_id=event_id,
            occurred_at=occurred_at,
            person_id=person_id,
            contact_id=contact_id,
            ended=change.ended,
        )
    raise InvalidArgumentError(f"{path}.body", "is required: what happened")


def _activity(message: pb.Activity, path: str, event_id: str, occurred_at: datetime) -> Activity:
    return Activity(
        event_id=event_id,
        occurred_at=occurred_at,
        person_id=fields.person(message.person_id, f"{path}.person_id"),
        topic_id=fields.identifier(message.topic_id, f"{path}.topic_id"),
        verb=fields.required(message.verb, f"{path}.verb", LONGEST_WORD),
        object_id=fields.text(message.object_id, f"{path}.object_id", fields.LONGEST_ID),
        weight=_weight(message, path),
    )


def _interaction(
    message: pb.Interaction, path: str, event_id: str, occurred_at: datetime
) -> Interaction:
    person_id, contact_id = pair(message.person_id, message.contact_id, f"{path}.")
    return Interaction(
        event_id=event_id,
        occurred_at=occurred_at,
        person_id=person_id,
        contact_id=contact_id,
        verb=fields.required(message.verb, f"{path}.verb", LONGEST_WORD),
        topic_id=fields.text(message.topic_id, f"{path}.topic_id", fields.LONGEST_ID),
        object_id=fields.text(message.object_id, f"{path}.object_id", fields.LONGEST_ID),
        weight=_weight(message, path),
    )


def _weight(message: pb.Activity | pb.Interaction, path: str) -> float:
    return fields.weight(message.weight, f"{path}.weight") if message.HasField("weight") else 1.0


def feedback(message: pb.Feedback, path: str, now: datetime, key: bytes = b"") -> Feedback:
    """What became of one recommendation.

    path: of the message, for errors; key: the tenant's, of tokens.
    """
    event_id = fields.identifier(message.event_id, f"{path}.event_id")
    person_id, contact_id = pair(message.person_id, message.contact_id, f"{path}.")
    about = _attribution(message.attribution_token, person_id, f"{path}.attribution_token", key)
    action = fields.choice(message.action, ACTIONS, f"{path}.action", "FEEDBACK_ACTION_")
    if not message.HasField("occur_time"):
        raise InvalidArgumentError(f"{path}.occur_time", "is required")
    if message.rank < 0:
        raise InvalidArgumentError(f"{path}.rank", f"{message.rank} is negative")
    return Feedback(
        event_id=event_id,
        person_id=person_id,
        contact_id=contact_id,
        action=action,
        occurred_at=fields.past(message.occur_time, f"{path}.occur_time", now),
        token=message.attribution_token,
        model=about.model,
        list_kind=about.kind,
        dials=about.dials,
        rank=message.rank,
        propensity=_propensity(message, path),
        surface=fields.text(message.surface, f"{path}.surface", LONGEST_WORD),
    )


def _attribution(token: str, person_id: str, field: str, key: bytes) -> Attribution:
    if not token:
        raise InvalidArgumentError(field, "is required")
    try:
        about = Attribution.decode(token, key)
    except InvalidArgumentError as error:
        message = str(error).removeprefix(f"{error.field}: ")
        raise InvalidArgumentError(field, message) from None
    if not about.is_for(person_id, key):
        raise InvalidArgumentError(field, "is of an answer to somebody else than person_id")
    return about


def _propensity(message: pb.Feedback, path: str) -> float | None:
    if not message.HasField("propensity"):
        return None
    if not 0 < message.propensity <= 1:
        raise InvalidArgumentError(
            f"{path}.propensity", f"{message.propensity:g} is not above 0 and at most 1"
        )
    return message.propensity
