"""The few people who are shown, in the caller's ids and words."""

from __future__ import annotations

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
    FactorValue,
    Named,
    Network,
    Reason,
    Recommendation,
    Tie,
)
from recommender.domain.ids import PersonId, Row
from recommender.domain.slate import Kind, Slate
from recommender.domain.times import DAY_MICROSECONDS, from_microseconds, microseconds
from recommender.model import Model, stored
from recommender.openers import opener
from recommender.ranking.chances import from_chance, mutual
from recommender.reasons import CODE, GOAL, KINDS, Reasons
from recommender.ties import NO_TIME, layer


def recommendations(
    model: Model, kind: Kind, slate: Slate, reasons: Reasons, asides: Asides
) -> list[list[Recommendation]]:
    """Every filled slot of `slate` as a recommendation, line by line."""
    places = np.full(slate.rows.shape, -1, np.int64)
    if kind is not Kind.PEOPLE:
        places = model.ties.places(slate.askers, slate.rows)
    said = _reasons(model, slate, reasons, places)
    chances = stored(model.pools[kind].chances, slate.entries, 0)
    columns = (
        *(slate.rows, slate.scores, slate.headlines, slate.factors, slate.confidence),
        *(slate.entries, places, asides.caveats, asides.weeks, asides.introducers),
        *(from_chance(chances), mutual(chances)),
    )
    # Plain lists: reading a few dozen numbers one by one costs numpy more than all else here.
    lines = zip(*(column.tolist() for column in columns), strict=True)
    return [
        [
            _recommendation(model, kind, slot + 1, values, said.get((line, slot), []))
            for slot, values in enumerate(zip(*slots, strict=True))
            if values[0] >= 0
        ]
        for line, slots in enumerate(lines)
    ]


COVERED_DAYS = 365.0
"""Days of silence after which a contact covers no topic any more."""

Told = dict[tuple[int, int], list[Reason]]


def _reasons(model: Model, slate: Slate, reasons: Reasons, places: NDArray[np.int64]) -> Told:
    """The reasons of every slot, in words."""
    line, slot, order = np.nonzero(reasons.kinds >= 0)
    at = (line, slot, order)
    last = model.ties.last[np.maximum(places[line, slot], 0)] if len(model.ties) else line * 0
    columns = (reasons.kinds[at], reasons.topics[at], reasons.objects[at], reasons.counts[at])
    aimed = (reasons.kinds[at] == CODE[GOAL]) & (slate.goal_topics[line, slot] >= 0)
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
    model: Model, kind: Kind, rank: int, values: tuple[Any, ...], said: list[Reason]
) -> Recommendation:
    """One slot. values: the columns of `recommendations`."""
    row, score, (like_mindedness, collaboration, diversity), *others = values
    factors, sure, entry, place, caveat, weeks, introducer, chances, both = others
    tie = _tie(model, place) if place >= 0 else None
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
        opener=opener(model, kind, entry, place, tie) if tie else "",
        caveat=_caveat(CAVEATS[caveat], weeks) if caveat >= 0 else None,
        introducer=_person(model, introducer) if introducer >= 0 else None,
        chances=_chances(chances, both) if both else None,
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


def network(model: Model, person: Row) -> Network:
    """The ties of a person, strongest first, and what they cover."""
    places = np.arange(model.ties.indptr[person], model.ties.indptr[person + 1])
    places = places[~model.hidden[model.ties.contacts[places]]]
    blocked = model.blocked.indices[model.blocked.indptr[person] : model.blocked.indptr[person + 1]]
    places = places[~np.isin(model.ties.contacts[places], blocked)]
    order = np.lexsort(
        (model.ties.contacts[places], -model.ties.last[places], -model.ties.strength[places])
    )
    ties = tuple(_tie(model, int(place)) for place in places[order])
    contacts = model.ties.contacts[places]
    covered, missing = _coverage(model, person, contacts[_alive(model, places)])
    groups = model.community[contacts]
    sizes = np.bincount(groups[groups >= 0])
    shares = sizes / max(sizes.sum(), 1)
    return Network(
        person_id=PersonId(model.person_ids[person]),
        display_name=model.display_names[person],
        ties=ties,
        topics_covered=tuple(topic(model, z) for z in covered),
        topics_missing=tuple(topic(model, z) for z in missing),
        community_count=int((sizes > 0).sum()),
        diversity=float(1 - (shares**2).sum()) if sizes.sum() else 0.0,
    )


def _alive(model: Model, places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which ties cover a topic now: contact within `COVERED_DAYS`, and not dormant."""
    since = microseconds(model.info.as_of) - int(COVERED_DAYS * DAY_MICROSECONDS)
    return ~model.ties.dormant[places] & (model.ties.last[places] >= since)


def _coverage(model: Model, person: Row, contacts: np.ndarray) -> tuple[list[int], list[int]]:
    """Her topics and goals that active contacts work on too, and those none of them does."""
    goals = model.goals.indices[model.goals.indptr[person] : model.goals.indptr[person + 1]]
    own = model.main_topics[person]
    mine = list(dict.fromkeys([*own[own >= 0].tolist(), *goals.tolist()]))
    theirs = model.main_topics[contacts].ravel()
    count = np.bincount(theirs[theirs >= 0], minlength=len(model.topic_ids))
    covered = sorted((z for z in mine if count[z]), key=lambda z: -count[z])
    return covered, [z for z in mine if not count[z]]


def _tie(model: Model, place: int) -> Tie:
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
