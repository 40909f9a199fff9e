"""Truth of what is told beside reasons: caveats, and who could introduce two people (must be 1)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from evaluation.known import Known
from evaluation.reasons.facts import Facts, members, shared
from evaluation.reasons.terms import line_means
from recommender.asides import CAVEATS, Asides, find_asides
from recommender.domain.answer import CaveatKind
from recommender.domain.slate import Measured, Query
from recommender.domain.times import DAY_MICROSECONDS
from recommender.pipeline import rules_of
from recommender.reasons import Reasons

PRESENT_DAYS = 90
"""Whoever is to introduce somebody was in contact with the asker within as many days."""


def aside_truth(known: Known, slate: Measured, reasons: Reasons) -> NDArray[np.float64]:  # noqa: ARG001
    """Share of the caveats and introducers told to each asker that are true: float64 [b].

    slate: what `known.pipeline` answers of new people; NaN where nothing is told.
    """
    asides = find_asides(
        known.pipeline.model, rules_of(known.pipeline.live), Query(askers=()), slate
    )
    return truth_of(known, slate, asides)


def truth_of(known: Known, slate: Measured, asides: Asides) -> NDArray[np.float64]:
    """The same of given asides."""
    facts = Facts(known.snapshot)
    lines, held = [], []
    for line, slot in np.argwhere(asides.caveats >= 0).tolist():
        kind = CAVEATS[int(asides.caveats[line, slot])]
        pair = int(slate.askers[line]), int(slate.rows[line, slot])
        lines.append(line)
        held.append(CHECKS[kind](facts, *pair, int(asides.weeks[line, slot])))
    for line, slot in np.argwhere(asides.introducers >= 0).tolist():
        pair = int(slate.askers[line]), int(slate.rows[line, slot])
        lines.append(line)
        held.append(could_introduce(facts, *pair, int(asides.introducers[line, slot])))
    return line_means(np.array(held, bool), np.array(lines, np.intp), len(slate.askers))


def could_introduce(facts: Facts, asker: int, contact: int, introducer: int) -> bool:
    """May she be named: in contact with the asker now, and, as the asker saw, with the other.

    Nobody who does not want to be found, or with whom either of the two does not want to deal.
    """
    hers = facts.contact_times(asker, introducer), facts.contact_times(introducer, asker)
    since = facts.snapshot.as_of_microseconds - PRESENT_DAYS * DAY_MICROSECONDS
    present = all(hers) and max(max(times) for times in hers) >= since
    there, back = (facts.log.spoken.get(pair, set()) for pair in _ways(introducer, contact))
    witnessed = there & back & set(members(facts.took_part, asker).tolist())
    welcome = not any(facts.unwelcome(who, introducer) for who in (asker, contact))
    return bool(present and witnessed and welcome and bool(facts.snapshot.discoverable[introducer]))


def _ways(a: int, b: int) -> tuple[tuple[int, int], tuple[int, int]]:
    return (a, b), (b, a)


def _away(facts: Facts, asker: int, contact: int, weeks: int) -> bool:  # noqa: ARG001
    """She was last seen just so many whole weeks ago, which is no more called lately."""
    last = max(facts.log.seen.get(contact, []), default=None)
    if last is None:
        return False
    days = (facts.snapshot.as_of_microseconds - last) / DAY_MICROSECONDS
    return days > 60 and int(days // 7) == weeks


def _rarely(facts: Facts, asker: int, contact: int, weeks: int) -> bool:  # noqa: ARG001
    """Of five who addressed her, or more, no more than a fifth were addressed by her."""
    asked = facts.addressed_by(contact)
    answered = shared(asked, members(facts.addressed, contact))
    return len(asked) >= 5 and 5 * len(answered) <= len(asked)


def _seldom(facts: Facts, asker: int, contact: int, weeks: int) -> bool:  # noqa: ARG001
    """Both work on some topic; whom they turn to there, each to five at least, mostly differ."""
    common = len(shared(facts.topics(asker), facts.topics(contact))) > 0
    mine, hers = facts.turned_to(asker), facts.turned_to(contact)
    topics = {topic for _, topic in mine} & {topic for _, topic in hers}
    a, b = ({cell for cell in cells if cell[1] in topics} for cells in (mine, hers))
    return common and min(len(a), len(b)) >= 5 and 2 * len(a & b) < len(a | b)


def _new(facts: Facts, asker: int, contact: int, weeks: int) -> bool:  # noqa: ARG001
    """First seen, or joined, within ninety days, and seen fewer than five times."""
    seen, joined = facts.log.seen.get(contact, []), int(facts.snapshot.joined[contact])
    times = [*seen, joined] if joined >= 0 else seen
    since = facts.snapshot.as_of_microseconds - 90 * DAY_MICROSECONDS
    return bool(times) and min(times) >= since and len(seen) < 5


CHECKS: dict[CaveatKind, Callable[[Facts, int, int, int], bool]] = {
    CaveatKind.AWAY: _away,
    CaveatKind.RARELY_ANSWERS: _rarely,
    CaveatKind.SELDOM_AGREE: _seldom,
    CaveatKind.NEW_HERE: _new,
}
"""What must hold for each kind of caveat: of asker, contact, and the weeks that are said."""
