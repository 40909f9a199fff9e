"""Values of the domain to rows of the tables, and back."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from recommender.domain.config import Dials, Stage
from recommender.domain.errors import InvalidArgumentError
from recommender.domain.ids import PersonId
from recommender.domain.learner import (
    Activity,
    Block,
    BlockKind,
    BlockLifted,
    ConnectionChange,
    Discoverability,
    Erasure,
    Feedback,
    FeedbackAction,
    Interaction,
    Learner,
    Profile,
    Skill,
    StatedGoal,
)
from recommender.domain.slate import Direction, Kind
from recommender.domain.times import from_microseconds, microseconds

Row = RowMapping
"""A row by column."""

AnyEvent = Activity | Interaction | ConnectionChange

EVENT_KINDS: dict[str, type[AnyEvent]] = {
    "activity": Activity,
    "interaction": Interaction,
    "connection": ConnectionChange,
}


def learner_row(value: Learner) -> dict[str, Any]:
    """A learner who has decided something, so that `updated_at` is there."""
    if value.updated_at is None:
        raise InvalidArgumentError("learner.updated_at", "is not set")
    return {
        "person_id": value.person_id,
        "state": _state(value),
        "version": value.version,
        "updated_at": microseconds(value.updated_at),
    }


def _state(value: Learner) -> str:
    profile, dials = value.profile, value.dials
    state = {
        "profile": None
        if profile is None
        else {name: getattr(profile, name) for name in Profile.__slots__},
        "goals": [
            [goal.topic_id, goal.direction, goal.level, _us(goal.set_at)] for goal in value.goals
        ],
        "skills": [[skill.topic_id, skill.level] for skill in value.skills],
        "dials": None
        if dials is None
        else [dials.like_mindedness, dials.collaboration, dials.diversity],
        "stage": value.stage,
        "daily_exposure_limit": value.daily_exposure_limit,
        "away_until": _us(value.away_until),
        "discoverability": value.discoverability,
        "paused": value.paused,
    }
    return json.dumps(state, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def read_learner(row: Row) -> Learner:
    """The inverse of `learner_row`."""
    state = json.loads(row["state"])
    return Learner(
        person_id=PersonId(row["person_id"]),
        profile=_profile(state["profile"]),
        goals=tuple(
            StatedGoal(topic_id=topic, direction=Direction(way), level=level, set_at=_time(set_at))
            for topic, way, level, set_at in state["goals"]
        ),
        skills=tuple(Skill(topic_id=topic, level=level) for topic, level in state["skills"]),
        dials=_dials(state["dials"]),
        stage=None if state["stage"] is None else Stage(state["stage"]),
        daily_exposure_limit=state["daily_exposure_limit"],
        away_until=_time(state["away_until"]),
        discoverability=None
        if state["discoverability"] is None
        else Discoverability(state["discoverability"]),
        paused=state["paused"],
        updated_at=_time(row["updated_at"]),
        version=row["version"],
    )


def _profile(values: dict[str, Any] | None) -> Profile | None:
    if values is None:
        return None
    return Profile(**{**values, "languages": tuple(values["languages"])})


def _dials(values: list[float] | None) -> Dials | None:
    if values is None:
        return None
    like_mindedness, collaboration, diversity = values
    return Dials(like_mindedness=like_mindedness, collaboration=collaboration, diversity=diversity)


def block_row(value: Block, created_at: datetime) -> dict[str, Any]:
    """A decision made at `created_at`."""
    return {
        "person_id": value.person_id,
        "contact_id": value.contact_id,
        "kind": value.kind,
        "list_kind": value.list_kind,
        "created_at": microseconds(created_at),
        "expires_at": _us(value.expires_at),
    }


def read_block(row: Row) -> Block:
    """The inverse of `block_row`."""
    return Block(
        person_id=PersonId(row["person_id"]),
        contact_id=PersonId(row["contact_id"]),
        kind=BlockKind(row["kind"]),
        list_kind=None if row["list_kind"] is None else Kind(row["list_kind"]),
        expires_at=_time(row["expires_at"]),
        created_at=_time(row["created_at"]),
    )


def read_lifted(row: Row) -> BlockLifted:
    """A decision that was taken back."""
    return BlockLifted(person_id=PersonId(row["person_id"]), contact_id=PersonId(row["contact_id"]))


def event_row(value: AnyEvent) -> dict[str, Any]:
    """Something that happened; what its kind does not have is empty."""
    kind = next(name for name, event in EVENT_KINDS.items() if isinstance(value, event))
    return {
        "event_id": value.event_id,
        "kind": kind,
        "person_id": value.person_id,
        "contact_id": getattr(value, "contact_id", None),
        "topic_id": getattr(value, "topic_id", ""),
        "object_id": getattr(value, "object_id", ""),
        "verb": getattr(value, "verb", ""),
        "weight": getattr(value, "weight", 1.0),
        "ended": getattr(value, "ended", False),
        "occurred_at": microseconds(value.occurred_at),
    }


def read_event(row: Row) -> AnyEvent:
    """The inverse of `event_row`."""
    kind = EVENT_KINDS[row["kind"]]
    values = {name: row[name] for slots in _slots(kind) for name in slots}
    return kind(**{**values, "occurred_at": from_us(row["occurred_at"])})


def _slots(kind: type[AnyEvent]) -> list[tuple[str, ...]]:
    return [getattr(each, "__slots__", ()) for each in kind.__mro__]


def feedback_row(value: Feedback) -> dict[str, Any]:
    """What became of a recommendation."""
    like_mindedness, collaboration, diversity = value.dials
    return {
        "event_id": value.event_id,
        "person_id": value.person_id,
        "contact_id": value.contact_id,
        "action": value.action,
        "occurred_at": microseconds(value.occurred_at),
        "token": value.token,
        "model": value.model,
        "list_kind": value.list_kind,
        "like_mindedness": like_mindedness,
        "collaboration": collaboration,
        "diversity": diversity,
        "rank": value.rank,
        "propensity": value.propensity,
        "surface": value.surface,
    }


def read_feedback(row: Row) -> Feedback:
    """The inverse of `feedback_row`."""
    return Feedback(
        event_id=row["event_id"],
        person_id=PersonId(row["person_id"]),
        contact_id=PersonId(row["contact_id"]),
        action=FeedbackAction(row["action"]),
        occurred_at=from_us(row["occurred_at"]),
        token=row["token"],
        model=row["model"],
        list_kind=Kind(row["list_kind"]),
        dials=(row["like_mindedness"], row["collaboration"], row["diversity"]),
        rank=row["rank"],
        propensity=row["propensity"],
        surface=row["surface"],
    )


def erasure_row(value: Erasure) -> dict[str, Any]:
    """A person who was erased."""
    return {
        "mark": value.mark,
        "receipt_id": value.receipt_id,
        "erased_at": microseconds(value.erased_at),
        "complete_at": microseconds(value.complete_at),
    }


def read_erasure(row: Row) -> Erasure:
    """The inverse of `erasure_row`."""
    return Erasure(
        mark=row["mark"],
        receipt_id=row["receipt_id"],
        erased_at=from_us(row["erased_at"]),
        complete_at=from_us(row["complete_at"]),
    )


def from_us(count: int) -> datetime:
    """A time without its zone, as the domain has them."""
    return from_microseconds(count).replace(tzinfo=None)


def _time(count: int | None) -> datetime | None:
    return None if count is None else from_us(count)


def _us(time: datetime | None) -> int | None:
    return None if time is None else microseconds(time)
