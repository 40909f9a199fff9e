"""What else is told of somebody who is shown: at most one caveat, and who could introduce them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.answer import CaveatKind
from recommender.domain.pool import stored
from recommender.domain.slate import FACTORS, Kind, Measured, Query
from recommender.factors.dissonance import dissonance
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
    rows = np.maximum(slate.rows, 0)
    weeks = model.weeks_away[rows]
    agree = slate.factors[..., _LIKE_MINDEDNESS]
    differ = dissonance(slate.factors, slate.confidence) >= DISSONANT
    true = {
        CaveatKind.AWAY: (weeks >= AWAY_WEEKS) & (weeks != NEVER),
        CaveatKind.RARELY_ANSWERS: model.answers[rows] == Answers.RARELY,
        CaveatKind.SELDOM_AGREE: differ & (agree <= SELDOM),
        CaveatKind.NEW_HERE: model.newcomer[rows],
    }
    held = np.stack([true[kind] for kind in CAVEATS], axis=-1) & (slate.rows >= 0)[..., None]
    return Asides(
        caveats=np.where(held.any(axis=-1), held.argmax(axis=-1), -1).astype(np.int8),
        weeks=weeks,
        introducers=_introducers(rules, query, slate),
    )


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
