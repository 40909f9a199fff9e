"""Like-mindedness: agreement, not merely a shared topic (science §8.2, factor 6).

Within the topics in which both turn to somebody: cosine of whom they turn to, less what the
communality of the two would lead one to expect (a line fitted to pairs of people, so that
agreement and shared topics are told apart), as a percentile among such pairs. ½ is as like-minded
as such topics suggest; two people may share every topic and still score low: that is where views
differ. Where either has turned to fewer than `FEWEST` people there nothing is known: the value is
then 0, which no known pair has.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from recommender.factors import communality
from recommender.factors.base import Rows, Scorer, Values
from recommender.factors.endorsements import by_topic
from recommender.factors.profiles import Profiles
from recommender.factors.statistics import shrunk_confidence
from recommender.kernels import pair_dots
from recommender.sparse import mapped

FEWEST = 5
"""People whom each must have turned to in shared topics for a taste to show."""

SAMPLE = 512
"""People with a taste among whom all pairs are looked at, to learn what agreement is usual."""

LEAST = np.float32(1 / 100)
"""The value of the least like-minded: kept apart from 0, which stands for unknown."""


def scorer(profiles: Profiles) -> Scorer:
    """Agreement beyond what communality explains, as a percentile in [LEAST, 1]; 0 unknown."""
    agree, alike = _agreement(profiles), communality.scorer(profiles)
    askers, contacts = _sample(profiles)
    seen, known = agree(askers, contacts)
    shared = alike(askers, contacts)[known].astype(np.float64)
    slope, base = _line(shared, seen[known])
    usual = np.sort(seen[known] - slope * shared - base)

    def values(askers: Rows, contacts: Rows) -> Values:
        seen, known = agree(askers, contacts)
        beyond = seen - slope * alike(askers, contacts).astype(np.float64) - base
        return np.where(known, np.maximum(_place(usual, beyond), LEAST), 0).astype(np.float32)

    return values


def confidence(profiles: Profiles) -> tuple[Values, Values]:
    """By how many people each one turned to, which is all that shows a taste; none below FEWEST."""
    known = shrunk_confidence(profiles.addressed) * (profiles.addressed >= FEWEST)
    return known, known


Agreement = Callable[[Rows, Rows], tuple[NDArray[np.float64], NDArray[np.bool_]]]


def _agreement(profiles: Profiles) -> Agreement:
    """Cosine of whom two turn to in shared topics, float64 [m] in [0, 1], and if it is known."""
    endorsed = profiles.endorsed
    topics = max(profiles.interests.shape[1], 1)
    squares, number = by_topic(endorsed, profiles.endorsed_topics, topics)
    there = mapped(squares, np.ones(squares.nnz))

    def values(askers: Rows, contacts: Rows) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        dot = pair_dots(endorsed, endorsed, askers, contacts).astype(np.float64)
        mine, theirs = (
            pair_dots(squares, there, one, other).astype(np.float64)
            for one, other in ((askers, contacts), (contacts, askers))
        )
        fewer = np.minimum(
            pair_dots(number, there, askers, contacts), pair_dots(number, there, contacts, askers)
        )
        length = np.sqrt(mine * theirs)
        cosine = np.divide(dot, length, out=np.zeros_like(dot), where=length > 0)
        return cosine, fewer >= FEWEST

    return values


def _sample(profiles: Profiles) -> tuple[Rows, Rows]:
    """All pairs of up to SAMPLE people who have a taste."""
    people = np.flatnonzero(profiles.addressed >= FEWEST)
    chosen = np.linspace(0, max(len(people) - 1, 0), min(len(people), SAMPLE)).astype(int)
    first, second = np.triu_indices(len(chosen), 1)
    sample = people[chosen].astype(np.int32)
    return sample[first], sample[second]


def _line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and base of the least-squares line of y on x; flat where x does not vary."""
    if len(x) == 0:
        return 0.0, 0.0
    apart = x - x.mean()
    spread = float((apart**2).sum())
    slope = float((apart * y).sum()) / spread if spread > 1e-9 else 0.0
    return slope, float(y.mean()) - slope * float(x.mean())


def _place(ordered: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of `ordered` below each value, equal ones counted half; ½ where there is none."""
    below = np.searchsorted(ordered, values - 1e-6, "left")
    not_above = np.searchsorted(ordered, values + 1e-6, "right")
    return np.asarray((below + not_above + 1) / (2 * len(ordered) + 2), np.float64)
