"""What else is told of somebody who is shown: at most one caveat, and who could introduce them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.compiled import BOOL, F4, I1, I4, U1, U2, compiled, read, within, written
from recommender.domain.answer import CaveatKind
from recommender.domain.pool import stored
from recommender.domain.slate import FACTORS, Kind, Measured, Query
from recommender.factors.dissonance import dissonance_of
from recommender.factors.habits import NEVER, Answers
from recommender.filters import Rules, eligible
from recommender.model import Model

CAVEATS = tuple(CaveatKind)
"""What the numbers in `Asides.caveats` stand for. Of several that are true the first is told."""

AWAY_WEEKS = 9
"""Whole weeks without having been seen from which on that is said: nobody active lately is away."""

DISSONANT, SELDOM = 0.6, 0.25
"""Dissonance from which on, and like-mindedness up to which, two are said to seldom agree."""

_LIKE_MINDEDNESS = FACTORS.index("like_mindedness")


_AWAY, _RARELY_ANSWERS, _SELDOM_AGREE, _NEW_HERE = range(len(CAVEATS))
_RARELY = int(Answers.RARELY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asides:
    """Of a slate, b lines of k slots each.

    caveats: int8 [b, k], into `CAVEATS`, -1 for none; weeks: uint16 [b, k], whole weeks since the
    person was last seen. introducers: int32 [b, k], rows of people, -1 for none.
    """

    caveats: NDArray[np.int8]
    weeks: NDArray[np.uint16]
    introducers: NDArray[np.int32]


def find_asides(model: Model, rules: Rules, query: Query, slate: Measured) -> Asides:
    """Look them up for everybody whom `slate`, the answer to `query` by `rules`, shows."""
    caveats = np.empty(slate.rows.shape, np.int8)
    weeks = np.empty(slate.rows.shape, np.uint16)
    _look(
        *(slate.rows, slate.factors, slate.confidence, model.weeks_away, model.answers),
        *(model.newcomer, caveats, weeks),
    )
    return Asides(caveats=caveats, weeks=weeks, introducers=_introducers(rules, query, slate))


@within
def _differ(factors: Any, confidence: Any) -> Any:
    """Whether two are said to seldom agree."""
    agree = factors[_LIKE_MINDEDNESS]
    apart = dissonance_of(factors, confidence)
    return apart >= np.float32(DISSONANT) and agree <= np.float32(SELDOM)


@compiled(
    *(read(I4, 2), read(F4, 3), read(F4, 3), read(U2), read(U1), read(BOOL)),
    *(written(I1, 2), written(U2, 2)),
)
def _look(
    rows: Any,
    factors: Any,
    confidence: Any,
    weeks_away: Any,
    answers: Any,
    newcomer: Any,
    caveats: Any,
    weeks: Any,
) -> None:
    """Find the first caveat that is true of each, and how long she has been away."""
    for line in range(rows.shape[0]):
        for slot in range(rows.shape[1]):
            row, caveat = rows[line, slot], -1
            away = weeks[line, slot] = weeks_away[max(row, 0)]
            if row < 0:
                caveat = -1
            elif away >= AWAY_WEEKS and away != NEVER:
                caveat = _AWAY
            elif answers[row] == _RARELY:
                caveat = _RARELY_ANSWERS
            elif _differ(factors[line, slot], confidence[line, slot]):
                caveat = _SELDOM_AGREE
            elif newcomer[row]:
                caveat = _NEW_HERE
            caveats[line, slot] = caveat


def _introducers(rules: Rules, query: Query, slate: Measured) -> NDArray[np.int32]:
    """Int32 [b, k]: the stored ones who may be shown now, to the asker and to whom she is to meet.

    An introducer is a contact of the asker: the rules for ties hold, as for anyone who is shown.
    """
    found = np.full(slate.rows.shape, -1, np.int32)
    if query.kind is Kind.PEOPLE:
        found = stored(slate.pool.introducer, slate.entries, -1)
    if not (found >= 0).any():
        return found
    ties = Query(
        askers=query.askers, kind=Kind.REACTIVATION, excluded=query.excluded, contacts_too=True
    )
    allowed = eligible(rules, ties, slate.askers, found)
    line, slot = np.nonzero(allowed)
    met = slate.rows[line, slot]
    allowed[line, slot] = eligible(rules, ties, met, found[line, slot][:, None])[:, 0]
    return np.where(allowed, found, -1).astype(np.int32)
