"""Reads what learners decide: messages to values of the domain, every field checked."""

from __future__ import annotations

import re
from datetime import datetime

from recommender.domain.config import Stage
from recommender.domain.errors import InvalidArgumentError
from recommender.domain.ids import PersonId
from recommender.domain.learner import (
    Block,
    BlockKind,
    Discoverability,
    Learner,
    Profile,
    Skill,
    StatedGoal,
)
from recommender.domain.slate import Kind
from recommender.serving import fields
from recommender.serving.steering import DIRECTIONS, STAGES, read_dials
from recommender.v1 import learner_service_pb2 as pb
from recommender.v1 import recommendation_pb2, steering_pb2

MOST_GOALS = 100
MOST_SKILLS = 100
MOST_LANGUAGES = 20
LONGEST_TEXT = 256
"""Bytes of a part of a profile."""
LONGEST_LANGUAGE = 35
"""Bytes of a BCP 47 tag, as its specification recommends to allow for."""
LONGEST_ETAG = 64

BLOCK_KINDS = {pb.BlockKind.Value(f"BLOCK_KIND_{kind.name}"): kind for kind in BlockKind}
LIST_KINDS = {recommendation_pb2.ListKind.Value(f"LIST_KIND_{kind.name}"): kind for kind in Kind}
DISCOVERABILITY = {
    pb.Discoverability.Value(f"DISCOVERABILITY_{each.name}"): each for each in Discoverability
}


def learner(message: pb.Learner, before: Learner, now: datetime) -> Learner:
    """What `message` says of the learner `before`; goals that she had keep the time of setting."""
    away = message.availability.HasField("away_until_time")
    limited = message.availability.HasField("daily_exposure_limit")
    return Learner(
        person_id=before.person_id,
        profile=_profile(message),
        goals=_goals(message, before, now),
        skills=_skills(message),
        dials=read_dials(message.dials, "learner.") if message.HasField("dials") else None,
        stage=_stage(message),
        daily_exposure_limit=_limit(message.availability) if limited else None,
        away_until=fields.time(
            message.availability.away_until_time, "learner.availability.away_until_time"
        )
        if away
        else None,
        discoverability=_discoverability(message),
        paused=message.recommendations_paused,
        updated_at=before.updated_at,
        version=before.version,
    )


def block(message: pb.Block, now: datetime) -> Block:
    """A decision to keep a person off one's lists."""
    kind = fields.choice(message.kind, BLOCK_KINDS, "block.kind", "BLOCK_KIND_")
    person_id, contact_id = pair(message.person_id, message.contact_id, "block.")
    return Block(
        person_id=person_id,
        contact_id=contact_id,
        kind=kind,
        list_kind=_list_kind(message, kind),
        expires_at=_expiry(message, now),
    )


def pair(person_id: str, contact_id: str, prefix: str) -> tuple[PersonId, PersonId]:
    """Two different people."""
    one = fields.person(person_id, f"{prefix}person_id")
    other = fields.person(contact_id, f"{prefix}contact_id")
    if one == other:
        raise InvalidArgumentError(f"{prefix}contact_id", "is person_id; name another person")
    return one, other


def block_kind(value: int) -> BlockKind | None:
    """Which decisions to list; None: all."""
    if value == pb.BLOCK_KIND_UNSPECIFIED:
        return None
    return fields.choice(value, BLOCK_KINDS, "kind", "BLOCK_KIND_")


def _profile(message: pb.Learner) -> Profile | None:
    given = message.profile
    names = ("display_name", "organisation", "role", "sector", "timezone")
    texts = {
        name: fields.text(getattr(given, name), f"learner.profile.{name}", LONGEST_TEXT)
        for name in names
    }
    said = fields.level(given.level, "learner.profile.level") if given.HasField("level") else None
    if not re.fullmatch(r"[A-Za-z0-9_+/-]*", texts["timezone"]):
        raise InvalidArgumentError(
            "learner.profile.timezone", "is no IANA name, such as Europe/Amsterdam"
        )
    profile = Profile(**texts, level=said, languages=_languages(given))
    return None if profile == Profile() else profile


def _languages(profile: pb.Profile) -> tuple[str, ...]:
    path = "learner.profile.languages"
    fields.at_most(len(profile.languages), MOST_LANGUAGES, path)
    seen: set[str] = set()
    for place, tag in enumerate(profile.languages):
        fields.required(tag, f"{path}[{place}]", LONGEST_LANGUAGE)
        if not all(part.isascii() and part.isalnum() for part in tag.split("-")):
            raise InvalidArgumentError(f"{path}[{place}]", "is no BCP 47 tag, such as en or nl-BE")
        fields.once(tag, seen, f"{path}[{place}]", "the language")
    return tuple(profile.languages)


def _goals(message: pb.Learner, before: Learner, now: datetime) -> tuple[StatedGoal, ...]:
    fields.at_most(len(message.goals), MOST_GOALS, "learner.goals")
    had = {(goal.topic_id, goal.direction, goal.level): goal.set_at for goal in before.goals}
    seen: set[tuple[str, str]] = set()
    found = []
    for place, goal in enumerate(message.goals):
        path = f"learner.goals[{place}]"
        topic = fields.identifier(goal.topic_id, f"{path}.topic_id")
        way = fields.choice(goal.direction, DIRECTIONS, f"{path}.direction", "GOAL_DIRECTION_")
        said = fields.level(goal.level, f"{path}.level") if goal.HasField("level") else None
        fields.once((topic, way), seen, path, "the topic, for the same direction,")
        set_at = had.get((topic, way, said)) or now
        found.append(StatedGoal(topic_id=topic, direction=way, level=said, set_at=set_at))
    return tuple(found)


def _skills(message: pb.Learner) -> tuple[Skill, ...]:
    fields.at_most(len(message.skills), MOST_SKILLS, "learner.skills")
    seen: set[str] = set()
    found = []
    for place, skill in enumerate(message.skills):
        path = f"learner.skills[{place}]"
        topic = fields.identifier(skill.topic_id, f"{path}.topic_id")
        said = fields.level(skill.level, f"{path}.level") if skill.HasField("level") else None
        fields.once(topic, seen, path, "the topic")
        found.append(Skill(topic_id=topic, level=said))
    return tuple(found)


def _stage(message: pb.Learner) -> Stage | None:
    if message.stage == steering_pb2.STAGE_UNSPECIFIED:
        return None
    return fields.choice(message.stage, STAGES, "learner.stage", "STAGE_")


def _limit(availability: pb.Availability) -> int:
    limit = availability.daily_exposure_limit
    if limit < 0:
        raise InvalidArgumentError(
            "learner.availability.daily_exposure_limit", f"{limit} is negative"
        )
    return limit


def _discoverability(message: pb.Learner) -> Discoverability | None:
    if message.discoverability == pb.DISCOVERABILITY_UNSPECIFIED:
        return None
    return fields.choice(
        message.discoverability, DISCOVERABILITY, "learner.discoverability", "DISCOVERABILITY_"
    )


def _list_kind(message: pb.Block, kind: BlockKind) -> Kind | None:
    if message.list_kind == recommendation_pb2.LIST_KIND_UNSPECIFIED:
        return None
    found = fields.choice(message.list_kind, LIST_KINDS, "block.list_kind", "LIST_KIND_")
    if kind is not BlockKind.DISMISS:
        raise InvalidArgumentError("block.list_kind", "is for dismissals; leave it out")
    return found


def _expiry(message: pb.Block, now: datetime) -> datetime | None:
    if not message.HasField("expire_time"):
        return None
    found = fields.time(message.expire_time, "block.expire_time")
    if found <= now:
        raise InvalidArgumentError("block.expire_time", "is not in the future")
    return found
