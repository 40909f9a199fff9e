"""The loops of `wire`, compiled: messages of protobuf, from their end to their start.

A message stands behind its length, so whoever writes backwards knows that when its turn comes.
Fields come in the order of their numbers, and what is 0 or empty is left out, as protobuf does.
Places below 0 say how much the array lacks, see `wording`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from recommender.compiled import F4, I1, I4, I8, U1, U2, compiled, read, within, written
from recommender.domain.slate import FACTORS
from recommender.factors.habits import Answers
from recommender.ranking.chances import mutual_of
from recommender.reasons import KINDS
from recommender.telling import MOST
from recommender.v1 import recommendation_pb2 as pb
from recommender.wording import VOCABULARY, put_bytes, put_grown, put_string, say


def _tags(message: Any, kind: int) -> dict[str, int]:
    """The tags of the fields of a message that are written as `kind`."""
    return {field.name: field.number << 3 | kind for field in message.DESCRIPTOR.fields}


_VARINT, _LENGTH, _FIXED = 0, 2, 5
_OF_LIST = 1 << 3 | _LENGTH
"""`recommendations` of every answer."""
_texts, _numbers, _floats_of = (
    _tags(pb.Recommendation, kind) for kind in (_LENGTH, _VARINT, _FIXED)
)
_RANK, _PERSON, _NAME = _numbers["rank"], _texts["person_id"], _texts["display_name"]
_ORGANISATION, _SCORE = _texts["organisation"], _floats_of["score"]
_HEADLINES, _FACTORS_TAG, _REASON = _texts["headlines"], _texts["factors"], _texts["reasons"]
_PROPENSITY, _CAVEAT = _floats_of["propensity"], _texts["caveat"]
_INTRODUCER, _CHANCES = _texts["introducer"], _texts["chances"]
_texts, _numbers, _floats_of = (_tags(pb.Reason, kind) for kind in (_LENGTH, _VARINT, _FIXED))
_KIND, _SHARE, _SURE = _numbers["kind"], _floats_of["share"], _floats_of["confidence"]
_TOPICS, _OBJECTS, _COUNT, _TEXT = (_texts[name] for name in ("topics", "objects", "count", "text"))
# Plain pairs of texts, and plain numbers: fields 1, 2 and so on.
_FIRST_TEXT, _SECOND_TEXT = 1 << 3 | _LENGTH, 2 << 3 | _LENGTH
_FIRST_NUMBER, _SECOND_NUMBER = 1 << 3 | _VARINT, 2 << 3 | _VARINT
_CAVEATS_FROM, _FACTORS, _MOSTLY = len(KINDS), len(FACTORS), int(Answers.MOSTLY)


@within
def _varint(out: Any, at: Any, value: Any) -> Any:
    """A whole number >= 0, seven bits a byte."""
    left, size = np.int64(value) >> 7, 1
    while left:
        left >>= 7
        size += 1
    at -= size
    if at >= 0:
        left = np.int64(value)
        for i in range(size - 1):
            out[at + i] = 128 | (left & 127)
            left >>= 7
        out[at + size - 1] = left
    return at


@within
def _tag(out: Any, at: Any, tag: Any) -> Any:
    """A tag: of fields up to the fifteenth it is one byte, and there are no others."""
    at -= 1
    if at >= 0:
        out[at] = tag
    return at


@within
def _behind(out: Any, at: Any, end: Any, tag: Any) -> Any:
    """Tag and length before what was written from `at` to `end`."""
    return _tag(out, _varint(out, at, end - at), tag)


@within
def _enumerated(out: Any, at: Any, value: Any, tag: Any) -> Any:
    """A whole number above 0; nothing where it is 0."""
    return at if value == 0 else _tag(out, _varint(out, at, value), tag)


@within
def _put_float(out: Any, at: Any, value: Any, tag: Any) -> Any:
    """A number; nothing where it is 0, but -0 is another."""
    bits = np.float32(value).view(np.uint32)
    if bits == 0:
        return at
    at -= 4
    if at >= 0:
        for i in range(4):
            out[at + i] = (bits >> np.uint32(8 * i)) & np.uint32(255)
    return _tag(out, at, tag)


@within
def _text(out: Any, at: Any, end: Any, tag: Any) -> Any:
    """Tag and length before a text that was written from `at` to `end`; none where it is empty."""
    return at if at == end else _behind(out, at, end, tag)


@within
def _pair(
    out: Any, at: Any, row: Any, ids: Any, id_at: Any, labels: Any, label_at: Any, tag: Any
) -> Any:
    """A message of an id and a label; nothing where there is none."""
    if row < 0:
        return at
    start = _text(out, put_string(out, at, labels, label_at, row), at, _SECOND_TEXT)
    start = _text(out, put_string(out, start, ids, id_at, row), start, _FIRST_TEXT)
    return _behind(out, start, at, tag)


@within
def _floats(out: Any, at: Any, values: Any, tag: Any) -> Any:
    """A message whose fields 1, 2 and so on are these numbers."""
    start = at
    for i in range(len(values) - 1, -1, -1):
        start = _put_float(out, start, values[i], (i + 1) << 3 | _FIXED)
    return _behind(out, start, at, tag)


@within
def _factors(out: Any, at: Any, values: Any, sure: Any) -> Any:
    start = at
    for i in range(_FACTORS - 1, -1, -1):
        end = start
        start = _put_float(out, start, sure[i], 2 << 3 | _FIXED)
        start = _put_float(out, start, values[i], 1 << 3 | _FIXED)
        start = _behind(out, start, end, (i + 1) << 3 | _LENGTH)
    return _behind(out, start, at, _FACTORS_TAG)


@within
def _count(out: Any, at: Any, count: Any, coarse: Any) -> Any:
    """How many; of other people's ties at most `coarse`, which stands for so many or more."""
    if count <= 0:
        return at
    start = at
    if coarse > 0 and count >= coarse:
        count = coarse
        start = _enumerated(out, start, 1, _SECOND_NUMBER)
    start = _enumerated(out, start, count, _FIRST_NUMBER)
    return _behind(out, start, at, _COUNT)


@within
def _chances(out: Any, at: Any, stored: Any, entry: Any, chance: Any) -> Any:
    """Chances, and the harmonic mean of the first two; nothing where they are not known."""
    mutual = mutual_of(stored, entry, chance)
    if mutual == 0:
        return at
    one, other = chance[stored[entry, 0]], chance[stored[entry, 1]]
    return _floats(out, at, (one, other, mutual, chance[stored[entry, 2]]), _CHANCES)


@compiled(
    *(read(I4, 2), read(I8, 2), read(I4, 2), read(I4), read(U1), read(U1)),
    *(read(F4, 2), read(F4, 3), read(F4, 3), read(F4, 3), read(F4, 2)),
    *(read(I1, 3), read(F4, 3), read(F4, 3), read(I4, 3), read(I4, 3)),
    *(read(I4, 3), read(I4, 3), read(I4, 2), read(I4), read(I4, 2)),
    *(read(I1, 2), read(U2, 2), read(I4, 2), read(I4, 2)),
    *(read(U1, 2), read(F4), read(U1), read(I8, 3)),
    *(VOCABULARY, read(I8), read(I8), read(I8)),
    *(written(U1), written(I8, 2), written(I8)),
)
def write_lines(  # noqa: C901, PLR0915 - one loop, so that tables are taken apart once
    rows: Any,
    entries: Any,
    names: Any,
    organisation: Any,
    answers: Any,
    pace: Any,
    scores: Any,
    headlines: Any,
    factors: Any,
    confidence: Any,
    propensity: Any,
    kinds: Any,
    shares: Any,
    sure: Any,
    topics: Any,
    objects: Any,
    counts: Any,
    within: Any,
    goal_topics: Any,
    goals: Any,
    months: Any,
    caveats: Any,
    weeks: Any,
    introducers: Any,
    introducer_names: Any,
    chances: Any,
    chance: Any,
    between: Any,
    between_at: Any,
    vocabulary: Any,
    reason_numbers: Any,
    caveat_numbers: Any,
    coarse: Any,
    out: Any,
    starts: Any,
    lacking: Any,
) -> None:
    """Write every filled slot as an item of `recommendations`, up to the end of `out`.

    starts: where each begins. lacking: 0, or how many bytes too short `out` is.
    """
    ids, id_at, newer, newer_at = vocabulary.person_ids
    called, called_at, calls, calls_at = vocabulary.display_names
    firms, firm_at, more, more_at = vocabulary.organisations
    tops, top_at, _, _ = vocabulary.topic_ids
    labels, label_at, _, _ = vocabulary.topic_labels
    things, thing_at, _, _ = vocabulary.object_ids
    titles, title_at, _, _ = vocabulary.object_titles
    at = len(out)
    for line in range(rows.shape[0] - 1, -1, -1):
        for slot in range(rows.shape[1] - 1, -1, -1):
            row, end = rows[line, slot], at
            if row < 0:
                starts[line, slot] = at
                continue
            home, aimed = organisation[row], False
            for goal in goals:
                aimed |= goal_topics[line, slot] == goal
            soon = pace[row] if answers[row] == _MOSTLY else 0
            entry = entries[line, slot]
            if entry >= 0:
                at = _chances(out, at, chances, entry, chance)
            brings, named = introducers[line, slot], introducer_names[line, slot]
            if brings >= 0:
                last = at
                start = put_grown(out, at, called, called_at, calls, calls_at, named)
                at = _text(out, start, at, _SECOND_TEXT)
                start = put_grown(out, at, ids, id_at, newer, newer_at, brings)
                at = _behind(out, _text(out, start, at, _FIRST_TEXT), last, _INTRODUCER)
            caveat = caveats[line, slot]
            if caveat >= 0:
                last = at
                at = say(
                    out,
                    at,
                    _CAVEATS_FROM + caveat,
                    -1,
                    -1,
                    -1,
                    weeks[line, slot],
                    0,
                    0,
                    0,
                    False,
                    labels,
                    label_at,
                    titles,
                    title_at,
                    firms,
                    firm_at,
                    more,
                    more_at,
                )
                at = _behind(out, at, last, _SECOND_TEXT)
                at = _enumerated(out, at, caveat_numbers[caveat], _FIRST_NUMBER)
                at = _behind(out, at, last, _CAVEAT)
            at = _put_float(out, at, propensity[line, slot], _PROPENSITY)
            first, last = between_at[line, slot, 0], between_at[line, slot, 1]
            at = put_bytes(out, at, between, first, last)
            for order in range(MOST - 1, -1, -1):
                kind = kinds[line, slot, order]
                if kind < 0:
                    continue
                last = at
                topic, thing = topics[line, slot, order], objects[line, slot, order]
                count = counts[line, slot, order]
                at = say(
                    out,
                    at,
                    kind,
                    topic,
                    thing,
                    home,
                    count,
                    within[line, slot, order],
                    months[line, slot],
                    soon,
                    aimed,
                    labels,
                    label_at,
                    titles,
                    title_at,
                    firms,
                    firm_at,
                    more,
                    more_at,
                )
                at = _behind(out, at, last, _TEXT)
                at = _count(out, at, count, coarse[kind])
                at = _pair(out, at, thing, things, thing_at, titles, title_at, _OBJECTS)
                at = _pair(out, at, topic, tops, top_at, labels, label_at, _TOPICS)
                at = _put_float(out, at, sure[line, slot, order], _SURE)
                at = _put_float(out, at, shares[line, slot, order], _SHARE)
                at = _enumerated(out, at, reason_numbers[kind], _KIND)
                at = _behind(out, at, last, _REASON)
            at = _factors(out, at, factors[line, slot], confidence[line, slot])
            at = _floats(out, at, headlines[line, slot], _HEADLINES)
            at = _put_float(out, at, scores[line, slot], _SCORE)
            if home >= 0:
                start = put_grown(out, at, firms, firm_at, more, more_at, home)
                at = _text(out, start, at, _ORGANISATION)
            start = put_grown(out, at, called, called_at, calls, calls_at, names[line, slot])
            at = _text(out, start, at, _NAME)
            start = put_grown(out, at, ids, id_at, newer, newer_at, row)
            at = _text(out, start, at, _PERSON)
            at = _enumerated(out, at, slot + 1, _RANK)
            at = _behind(out, at, end, _OF_LIST)
            starts[line, slot] = at
    lacking[0] = max(-at, 0)
