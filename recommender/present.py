"""The few people who are shown, in the caller's ids and words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender import phrases
from recommender.asides import CAVEATS, Asides
from recommender.domain.answer import (
    Caveat,
    CaveatKind,
    Chances,
    Explanation,
    FactorValue,
    Named,
    Reason,
    Recommendation,
    Tie,
)
from recommender.domain.ids import PersonId
from recommender.domain.pool import Pool, stored
from recommender.domain.slate import SIGNALS, Kind, Measured, Query
from recommender.domain.times import from_microseconds
from recommender.model import Model
from recommender.openers import opener
from recommender.ranking.chances import from_chance, mutual
from recommender.reasons import CODE, GOAL, KINDS, Reasons
from recommender.ties import NO_TIME, layer


def recommendations(
    model: Model, query: Query, slate: Measured, reasons: Reasons, asides: Asides
) -> list[list[Recommendation]]:
    """Every filled slot of `slate` as a recommendation, line by line."""
    places = np.full(slate.rows.shape, -1, np.int64)
    if query.kind is not Kind.PEOPLE or query.contacts_too:
        places = model.ties.places(slate.askers, slate.rows)
    said = _reasons(model, query, slate, reasons, places)
    chances = stored(slate.pool.chances, slate.entries, 0)
    columns = (
        *(slate.rows, slate.scores, slate.headlines, slate.factors, slate.confidence),
        *(slate.entries, places, asides.caveats, asides.weeks, asides.introducers),
        *(from_chance(chances), mutual(chances), slate.propensity),
    )
    # Plain lists: reading a few dozen numbers one by one costs numpy more than all else here.
    lines = zip(*(column.tolist() for column in columns), strict=True)
    pool = None if query.kind is Kind.PEOPLE else slate.pool
    found = [
        [
            _recommendation(model, pool, slot + 1, values, said.get((line, slot), []))
            for slot, values in enumerate(zip(*slots, strict=True))
            if values[0] >= 0
        ]
        for line, slots in enumerate(lines)
    ]
    return _explained(found, slate) if query.explain else found


def _explained(found: list[list[Recommendation]], slate: Measured) -> list[list[Recommendation]]:
    """The same recommendations, with how each score came about."""
    return [
        [replace(one, explanation=_explanation(slate, line, slot)) for slot, one in enumerate(said)]
        for line, said in enumerate(found)
    ]


def _explanation(slate: Measured, line: int, slot: int) -> Explanation:
    signals = zip(SIGNALS, slate.signals[line, slot].tolist(), strict=True)
    ranked = sorted(signals, key=lambda signal: -signal[1])
    unsteered = float(slate.unsteered[line, slot])
    return Explanation(
        relevance=unsteered,
        steering=float(slate.scores[line, slot]) - unsteered,
        score_rank=int(slate.places[line, slot]),
        sources=tuple((name, signal) for name, signal in ranked if signal > 0),
    )


Told = dict[tuple[int, int], list[Reason]]


def _reasons(
    model: Model, query: Query, slate: Measured, reasons: Reasons, places: NDArray[np.int64]
) -> Told:
    """The reasons of every slot, in words."""
    line, slot, order = np.nonzero(reasons.kinds >= 0)
    at = (line, slot, order)
    last = model.ties.last[np.maximum(places[line, slot], 0)] if len(model.ties) else line * 0
    columns = (reasons.kinds[at], reasons.topics[at], reasons.objects[at], reasons.counts[at])
    wanted = [goal.topic for goal in query.goals]
    aimed = (reasons.kinds[at] == CODE[GOAL]) & np.isin(slate.goal_topics[line, slot], wanted)
    within = reasons.within[at]
    texts = phrases.sentences(model, *columns, within, slate.rows[line, slot], last, aimed)
    codes, rows, things, counts = (column.tolist() for column in columns)
    shares, sure = reasons.shares[at].tolist(), reasons.confidence[at].tolist()
    topics = {row: (topic(model, row),) if row >= 0 else () for row in set(rows)}
    objects = {row: (_thing(model, row),) if row >= 0 else () for row in set(things)}
    told: Told = {}
    for i, place in enumerate(zip(line.tolist(), slot.tolist(), strict=True)):
        reason = Reason(
            kind=KINDS[codes[i]],
            share=shares[i],
            confidence=sure[i],
            topics=topics[rows[i]],
            objects=objects[things[i]],
            count=counts[i],
            text=texts[i],
        )
        told.setdefault(place, []).append(reason)
    return told


def _recommendation(
    model: Model, pool: Pool | None, rank: int, values: tuple[Any, ...], said: list[Reason]
) -> Recommendation:
    """One slot. values: the columns of `recommendations`; pool: of a list of ties, else None."""
    row, score, (like_mindedness, collaboration, diversity), *others = values
    factors, sure, entry, place, caveat, weeks, introducer, chances, both, propensity = others
    tie = tie_at(model, place) if place >= 0 else None
    return Recommendation(
        rank=rank,
        person_id=PersonId(model.person_ids[row]),
        display_name=model.display_names[row],
        organisation=_organisation(model, row),
        score=score,
        like_mindedness=like_mindedness,
        collaboration=collaboration,
        diversity=diversity,
        factors=tuple(map(FactorValue, factors, sure)),
        reasons=tuple(said),
        tie=tie,
        opener=opener(model, pool, entry, place, tie) if tie and pool else "",
        caveat=_caveat(CAVEATS[caveat], weeks) if caveat >= 0 else None,
        introducer=_person(model, introducer) if introducer >= 0 else None,
        chances=_chances(chances, both) if both else None,
        propensity=propensity or None,
    )


def _caveat(kind: CaveatKind, weeks: int) -> Caveat:
    return Caveat(kind, phrases.CAVEATS[kind].format(weeks=weeks))


def _chances(chances: list[float], both: float) -> Chances:
    addresses, addressed, answers = chances
    return Chances(addresses=addresses, addressed=addressed, mutual=both, answers=answers)


def _person(model: Model, row: int) -> Named:
    return Named(model.person_ids[row], model.display_names[row])


def topic(model: Model, row: int) -> Named:
    """A topic by its row."""
    return Named(model.topic_ids[row], model.topic_labels[row])


def tie_at(model: Model, place: int) -> Tie:
    """A tie as it was when the model was trained, by its place."""
    ties, row = model.ties, int(model.ties.contacts[place])
    about = ties.topics[place].tolist()
    strength = float(ties.strength[place])
    return Tie(
        contact_id=PersonId(model.person_ids[row]),
        display_name=model.display_names[row],
        layer=layer(strength),
        strength=strength,
        fading=bool(ties.fading[place]),
        dormant=bool(ties.dormant[place]),
        peak=float(ties.peak[place]),
        usual_gap_days=float(ties.usual_gap[place]) if ties.sessions[place] else 0.0,
        returns=float(ties.returns[place]),
        sent_count=int(ties.sent[place]),
        received_count=int(ties.received[place]),
        active_days=int(ties.days[place]),
        first_contact_at=_time(int(ties.first[place])),
        last_contact_at=_time(int(ties.last[place])),
        topics=tuple(topic(model, row) for row in about if row >= 0),
    )


def _organisation(model: Model, row: int) -> str:
    code = int(model.organisation[row])
    return model.organisations[code] if code >= 0 else ""


def _thing(model: Model, row: int) -> Named:
    return Named(model.object_ids[row], model.object_titles[row])


def _time(count: int) -> datetime | None:
    return None if count == NO_TIME else from_microseconds(count)
