"""How a learner steers a list: what the call says, then what she has stored, then the defaults."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.domain.config import Dials, Stage
from recommender.domain.ids import PersonId
from recommender.domain.learner import Learner
from recommender.domain.slate import Aim
from recommender.ranking.stages import PRESETS

Goals = tuple[tuple[str, Aim], ...]
"""Ids of topics, and what the goal in each is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """What a call says; None and empty parts leave it to what is stored."""

    dials: Dials | None = None
    stage: Stage | None = None
    goals: Goals = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Steered:
    """How a list is steered in the end. length: names on a page where nobody says how many."""

    dials: Dials
    stage: Stage | None
    goals: Goals
    length: int | None


def steered(asked: Steering, learner: Learner | None) -> Steered:
    """The call's own words before the learner's, dials before stages, and then the defaults."""
    stored = learner or _NOBODY
    own = stored.dials if asked.dials is None and asked.stage is None else asked.dials
    stage = asked.stage or (stored.stage if asked.dials is None else None)
    preset = PRESETS[stage] if stage else None
    return Steered(
        dials=own or (preset.dials if preset else Dials()),
        stage=stage,
        goals=asked.goals or tuple((goal.topic_id, goal.aim) for goal in stored.goals),
        length=preset.length if preset else None,
    )


_NOBODY = Learner(person_id=PersonId(""))
