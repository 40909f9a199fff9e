"""Changes after a world's model was trained, written down shortly."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from recommender.domain.ids import PersonId
from recommender.domain.learner import (
    Activity,
    Block,
    BlockKind,
    BlockLifted,
    ConnectionChange,
    Interaction,
    Learner,
    Skill,
    StatedGoal,
)
from recommender.domain.slate import Direction, Query
from recommender.live import Live
from recommender.pipeline import Pipeline
from tests.world_builder import AS_OF

NOW = AS_OF + timedelta(days=2)
"""When the changes of tests have happened."""

WAYS = {"wants": Direction.LEARN, "offers": Direction.OFFER}

_numbers = count()


def worked(person, topic, weight=1.0):
    """Somebody did something in a topic."""
    return Activity(
        event_id=f"e{next(_numbers)}",
        person_id=PersonId(person),
        occurred_at=AS_OF + timedelta(days=1),
        topic_id=topic,
        verb="post",
        weight=weight,
    )


def said(person, contact, topic="", at=AS_OF + timedelta(days=1)):
    """Somebody addressed somebody."""
    return Interaction(
        event_id=f"e{next(_numbers)}",
        person_id=PersonId(person),
        contact_id=PersonId(contact),
        occurred_at=at,
        verb="reply",
        topic_id=topic,
    )


def tied(person, contact, *, ended=False):
    """A declared tie."""
    return ConnectionChange(
        event_id=f"e{next(_numbers)}",
        person_id=PersonId(person),
        contact_id=PersonId(contact),
        occurred_at=AS_OF,
        ended=ended,
    )


def decides(person, **decisions):
    """What a learner decided; goals and skills by topic."""
    stated = {way: decisions.pop(name, ()) for name, way in WAYS.items()}
    goals = tuple(
        StatedGoal(topic_id=topic, direction=way)
        for way, topics in stated.items()
        for topic in topics
    )
    skills = tuple(Skill(topic_id=t) for t in decisions.pop("can", ()))
    return Learner(person_id=PersonId(person), goals=goals, skills=skills, **decisions)


def blocks(person, contact, kind=BlockKind.BLOCK, **more):
    """A decision to keep somebody off."""
    return Block(person_id=PersonId(person), contact_id=PersonId(contact), kind=kind, **more)


def lifts(person, contact):
    """Taking it back."""
    return BlockLifted(person_id=PersonId(person), contact_id=PersonId(contact))


def after(built, *changes, now: datetime = NOW, mark=None) -> Pipeline:
    """The pipeline of a built world, with these changes."""
    live = Live(built.pipeline.model, mark)
    numbered = list(enumerate(changes, 1))
    live.prepare(numbered)
    live.apply(numbered, now)
    return Pipeline(live.model, live)


def offered(pipeline, person, **query):
    """Whom somebody is offered, best first."""
    asked = Query(askers=[pipeline.row(person)], **{"limit": 200, **query})
    return [one.person_id for one in pipeline.answer(asked)[0]]


def later(change, **other):
    """The same with some of it changed."""
    return replace(change, **other)
