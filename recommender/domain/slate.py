"""The one value that travels through the pipeline, and the question it answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.domain.config import Dials
from recommender.domain.ids import Row
from recommender.domain.pool import Pool
from recommender.domain.tally import Tally

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


class Aim(NamedTuple):
    """What a goal is for. level: aimed at, or offered, in [0, 4]; 0: not said."""

    direction: Direction = Direction.LEARN
    level: float = 0.0


@dataclass(frozen=True, slots=True)
class Goal:
    """A topic, as the model's row of it, and what the asker wants there."""

    topic: Row
    aim: Aim = field(default_factory=Aim)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Only people who took part in all these objects, by id, and are of this organisation."""

    objects: tuple[str, ...] = ()
    organisation: str = ""


class Barrier(StrEnum):
    """What keeps a person off a list; the first of these that holds says most."""

    SELF = "self"
    UNAVAILABLE = "unavailable"
    BLOCKED = "blocked"
    MUTED = "muted"
    DISMISSED = "dismissed"
    ALREADY_CONNECTED = "already_connected"
    NO_TIE = "no_tie"
    TIE_ACTIVE = "tie_active"
    EXCLUDED = "excluded"
    FILTER = "filter"
    CONTEXT = "context"
    MINIMUM_SCORE = "minimum_score"
    NOT_A_CANDIDATE = "not_a_candidate"


Narrowing = Callable[[NDArray[np.int32]], NDArray[np.bool_]]
"""From rows, int32 [...], to who of them may be shown, bool [...]."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Which places of a list are drawn by lot, so that what follows can judge other rankings.

    share: of places that are drawn, in [0, 1]; seed: of the lot.
    """

    share: float
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question to the pipeline, about one person or many.

    askers: rows of those asked for; the answer has a line for each, in this order, of at most
        `limit` results. excluded: rows never to be shown.
    min_silence_days: of reactivations, the shortest silence, from `SHORTEST_SILENCE_DAYS` on.
    goals: what this answer should serve; they steer it, and bring in people for new ones.
    among: rows that alone may be shown, of new people; those of whom nothing is stored are scored
        on the spot. None: everyone. contacts_too: people whom the asker knows may be among them.
    only: who of some rows may be shown, and what it is called where somebody may not;
        minimum_score: the lowest that may.
    shown: what those shown lately lose of how far their score is above the lowest, in [0, 1].
    drawing: which places are drawn by lot, if any.
    prepared: give the list as training ordered it, at little cost: no dials, goals or re-rank.
    explain: also tell how each score came about. tally: where stages put what they did, if at all.
    """

    askers: Sequence[Row]
    kind: Kind = Kind.PEOPLE
    dials: Dials = field(default_factory=Dials)
    limit: int = 20
    excluded: frozenset[Row] = frozenset()
    min_silence_days: float = SILENCE_DAYS
    goals: tuple[Goal, ...] = ()
    among: frozenset[Row] | None = None
    contacts_too: bool = False
    only: tuple[tuple[Barrier, Narrowing], ...] = ()
    minimum_score: float = -math.inf
    shown: Mapping[Row, float] = field(default_factory=dict)
    drawing: Drawing | None = None
    prepared: bool = False
    explain: bool = False
    tally: Tally | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slate:
    """Candidates for b askers, k slots each; a stage takes one and returns another.

    askers: int32 [b], who asks.
    rows: int32 [b, k], who is offered; -1 marks an empty slot, always after the filled ones.
    scores: float32 [b, k], higher is better; -inf in empty slots.
    relevance: float32 [b, k], as training found it, before dials.
    unsteered: float32 [b, k], what the score was before dials, goals and what was shown lately.
    headlines: float32 [b, k, 3] in [0, 1], by `HEADLINES`.
    pool: where candidates and their evidence are; entries: int64 [b, k], into it, -1 in empty
        slots.
    spotted: bool [b, k], scored on the spot, from what the model says of each of the two.
    goal_match: float32 [b, k] in [0, 1], how well the person matches the goals of the call.
    goal_topics: int32 [b, k], the one of them on which she works most of all; -1 none.
    places: int32 [b, k], rank by score from 1, before the list was made diverse; 0 until known.
    propensity: float32 [b, k], the chance with which she was drawn for her place; 0: not drawn.
    """

    askers: NDArray[np.int32]
    rows: NDArray[np.int32]
    scores: NDArray[np.float32]
    relevance: NDArray[np.float32]
    unsteered: NDArray[np.float32]
    headlines: NDArray[np.float32]
    pool: Pool
    entries: NDArray[np.int64]
    spotted: NDArray[np.bool_]
    goal_match: NDArray[np.float32]
    goal_topics: NDArray[np.int32]
    places: NDArray[np.int32]
    propensity: NDArray[np.float32]

    def take(
        self,
        order: NDArray[np.intp],
        scores: NDArray[np.float32] | None = None,
        unsteered: NDArray[np.float32] | None = None,
    ) -> Slate:
        """The slots named by `order`, intp [b, m], of every line; -1 names an empty one.

        scores, unsteered: float32 [b, k], in the place of those of this slate.
        """
        from recommender.domain.taking import take  # noqa: PLC0415  (numba is slow to load)

        order = np.ascontiguousarray(order, np.int64)
        shape, empty = order.shape, np.empty
        columns: tuple[NDArray[Any], ...] = (
            *(empty(shape, np.int32), empty(shape, np.float32), empty(shape, np.float32)),
            *(empty(shape, np.float32), empty((*shape, len(HEADLINES)), np.float32)),
            *(empty(shape, np.int64), empty(shape, np.bool_), empty(shape, np.float32)),
            *(empty(shape, np.int32), empty(shape, np.int32), empty(shape, np.float32)),
        )
        take(
            *(order, self.rows, self.scores if scores is None else scores, self.relevance),
            *(self.unsteered if unsteered is None else unsteered, self.headlines, self.entries),
            *(self.spotted, self.goal_match, self.goal_topics, self.places),
            *(self.propensity, *columns),
        )
        return Slate(**dict(zip(_NAMES, columns, strict=True)), askers=self.askers, pool=self.pool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Slate):
    """A slate with all that is known of each pair.

    factors: float32 [b, k, 9] in [0, 1], by `FACTORS`.
    confidence: float32 [b, k, 9] in [0, 1]; 0 means the factor is unknown.
    signals: float32 [b, k, signals] in [0, 1], by `SIGNALS`: how strongly each source of
        candidates speaks for the person.
    """

    factors: NDArray[np.float32]
    confidence: NDArray[np.float32]
    signals: NDArray[np.float32]


_NAMES = (
    *("rows", "scores", "relevance", "unsteered", "headlines", "entries", "spotted"),
    *("goal_match", "goal_topics", "places", "propensity"),
)
"""The columns that `Slate.take` takes, in its order."""
