"""Recommendations in the format of the contract, written straight from the arrays of an answer.

`recommender.v1.Recommendation` as protobuf writes it, byte by byte; making messages of Python
objects first takes twenty times as long. What only few lists have, ties and explanations, is
written by protobuf and set between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender import present
from recommender.asides import CAVEATS
from recommender.domain.answer import COARSE
from recommender.domain.slate import Kind
from recommender.openers import opener
from recommender.phrases import SAID
from recommender.present import Told
from recommender.ranking.chances import CHANCE
from recommender.reasons import KINDS
from recommender.serving import replies
from recommender.serving.writing import write_lines
from recommender.v1 import recommendation_pb2 as pb
from recommender.v1 import recommendation_service_pb2 as services
from recommender.wording import Vocabulary, months_of

ROOM = 1024
"""Bytes that are made ready for a name; most need some 600."""


@dataclass(frozen=True, slots=True)
class Written:
    """One list, best first.

    rows: whom it names. content: the field `recommendations` of an answer, a name after another;
    ends: where each ends.
    """

    rows: list[int]
    content: bytes
    ends: list[int]

    def part(self, first: int, last: int) -> bytes:
        """The same field with those at first:last alone."""
        ends = [0, *self.ends]
        last = min(last, len(self.ends))
        return self.content[ends[min(first, last)] : ends[last]]

    def message(self, place: int) -> pb.Recommendation:
        """One of them as a message."""
        content = self.part(place, place + 1)
        return services.RankPeopleResponse.FromString(content).recommendations[0]


def written(told: Told) -> list[Written]:
    """Every line of an answer."""
    slate = told.slate
    starts = np.empty(slate.rows.shape, np.int64)
    arguments, size = _arguments(told), ROOM * max(slate.rows.size, 1)
    while True:
        out = np.empty(size, np.uint8)
        lacking = np.zeros(1, np.int64)
        write_lines(*(*arguments, out, starts, lacking))
        if not lacking[0]:
            break
        size += int(lacking[0])
    return _lines(slate.rows, starts, out)


def _lines(
    rows: NDArray[np.int32], starts: NDArray[np.int64], out: NDArray[np.uint8]
) -> list[Written]:
    """Lines lie one after the other up to the end of `out`; a slot that is empty takes no bytes."""
    found, end = list[Written](), len(out)
    for row, start in zip(rows[::-1], starts[::-1].tolist(), strict=True):
        names = [each for each in row.tolist() if each >= 0]
        first = start[0] if start else end
        ends = [*start[1:], end][: len(names)]
        content = out[first:end].tobytes()
        found.append(Written(names, content, [each - first for each in ends]))
        end = first
    return found[::-1]


def _arguments(told: Told) -> tuple[Any, ...]:
    """What `write_lines` reads."""
    model, slate, reasons, asides = told.model, told.slate, told.reasons, told.asides
    names, goals = model.display_names, [goal.topic for goal in told.query.goals]
    between, between_at = _between(told)
    return (
        *(slate.rows, slate.entries, names.places(slate.rows)),
        *(model.organisation, model.answers, model.pace),
        *(slate.scores, slate.headlines, slate.factors, slate.confidence, slate.propensity),
        *(reasons.kinds, reasons.shares, reasons.confidence, reasons.topics, reasons.objects),
        *(reasons.counts, reasons.within, slate.goal_topics, np.array(goals, np.int32)),
        *(_months(told), asides.caveats, asides.weeks, asides.introducers),
        *(names.places(asides.introducers), slate.pool.chances, CHANCE, between, between_at),
        *(Vocabulary.of(model), _REASONS, _CAVEATS, _COARSE),
    )


def _months(told: Told) -> NDArray[np.int32]:
    """Months of the last contact; of new people nothing reads them."""
    ties = told.model.ties
    if told.query.kind is Kind.PEOPLE or not len(ties):
        return np.zeros(told.slate.rows.shape, np.int32)
    return months_of(np.where(told.places >= 0, ties.last[np.maximum(told.places, 0)], 0))


def _between(told: Told) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Tie, opener and explanation of every slot as bytes, and where each starts and ends."""
    shape = told.slate.rows.shape
    if not told.query.explain and (told.places < 0).all():
        return _NOTHING, np.zeros((*shape, 2), np.int64)
    parts = [_set_between(told, line, slot) for line, slot in np.ndindex(shape)]
    ends = np.cumsum([0, *map(len, parts)], dtype=np.int64)
    at = np.stack([ends[:-1], ends[1:]], axis=-1).reshape(*shape, 2)
    return np.frombuffer(b"".join(parts), np.uint8), at


def _set_between(told: Told, line: int, slot: int) -> bytes:
    slate, place = told.slate, int(told.places[line, slot])
    if slate.rows[line, slot] < 0:
        return b""
    message = pb.Recommendation()
    if place >= 0:
        tie = present.tie_at(told.model, place)
        message.tie.CopyFrom(replies.tie_message(tie))
        if told.query.kind is not Kind.PEOPLE:
            entry = int(slate.entries[line, slot])
            message.opener = opener(told.model, slate.pool, entry, place, tie)
    if told.query.explain:
        message.explanation.CopyFrom(replies.explanation(present.explanation(slate, line, slot)))
    return message.SerializeToString()


def _numbers(table: Mapping[Any, int]) -> NDArray[np.int64]:
    return np.array(list(table.values()), np.int64)


_NOTHING = np.zeros(0, np.uint8)
_REASONS = _numbers({kind: replies.REASONS[kind] for kind in KINDS})
_CAVEATS = _numbers({kind: replies.CAVEATS[kind] for kind in CAVEATS})
_COARSE = np.array([COARSE if kind in replies.COUNTS_TIES else 0 for kind in KINDS], np.int64)
"""By kind of reason: from which number on counts are not told; 0 where all are."""
assert SAID[len(KINDS) :] == CAVEATS
