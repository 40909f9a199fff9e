"""The sentences of `phrases` as UTF-8, by compiled loops.

Bytes are written from the end of an array to its start, since what stands before a message in
protobuf's format is its length. Where the array is too short nothing is written before its start,
but counted: the place then is negative, and says how much was lacking.

Tables of strings are handed on array by array: taking an array out of a tuple counts its owners,
which in the midst of a loop costs more than copying the string.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.compiled import BOOL, I4, I8, U1, compiled, named, read, within, written
from recommender.domain.answer import COARSE, ReasonKind
from recommender.domain.ids import Strings
from recommender.factors.habits import Answers, Pace
from recommender.model import Model
from recommender.phrases import WORDS, Piece
from recommender.reasons import CODE


class Vocabulary(NamedTuple):
    """What a model has names for."""

    person_ids: Strings
    display_names: Strings
    organisations: Strings
    topic_ids: Strings
    topic_labels: Strings
    object_ids: Strings
    object_titles: Strings

    @classmethod
    def of(cls, model: Model) -> Vocabulary:
        """The strings of a model, as it is now."""
        return cls(
            person_ids=model.person_ids.strings(),
            display_names=model.display_names.strings(),
            organisations=model.organisations.strings(),
            topic_ids=model.topic_ids.strings(),
            topic_labels=model.topic_labels.strings(),
            object_ids=model.object_ids.strings(),
            object_titles=model.object_titles.strings(),
        )


STRINGS = named(Strings, read(U1), read(I8), read(U1), read(I8))
VOCABULARY = named(Vocabulary, *[STRINGS] * len(Vocabulary._fields))

# Compiled code knows plain numbers and arrays, not the members of enumerations and classes.
_LITERAL, _TOPIC, _THING = int(Piece.LITERAL), int(Piece.TOPIC), int(Piece.THING)
_ORGANISATION, _COUNT = int(Piece.ORGANISATION), int(Piece.COUNT)
_FURTHER, _ALIKE = int(Piece.FURTHER), int(Piece.ALIKE)
_GOAL, _CONTACTS = CODE[ReasonKind.COMMUNALITY], CODE[ReasonKind.SHARED_CONTACTS]
_OBJECTS, _ACTIVE = CODE[ReasonKind.SHARED_OBJECTS], CODE[ReasonKind.ACTIVE_IN_TOPICS]
_BENEVOLENCE, _PAST_TIE = CODE[ReasonKind.BENEVOLENCE], CODE[ReasonKind.PAST_TIE]
_SLOWEST, _COARSE = int(Pace.WEEK), COARSE
_TEXT, _PIECES, _ENDS, _FIRST, _MONTHS, _MONTH_ENDS = WORDS


@within
def put_bytes(out: Any, at: Any, text: Any, start: Any, end: Any) -> Any:
    """Write text[start:end] before `at`; returns where it starts."""
    at -= end - start
    if at >= 0:
        # Places without a sign are not looked at for being negative, one by one.
        to, source = np.uint64(at), np.uint64(start)
        for i in range(np.uint64(end - start)):
            out[to + i] = text[source + i]
    return at


@within
def put_string(out: Any, at: Any, text: Any, offsets: Any, place: Any) -> Any:
    """Write a string of a table that does not grow before `at`; returns where it starts."""
    return put_bytes(out, at, text, offsets[place], offsets[place + 1])


@within
def put_grown(
    out: Any, at: Any, text: Any, offsets: Any, more: Any, more_offsets: Any, place: Any
) -> Any:
    """The same of a table that may have grown."""
    later = place - (len(offsets) - 1)
    if later < 0:
        return put_bytes(out, at, text, offsets[place], offsets[place + 1])
    return put_bytes(out, at, more, more_offsets[later], more_offsets[later + 1])


@within
def put_decimal(out: Any, at: Any, number: Any) -> Any:
    """Write a number >= 0 in decimals before `at`; returns where it starts."""
    left = np.int64(number)
    while True:
        at -= 1
        if at >= 0:
            out[at] = 48 + left % 10
        left //= 10
        if left == 0:
            return at


@within
def variant(kind: Any, topic: Any, count: Any, within: Any, pace: Any, goal: Any) -> Any:
    """Which of the sentences of a kind is meant, from 0; see `phrases.TEMPLATES`."""
    about, which = (1 if topic >= 0 else 0), 0
    if kind == _GOAL:
        which = 1 if goal else 0
    elif kind == _BENEVOLENCE:
        which = pace if pace <= _SLOWEST else 0
    elif kind == _CONTACTS:
        which = 2 if count >= _COARSE else (0 if count == 1 else 1)
    elif kind == _OBJECTS and within <= 1:
        which = about + (2 if count > 1 else 0)
    elif kind == _OBJECTS:
        which = 4 + about + (2 if count > within else 0)
    elif kind == _ACTIVE:
        which = 0 if count < 2 else 1
    elif kind == _PAST_TIE:
        which = 2 * about + (0 if count == 1 else 1)
    return which


@within
def say(
    out: Any,
    at: Any,
    kind: Any,
    topic: Any,
    thing: Any,
    home: Any,
    count: Any,
    within: Any,
    month: Any,
    pace: Any,
    goal: Any,
    labels: Any,
    label_at: Any,
    titles: Any,
    title_at: Any,
    homes: Any,
    home_at: Any,
    more: Any,
    more_at: Any,
) -> Any:
    """Write a sentence before `at`; returns where it starts. For what it is about see `Facts`."""
    template = _FIRST[kind] + variant(kind, topic, count, within, pace, goal)
    for piece in range(_ENDS[template + 1] - 1, _ENDS[template] - 1, -1):
        what = _PIECES[piece, 0]
        if what == _LITERAL:
            at = put_bytes(out, at, _TEXT, _PIECES[piece, 1], _PIECES[piece, 2])
        elif what == _TOPIC:
            at = put_string(out, at, labels, label_at, topic)
        elif what == _THING:
            at = put_string(out, at, titles, title_at, thing)
        elif what == _ORGANISATION:
            at = put_grown(out, at, homes, home_at, more, more_at, home)
        elif what == _COUNT:
            at = put_decimal(out, at, count)
        elif what == _FURTHER:
            at = put_decimal(out, at, count - 1)
        elif what == _ALIKE:
            at = put_decimal(out, at, within - 1)
        else:
            at = put_decimal(out, at, 1970 + month // 12) - 1
            if at >= 0:
                out[at] = 32
            name = month % 12
            at = put_bytes(out, at, _MONTHS, _MONTH_ENDS[name], _MONTH_ENDS[name + 1])
    return at


@compiled(read(I4, 2), read(BOOL), VOCABULARY, written(U1), written(I8))
def _say_all(told: Any, goals: Any, vocabulary: Any, out: Any, starts: Any) -> None:
    """Write the sentences of all rows of `told`, the first one first. starts: int64 [m + 1]."""
    labels, label_at, _, _ = vocabulary.topic_labels
    titles, title_at, _, _ = vocabulary.object_titles
    homes, home_at, more, more_at = vocabulary.organisations
    at = len(out)
    starts[len(told)] = at
    for i in range(len(told) - 1, -1, -1):
        kind, topic, thing, home = told[i, 0], told[i, 1], told[i, 2], told[i, 3]
        count, within, month, pace = told[i, 4], told[i, 5], told[i, 6], told[i, 7]
        at = say(
            out,
            at,
            kind,
            topic,
            thing,
            home,
            count,
            within,
            month,
            pace,
            goals[i],
            labels,
            label_at,
            titles,
            title_at,
            homes,
            home_at,
            more,
            more_at,
        )
        starts[i] = at


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What m sentences are about, integers [m] where nothing else is said.

    kinds: into `SAID`. topics, things, homes: places in the tables of labels, titles and
    organisations, -1 none. counts: how many; within: how many of these are about the topic; months:
    since 1970, of the last contact. paces: how soon the person answers, where she answers most.
    goals: bool [m], whether the topic is a goal of the call.
    """

    kinds: NDArray[np.integer]
    topics: NDArray[np.integer]
    things: NDArray[np.integer]
    homes: NDArray[np.integer]
    counts: NDArray[np.integer]
    within: NDArray[np.integer]
    months: NDArray[np.integer]
    paces: NDArray[np.integer]
    goals: NDArray[np.bool_]


def sentences(vocabulary: Vocabulary, facts: Facts) -> list[str]:
    """A sentence for each of m reasons or caveats."""
    columns = (
        *(facts.kinds, facts.topics, facts.things, facts.homes, facts.counts),
        *(facts.within, facts.months, facts.paces),
    )
    told = np.stack([np.asarray(column, np.int32) for column in columns], axis=-1)
    starts, size = np.empty(len(told) + 1, np.int64), 128 * len(told)
    while True:
        out = np.empty(size, np.uint8)
        _say_all(told, np.asarray(facts.goals, bool), vocabulary, out, starts)
        if starts[0] >= 0:
            break
        size -= int(starts[0])  # so much was lacking
    at = starts.tolist()
    whole = out.tobytes()
    return [whole[start:end].decode() for start, end in pairwise(at)]


def months_of(last: NDArray[np.int64]) -> NDArray[np.int32]:
    """Months since 1970 of times in microseconds, int32."""
    return last.astype("datetime64[us]").astype("datetime64[M]").astype(np.int32)


def paces_of(model: Model, rows: NDArray[np.int32]) -> NDArray[np.int32]:
    """How soon people answer, int32; UNKNOWN of those who do not answer most."""
    mostly = model.answers[rows] == Answers.MOSTLY
    return np.where(mostly, model.pace[rows], int(Pace.UNKNOWN)).astype(np.int32)
