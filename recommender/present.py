"""An answer, and the few people who are shown in the caller's ids and words."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    ReasonKind,
    Recommendation,
    Tie,
)
from recommender.domain.ids import PersonId
from recommender.domain.pool import Pool, stored
from recommender.domain.slate import SIGNALS, Kind, Measured, Query, Slate
from recommender.domain.times import from_microseconds
from recommender.model import Model
from recommender.openers import opener
from recommender.ranking.chances import from_chance, mutual
from recommender.reasons import CODE, KINDS, Reasons
from recommender.ties import NO_TIME, layer
from recommender.wording import Facts, Vocabulary, months_of, paces_of, sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer in rows and arrays: who is shown, and why.

    places: int64 [b, k], where the ties of asker and shown are in `Model.ties`; -1 where there is
    none, and of new people.
    """

    model: Model
    query: Query
    slate: Measured
    reasons: Reasons
    places: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told(Shown):
    """An answer with all that is told of those who are shown."""

    asides: Asides

    @classmethod
    def of(cls, shown: Shown, asides: Asides) -> Told:
        """What is shown, and what else is told of it."""
        return cls(
            model=shown.model,
            query=shown.query,
            slate=shown.slate,
            reasons=shown.reasons,
            places=shown.places,
            asides=asides,
        )


def tie_places(model: Model, query: Query, slate: Slate) -> NDArray[np.int64]:
    """Where the ties of asker and shown are, as in `Told`."""
    if query.kind is Kind.PEOPLE and not query.contacts_too:
        return np.full(slate.rows.shape, -1, np.int64)
    return model.ties.places(slate.askers, slate.rows)


def recommendations(told: Told) -> list[list[Recommendation]]:
    """Every filled slot as a recommendation, line by line."""
    model, slate, asides = told.model, told.slate, told.asides
    said = _reasons(told)
    chances = stored(slate.pool.chances, slate.entries, 0)
    columns = (
        *(slate.rows, slate.scores, slate.headlines, slate.factors, slate.confidence),
        *(slate.entries, told.places, asides.caveats, asides.weeks, asides.introducers),
        *(from_chance(chances), mutual(chances), slate.propensity),
    )
    # Plain lists: reading a few dozen numbers one by one costs numpy more than all else here.
    lines = zip(*(column.tolist() for column in columns), strict=True)
    pool = None if told.query.kind is Kind.PEOPLE else slate.pool
    found = [
        [
            _recommendation(model, pool, slot + 1, values, said.get((line, slot), []))
            for slot, values in enumerate(zip(*slots, strict=True))
            if values[0] >= 0
        ]
        for line, slots in enumerate(lines)
    ]
    return _explained(found, slate) if told.query.explain else found


def _explained(found: list[list[Recommendation]], slate: Measured) -> list[list[Recommendation]]:
    """The same recommendations, with how each score came about."""
    return [
        [replace(one, explanation=explanation(slate, line, slot)) for slot, one in enumerate(said)]
        for line, said in enumerate(found)
    ]


def explanation(slate: Measured, line: int, slot: int) -> Explanation:
    """How the score of a slot came about."""
    signals = zip(SIGNALS, slate.signals[line, slot].tolist(), strict=True)
    ranked = sorted(signals, key=lambda signal: -signal[1])
    unsteered = float(slate.unsteered[line, slot])
    return Explanation(
        relevance=unsteered,
        steering=float(slate.scores[line, slot]) - unsteered,
        score_rank=int(slate.places[line, slot]),
        sources=tuple((name, signal) for name, signal in ranked if signal > 0),
    )


def aimed_at(query: Query, slate: Slate) -> NDArray[np.bool_]:
    """Bool [b, k], whether the topic by which somebody matches is a goal of the call."""
    wanted = [goal.topic for goal in query.goals]
    return np.isin(slate.goal_topics, wanted) if wanted else np.zeros(slate.rows.shape, bool)


def facts_of(shown: Shown, at: tuple[NDArray[np.intp], ...]) -> Facts:
    """What the sentences of reasons are about. at: line, slot and order of each."""
    model, reasons, (line, slot, _) = shown.model, shown.reasons, at
    rows, place = shown.slate.rows[line, slot], shown.places[line, slot]
    last = model.ties.last[np.maximum(place, 0)] if len(model.ties) else np.zeros_like(place)
    kinds = reasons.kinds[at]
    return Facts(
        kinds=kinds,
        topics=reasons.topics[at],
        things=reasons.objects[at],
        homes=model.organisations.places(model.organisation[rows]),
        counts=reasons.counts[at],
        within=reasons.within[at],
        months=months_of(np.where(kinds == CODE[ReasonKind.PAST_TIE], last, 0)),
        paces=paces_of(model, rows),
        goals=aimed_at(shown.query, shown.slate)[line, slot],
    )


def _reasons(told: Told) -> dict[tuple[int, int], list[Reason]]:
    """The reasons of every slot, in words."""
    model, reasons = told.model, told.reasons
    at = np.nonzero(reasons.kinds >= 0)
    texts = sentences(Vocabulary.of(model), facts_of(told, at))
    found: dict[tuple[int, int], list[Reason]] = {}
    for i, (line, slot, order) in enumerate(zip(*(each.tolist() for each in at), strict=True)):
        row, thing = (int(each[line, slot, order]) for each in (reasons.topics, reasons.objects))
        reason = Reason(
            kind=KINDS[reasons.kinds[line, slot, order]],
            share=float(reasons.shares[line, slot, order]),
            confidence=float(reasons.confidence[line, slot, order]),
            topics=(topic(model, row),) if row >= 0 else (),
            objects=(_thing(model, thing),) if thing >= 0 else (),
            count=int(reasons.counts[line, slot, order]),
            text=texts[i],
        )
        found.setdefault((line, slot), []).append(reason)
    return found


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
    return Caveat(kind, phrases.TEMPLATES[kind][0].format(count=weeks))


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
