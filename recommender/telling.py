"""The loops of `reasons`, compiled: what there is to point at, and which three reasons are told."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np

from recommender.compiled import BOOL, F4, I1, I4, I8, U1, U2, compiled, read, within, written
from recommender.domain.slate import FACTORS, SIGNALS
from recommender.ranking.relevance import LEVELS, USUAL

MOST = 3
"""Reasons a recommendation."""

MIN_SHARE = 0.03
"""Share of the positive terms from which a term is worth saying."""

MIN_CONFIDENCE = 0.3
"""Confidence from which a factor may be cited."""


class Need(IntEnum):
    """What there must be for a reason to be told."""

    NOTHING = 0
    SHARED = 1
    ACTIVE = 2
    TAUGHT = 3
    NEAR = 4
    KNOWN = 5
    OBJECT = 6
    CONTACTS = 7
    SHARED_AND_NO_CONTACTS = 8
    ORGANISATION = 9
    GOALS = 10


class Column(IntEnum):
    """Topics that are known of a pair; none at all, those of a pool, the object's, the tie's."""

    NONE = 0
    GOAL_OR_SHARED = 1
    SHARED = 2
    ACTIVE = 3
    TAUGHT = 4
    NEAR = 5
    KNOWN = 6
    OF_OBJECT = 7
    OF_TIE = 8


class Count(IntEnum):
    """What is counted of a pair."""

    NONE = 0
    CONTACTS = 1
    OBJECTS = 2
    TOPICS = 3
    OF_TIE = 4


_GOAL, _SAME_FOR_ALL = FACTORS.index("communality"), len(FACTORS) + SIGNALS.index("active_lately")
_PAST_TIE = len(FACTORS) + len(SIGNALS)
_OBJECTS = len(FACTORS) + SIGNALS.index("shared_objects")
_FACTORS, _KINDS = len(FACTORS), len(FACTORS) + len(SIGNALS) + 1
# Compiled code knows plain numbers, not the members of an enumeration.
_SHARED, _ACTIVE, _TAUGHT = int(Need.SHARED), int(Need.ACTIVE), int(Need.TAUGHT)
_NEAR, _KNOWN, _OBJECT = int(Need.NEAR), int(Need.KNOWN), int(Need.OBJECT)
_CONTACTS, _BRIDGE = int(Need.CONTACTS), int(Need.SHARED_AND_NO_CONTACTS)
_ORGANISATION, _ASKS = int(Need.ORGANISATION), int(Need.GOALS)
_TOPIC_OF_NEED = np.zeros(len(Need), np.int64)
for _need, _column in (
    (_SHARED, Column.SHARED),
    (_ACTIVE, Column.ACTIVE),
    (_TAUGHT, Column.TAUGHT),
    (_NEAR, Column.NEAR),
    (_KNOWN, Column.KNOWN),
):
    _TOPIC_OF_NEED[_need] = _column
_COUNT_CONTACTS, _COLUMN_SHARED = int(Count.CONTACTS), int(Column.SHARED)


@compiled(
    *(read(I8, 2), read(I4, 2), read(I4), read(I4), read(I4), read(I4), read(I4), read(I4)),
    *(read(I4), read(U1), read(U2), read(U1), read(U2)),
    *(written(I4, 3), written(I4, 2), written(I4, 3), written(I4, 2)),
)
def gather(
    entries: Any,
    goal_topics: Any,
    shared: Any,
    active: Any,
    taught: Any,
    near: Any,
    known: Any,
    shared_object: Any,
    object_topic: Any,
    contact_count: Any,
    object_count: Any,
    active_count: Any,
    topic_object_count: Any,
    topics: Any,
    objects: Any,
    counts: Any,
    within_topic: Any,
) -> None:
    """What the pool holds of each slot: topics by `Column`, -1 none; counts by `Count`."""
    for line in range(entries.shape[0]):
        for slot in range(entries.shape[1]):
            entry = entries[line, slot]
            topics[line, slot] = -1
            counts[line, slot] = 0
            objects[line, slot], within_topic[line, slot] = -1, 0
            if entry >= 0:
                thing = shared_object[entry]
                told = topics[line, slot]
                told[1], told[2], told[3] = shared[entry], shared[entry], active[entry]
                told[4], told[5], told[6] = taught[entry], near[entry], known[entry]
                told[7] = object_topic[thing] if thing >= 0 else -1
                objects[line, slot] = thing
                within_topic[line, slot] = topic_object_count[entry]
                counts[line, slot, 1] = contact_count[entry]
                counts[line, slot, 2] = object_count[entry]
                counts[line, slot, 3] = active_count[entry]
            if goal_topics[line, slot] >= 0:
                topics[line, slot, 1] = goal_topics[line, slot]


@compiled(*(read(F4, 3), read(F4, 3), read(F4, 3), read(F4), read(F4, 3), read(U1), written(F4, 3)))
def share_out(
    factors: Any,
    confidence: Any,
    signals: Any,
    usual: Any,
    tables: Any,
    segment: Any,
    shares: Any,
) -> None:
    """How much of what raises relevance each term carries; see `relevance`."""
    for line in range(factors.shape[0]):
        for slot in range(factors.shape[1]):
            total = np.float32(0)
            for term in range(_KINDS - 1):
                if term < _FACTORS:
                    sure = confidence[line, slot, term]
                    apart = sure * (factors[line, slot, term] - usual[term])
                    code = int(np.rint(apart * np.float32(USUAL))) + USUAL
                else:
                    strong = signals[line, slot, term - _FACTORS] * np.float32(LEVELS - 1)
                    code = int(np.rint(strong))
                value = max(tables[segment[line], term, code], np.float32(0))
                shares[line, slot, term] = value
                total += value
            for term in range(_KINDS - 1):
                if total > 0:
                    shares[line, slot, term] /= total


@within
def _there(need: Any, topics: Any, thing: Any, contacts: Any, home: Any, asks: Any) -> Any:
    """Whether there is what a reason needs."""
    if _TOPIC_OF_NEED[need] > 0:
        return topics[_TOPIC_OF_NEED[need]] >= 0
    if need == _OBJECT:
        return thing >= 0
    if need == _CONTACTS:
        return contacts > 0
    if need == _BRIDGE:
        return topics[_COLUMN_SHARED] >= 0 and contacts == 0
    if need == _ORGANISATION:
        return home >= 0
    return need != _ASKS or asks


@within
def _evident(
    choices: Any,
    topics: Any,
    thing: Any,
    contacts: Any,
    home: Any,
    asks: Any,
    factors: Any,
    confidence: Any,
    usual: Any,
    aimed: Any,
    carried: Any,
    ranked: Any,
) -> None:
    """What each kind carries, as far as it can be shown; a factor is cited only as a strength."""
    for kind in range(_KINDS):
        told = _there(choices[0, kind], topics, thing, contacts, home, asks)
        if kind < _FACTORS:
            known = confidence[kind] >= np.float32(MIN_CONFIDENCE)
            told = told and known and factors[kind] > usual[kind]
        if kind == _GOAL and aimed:
            told = True
        ranked[kind] = carried[kind] if told else 0


@within
def worth_saying(ranked: Any) -> None:
    """Leave those from MIN_SHARE on, or the largest where all are below."""
    enough = min(ranked.max(), np.float32(MIN_SHARE))
    for kind in range(_KINDS):
        if ranked[kind] < enough:
            ranked[kind] = 0
    ranked[_SAME_FOR_ALL] *= np.float32(1e-3)


@within
def _pick(ranked: Any, best: Any) -> None:
    """The highest three, the first of equals; the best factor is among them, where there is any."""
    third = np.sort(ranked)[_KINDS - MOST]
    factor = ranked[:_FACTORS].argmax()
    for place in range(MOST):
        best[place] = -1
        for kind in range(_KINDS):
            taken = False
            for other in range(place):
                taken |= best[other] == kind
            if not taken:
                value, top = ranked[kind], np.float32(-1)
                if kind == factor and value > 0:
                    value = max(value, third)
                if best[place] >= 0:
                    top = ranked[best[place]]
                    if best[place] == factor and top > 0:
                        top = max(top, third)
                if value > top:
                    best[place] = kind


@compiled(
    *(read(I4, 2), written(F4, 3), read(F4, 3), read(F4, 3), read(F4)),
    *(read(I4, 2), read(F4, 2), read(I4, 3), read(I4, 2), read(I4, 3), read(I4, 2)),
    *(read(I4), read(BOOL), read(I8, 2), BOOL),
    *(written(I1, 3), written(F4, 3), written(F4, 3)),
    *(written(I4, 3), written(I4, 3), written(I4, 3), written(I4, 3)),
)
def choose(
    rows: Any,
    carried: Any,
    factors: Any,
    confidence: Any,
    usual: Any,
    goal_topics: Any,
    goal_match: Any,
    proof: Any,
    things: Any,
    counted: Any,
    within_topic: Any,
    organisation: Any,
    asks: Any,
    choices: Any,
    of_ties: Any,
    kinds: Any,
    shares: Any,
    sure: Any,
    topics: Any,
    objects: Any,
    counts: Any,
    within_told: Any,
) -> None:
    """Up to three reasons a slot, see `reasons.find_reasons`. choices: needs, topics and counts."""
    ranked, best = np.empty(_KINDS, np.float32), np.empty(MOST, np.int64)
    for line in range(rows.shape[0]):
        for slot in range(rows.shape[1]):
            aimed = goal_topics[line, slot] >= 0
            if aimed:
                carried[line, slot, _GOAL] = goal_match[line, slot]
            home = organisation[max(rows[line, slot], 0)]
            contacts, thing = counted[line, slot, _COUNT_CONTACTS], things[line, slot]
            _evident(
                choices,
                proof[line, slot],
                thing,
                contacts,
                home,
                asks[line],
                factors[line, slot],
                confidence[line, slot],
                usual,
                aimed,
                carried[line, slot],
                ranked,
            )
            worth_saying(ranked)
            if of_ties:
                ranked[_PAST_TIE] = 3
            if aimed:
                ranked[_GOAL] = 2
            _pick(ranked, best)
            for place in range(MOST):
                kind = best[place]
                said = rows[line, slot] >= 0 and kind >= 0 and ranked[kind] > 0
                at = kind if said else 0
                kinds[line, slot, place] = kind if said else -1
                shares[line, slot, place] = carried[line, slot, at] if said else 0
                certain = np.float32(1)
                if at < _FACTORS and not (at == _GOAL and aimed):
                    certain = confidence[line, slot, at]
                sure[line, slot, place] = certain if said else 0
                topics[line, slot, place] = proof[line, slot, choices[1, at]] if said else -1
                objects[line, slot, place] = thing if said and at == _OBJECTS else -1
                counts[line, slot, place] = counted[line, slot, choices[2, at]] if said else 0
                of_thing = said and at == _OBJECTS
                within_told[line, slot, place] = within_topic[line, slot] if of_thing else 0
