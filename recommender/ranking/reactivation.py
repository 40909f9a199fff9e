"""Which quiet ties are worth picking up again (science §8.5, in the form that measurement left).

    score = Π_t (term_t + FLOOR) ^ weight_t

over whether there will be contact (returns, sessions, around), whether there is something to say
(turned_to, common, topical, meets), and what that would bring which is not to be had anyway
(novelty, 1 - returns). A product: with nobody there, or nothing to say, the rest counts for little.
Terms and weights are those that told best who is picked up again on earlier cutoffs of three
networks than those reported; the last two weigh as much as they can at no cost. docs/model.md has
what each is worth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.answer import ReasonKind
from recommender.domain.slate import FACTORS, SIGNALS

WEIGHTS = {
    "returns": 0.35,
    "sessions": 0.15,
    "around": 0.1,
    "turned_to": 0.6,
    "common": 0.6,
    "topical": 0.45,
    "meets": 0.15,
}
"""Exponents of the terms that reasons speak of."""

NOVELTY, NOT_ANYWAY = 0.33, 0.25
"""Exponents of novelty, and of 1 - returns."""

FLOOR = 0.05
"""Keeps one missing term from deciding alone (ε of science §8.5)."""

NEVER_WEEKS = 500
"""Weeks since somebody was seen beyond which a further one says nothing."""

SOURCES = {
    "turned_to": "turned_to_by_contacts",
    "topical": "active_in_topics",
    "meets": "shared_objects",
}
"""The signals that terms are made of."""

Column = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of quiet ties, float32 [...] each.

    returns: `Ties.returns`, in [0, 1]; sessions: 1 + conversations so far; around: in (0, 1], by
    how lately she was seen; turned_to, topical, meets: the signals that `SOURCES` names; common:
    the factor communality; in [0, 1].
    """

    returns: Column
    sessions: Column
    around: Column
    turned_to: Column
    common: Column
    topical: Column
    meets: Column

    @classmethod
    def of(
        cls,
        returns: Column,
        sessions: NDArray[np.integer],
        weeks_away: NDArray[np.integer],
        factors: Column,
        signals: Column,
    ) -> Terms:
        """Of ties, [...]; factors: [..., 9]; signals: [..., signals] among the quiet ties."""
        weeks = np.minimum(weeks_away, NEVER_WEEKS).astype(np.float32)
        return cls(
            returns=returns,
            sessions=(1 + sessions).astype(np.float32),
            around=1 / (1 + weeks),
            common=factors[..., FACTORS.index("communality")],
            **{term: signals[..., SIGNALS.index(name)] for term, name in SOURCES.items()},
        )

    def gains(self) -> dict[str, Column]:
        """By how much each term lifts the logarithm of the score above its least: float32, >= 0."""
        return {name: _gain(name, getattr(self, name)) for name in WEIGHTS}

    def total(self) -> Column:
        """All gains together, float32 [...]: higher is better, 0 where nothing is known.

        Comparable for one asker only, whose best tie has each signal at 1.
        """
        return np.asarray(sum(self.gains().values()), np.float32)

    def shares(self) -> dict[ReasonKind, Column]:
        """How much of the gains each kind of reason carries: float32 [...] in [0, 1]."""
        gains = self.gains()
        total = np.maximum(self.total(), np.float32(1e-9))
        return {
            kind: np.asarray(sum(gains[name] for name in names) / total, np.float32)
            for kind, names in REASONS.items()
        }


REASONS: dict[ReasonKind, tuple[str, ...]] = {
    ReasonKind.PAST_TIE: ("returns", "sessions"),
    ReasonKind.TURNED_TO_BY_CONTACTS: ("turned_to",),
    ReasonKind.COMMUNALITY: ("common",),
    ReasonKind.ACTIVE_IN_TOPICS: ("around", "topical"),
    ReasonKind.SHARED_OBJECTS: ("meets",),
}
"""The terms that each kind of reason speaks of."""


def score(terms: Terms, novelty: Column) -> Column:
    """Logarithm of the whole product, float32 [...]; novelty: [...] in [0, 1], see `novelty`."""
    value = NOVELTY * np.log(novelty + FLOOR) + NOT_ANYWAY * np.log(1 - terms.returns + FLOOR)
    return np.asarray(terms.total() + value, np.float32)


def worth(novelty: Column, returns: Column, diversity: Column) -> Column:
    """What picking a tie up would bring that is not to be had anyway: float32 [...] in [0, 1].

    (novelty + diversity + 1 - returns) / 3: the headline that the diversity dial moves in lists of
    ties, so that whoever wants more of it than costs nothing can have it.
    """
    return np.asarray((novelty + diversity + 1 - returns) / 3, np.float32)


def _gain(name: str, value: Column) -> Column:
    if name == "sessions":
        return np.float32(WEIGHTS[name]) * np.log(value)
    least = 1 / (1 + NEVER_WEEKS) if name == "around" else FLOOR
    lifted = value / least if name == "around" else (value + least) / least
    return np.asarray(WEIGHTS[name] * np.log(lifted), np.float32)
