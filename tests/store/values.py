"""Values to store, and ways to read a store to its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from recommender.domain.config import Dials, Stage
from recommender.domain.learner import (
    Activity,
    Block,
    BlockKind,
    ConnectionChange,
    Discoverability,
    Feedback,
    FeedbackAction,
    Interaction,
    Learner,
    Profile,
    Skill,
    StatedGoal,
)
from recommender.domain.slate import Direction, Kind

NOW = datetime(2026, 3, 1, 12, 0, 0, 123_456)
LONG_AGO = datetime(1990, 1, 1)

FULL = Learner(
    person_id="Zoë 🙂 \u202e",
    profile=Profile(
        display_name="Zoë",
        organisation='Acme "Ltd"',
        role="r",
        sector="s",
        level=2.5,
        languages=("en", "nl-BE"),
        timezone="Europe/Amsterdam",
    ),
    goals=(
        StatedGoal(topic_id="t1", direction=Direction.LEARN, level=0.1, set_at=NOW),
        StatedGoal(topic_id="t1", direction=Direction.OFFER),
    ),
    skills=(Skill(topic_id="t2", level=4.0), Skill(topic_id="t3")),
    dials=Dials(like_mindedness=1, collaboration=0.1, diversity=3e10),
    stage=Stage.KNOW_IT_ALL,
    daily_exposure_limit=0,
    away_until=NOW + timedelta(days=3),
    discoverability=Discoverability.ORGANISATION,
    paused=True,
)


def activity(number: object, person: str = "ada", at: datetime = NOW) -> Activity:
    return Activity(
        event_id=f"a{number}", person_id=person, occurred_at=at, topic_id="t", verb="post"
    )


def interaction(number: object, person: str = "ada", contact: str = "bea") -> Interaction:
    return Interaction(
        event_id=f"i{number}",
        person_id=person,
        contact_id=contact,
        occurred_at=NOW,
        verb="reply",
        topic_id="t",
        object_id="o",
        weight=0.5,
    )


def connection(number: object, person: str = "ada", contact: str = "bea") -> ConnectionChange:
    return ConnectionChange(
        event_id=f"c{number}", person_id=person, contact_id=contact, occurred_at=NOW, ended=True
    )


def block(person: str = "ada", contact: str = "bea", **fields: object) -> Block:
    return Block(**{"person_id": person, "contact_id": contact, "kind": BlockKind.BLOCK, **fields})


def feedback(number: object, person: str = "ada", contact: str = "bea", **fields: object):
    usual = {
        "event_id": f"f{number}",
        "person_id": person,
        "contact_id": contact,
        "action": FeedbackAction.SHOWN,
        "occurred_at": NOW,
        "token": "token",
        "model": "20260101T000000-12345678",
        "list_kind": Kind.PEOPLE,
        "dials": (0.5, 0.25, 0.25),
        "rank": 3,
        "propensity": 0.125,
        "surface": "home",
    }
    return Feedback(**{**usual, **fields})


def followed(store, tenant="t", after=0, limit=1000, since=LONG_AGO):
    """All changes after a number, page by page."""
    found = []
    while page := store.changes(tenant, after, limit, since):
        found += page
        after = page[-1][0]
    return found
