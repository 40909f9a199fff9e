"""The one value that travels through the pipeline, and the question it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from recommender.domain.config import Dials
from recommender.domain.ids import Row

FACTORS = (
    "communality",
    "organisation",
    "network",
    "reputation",
    "benevolence",
    "like_mindedness",
    "collaboration",
    "learning",
    "trends",
)
"""The nine factors, in the order of every array that holds them (Rajagopal et al. 2012)."""

HEADLINES = ("like_mindedness", "collaboration", "diversity")
"""The three headline scores, in the order of every array that holds them."""

SIGNALS = (
    "shared_contacts",
    "similar_network",
    "shared_objects",
    "active_in_topics",
    "similar_interests",
    "network_walk",
    "turned_to_by_contacts",
    "addressed_in_topics",
    "active_lately",
    "near_topics",
    "goal_matches",
    "similar_titles",
    "newcomers",
    "bridges",
)
"""The sources of new people, in the order of every array of signals."""

SHORTEST_SILENCE_DAYS = 30.0
"""Days of silence from which on a model keeps a tie as one to pick up again."""

SILENCE_DAYS = 90.0
"""Days of silence that make a tie dormant where nobody says otherwise."""

LONGEST_SILENCE_DAYS = 36_500.0
"""The longest silence that can be asked for: a century."""


class Kind(StrEnum):
    """Which list is asked for."""

    PEOPLE = "people"
    REACTIVATION = "reactivation"
    MAINTENANCE = "maintenance"


class Direction(StrEnum):
    """What a goal is for."""

    LEARN = "learn"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class Goal:
    """A topic, as the model's row of it, that the asker wants to learn, or can help with."""

    topic: Row
    direction: Direction = Direction.LEARN


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question to the pipeline, about one person or many.

    askers: rows of the people asked for; the answer has a line for each, in this order.
    limit: how many results a line should have, at most.
    excluded: rows never to be shown in this answer.
    min_silence_days: for reactivations, the shortest silence that counts as dormant; at least
        `SHORTEST_SILENCE_DAYS`, because the model has no others.
    goals: what this answer should serve; they steer it, and bring in people for new ones.
    """

    askers: Sequence[Row]
    kind: Kind = Kind.PEOPLE
    dials: Dials = field(default_factory=Dials)
    limit: int = 20
    excluded: frozenset[Row] = frozenset()
    min_silence_days: float = SILENCE_DAYS
    goals: tuple[Goal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slate:
    """Candidates for b askers, k slots each; a stage takes one and returns another.

    askers: int32 [b], who asks.
    rows: int32 [b, k], who is offered; -1 marks an empty slot, always after the filled ones.
    scores: float32 [b, k], higher is better; -inf in empty slots.
    relevance: float32 [b, k], the label-free relevance from training, before dials.
    factors: float32 [b, k, 9] in [0, 1], by `FACTORS`.
    confidence: float32 [b, k, 9] in [0, 1]; 0 means the factor is unknown.
    headlines: float32 [b, k, 3] in [0, 1], by `HEADLINES`.
    signals: float32 [b, k, signals] in [0, 1], by `SIGNALS`: how strongly each source of
        candidates speaks for the person.
    entries: int64 [b, k], where the candidate's evidence is in the model; -1 in empty slots, and
        for those whom a goal of the call brought in: the model has no evidence of the two.
    goal_match: float32 [b, k] in [0, 1], how well the person matches the goals of the call.
    goal_topics: int32 [b, k], the one of them on which she works most of all; -1 none.
    """

    askers: NDArray[np.int32]
    rows: NDArray[np.int32]
    scores: NDArray[np.float32]
    relevance: NDArray[np.float32]
    factors: NDArray[np.float32]
    confidence: NDArray[np.float32]
    headlines: NDArray[np.float32]
    signals: NDArray[np.float32]
    entries: NDArray[np.int64]
    goal_match: NDArray[np.float32]
    goal_topics: NDArray[np.int32]

    def take(self, order: NDArray[np.intp]) -> Slate:
        """The slots named by `order`, intp [b, m], of every line."""
        lines = np.arange(len(self.askers))[:, None]
        return Slate(
            askers=self.askers,
            rows=self.rows[lines, order],
            scores=self.scores[lines, order],
            relevance=self.relevance[lines, order],
            factors=self.factors[lines, order],
            confidence=self.confidence[lines, order],
            headlines=self.headlines[lines, order],
            signals=self.signals[lines, order],
            entries=self.entries[lines, order],
            goal_match=self.goal_match[lines, order],
            goal_topics=self.goal_topics[lines, order],
        )
