"""A model in memory: everything needed to answer, as arrays that may be mapped from disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.answer import ModelInfo
from recommender.domain.ids import StringTable
from recommender.domain.pool import Pool
from recommender.domain.slate import FACTORS, SIGNALS, Kind
from recommender.packed import Stored
from recommender.ties import Ties

Place = TypeVar("Place", np.int32, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """n people, t topics, o objects (those in which anybody took part).

    organisation, role, sector, timezone: int32 [n], into `organisations` and so on, -1 unknown;
    level: float32 [n], how experienced each is, 0 to 4, -1 unknown; speaks: pattern CSR
    [n, languages]. community: int32 [n], -1 unknown.
    asker_confidence, contact_confidence: uint8 [n, 9], 255 stands for 1.
    usual: float32 [9], mean of each factor where it is known.
    tables: float32 [segments, terms, 256], segment: uint8 [n]: see `ranking.relevance`.
    main_topics: int32 [n, 8], topics each person works on, most of all first, -1 for none.
    topic_people: int32 [t, 50], who was most active in each topic lately, -1 for none.
    goals: pattern CSR [n, t], learning goals; recent interests of those who declared none.
    skills: uint8 CSR [n, t], how well people know topics, 255 stands for level 4; declared, or by
    how what they contributed stands, and nothing where neither says anything.
    active: uint8 [n], how surely each is around these weeks, 255 stands for 1.
    pace, answers: uint8 [n]; weeks_away: uint16 [n]; newcomer: bool [n]: see `factors.habits`.
    object_topic: int32 [o], what each object is most of all about, -1 unknown.
    participants: pattern CSR [o, n], who took part in each object; nobody who only looked at it.
    mutual: float32 [256], mutual chances at even steps, see `ranking.chances.grid_of`.
    price: float32 [n], >= 0, what it costs a list of new people to show each, see
    `rerank.exposure`; 0 for whoever is shown to few.
    blocked, unwanted, connected: CSR patterns [n, n]; hidden: bool [n]: see `filters.Rules`.
    learned: how training chose what it chose, and how well that did, as JSON values.
    """

    info: ModelInfo
    person_ids: StringTable
    display_names: StringTable
    organisations: StringTable
    roles: StringTable
    sectors: StringTable
    timezones: StringTable
    languages: StringTable
    topic_ids: StringTable
    topic_labels: StringTable
    object_ids: StringTable
    object_titles: StringTable
    organisation: NDArray[np.int32]
    role: NDArray[np.int32]
    sector: NDArray[np.int32]
    timezone: NDArray[np.int32]
    level: NDArray[np.float32]
    speaks: sp.csr_matrix
    community: NDArray[np.int32]
    asker_confidence: NDArray[np.uint8]
    contact_confidence: NDArray[np.uint8]
    usual: NDArray[np.float32]
    tables: NDArray[np.float32]
    segment: NDArray[np.uint8]
    main_topics: NDArray[np.int32]
    topic_people: NDArray[np.int32]
    goals: sp.csr_matrix
    skills: sp.csr_matrix
    active: NDArray[np.uint8]
    pace: NDArray[np.uint8]
    answers: NDArray[np.uint8]
    weeks_away: NDArray[np.uint16]
    newcomer: NDArray[np.bool_]
    object_topic: NDArray[np.int32]
    participants: sp.csr_matrix
    mutual: NDArray[np.float32]
    price: NDArray[np.float32]
    blocked: sp.csr_matrix
    unwanted: sp.csr_matrix
    connected: sp.csr_matrix
    hidden: NDArray[np.bool_]
    ties: Ties
    pools: dict[Kind, Stored]
    learned: dict[str, Any]


def unknown_pool(count: int) -> Pool:
    """A pool of `count` candidates of whom nothing is known, nobody's as yet."""
    columns: dict[str, Any] = {name: np.full(count, -1, np.int32) for name in _ROWS}
    columns |= {name: np.zeros(count, dtype) for name, dtype in _COUNTS.items()}
    return Pool(
        indptr=np.zeros(0, np.int64),
        relevance=np.zeros(count, np.float32),
        factors=np.zeros((count, len(FACTORS)), np.uint8),
        diversity=np.zeros(count, np.uint8),
        signals=np.zeros((count, len(SIGNALS)), np.uint8),
        chances=np.zeros((count, 3), np.uint8),
        reserved=np.zeros(count, bool),
        **columns,
    )


_ROWS = (
    *("rows", "shared_topic", "active_topic", "taught_topic", "near_topic", "known_topic"),
    *("shared_object", "introducer"),
)
_COUNTS: dict[str, Any] = {
    "object_count": np.uint16,
    "contact_count": np.uint8,
    "topic_object_count": np.uint16,
    "active_count": np.uint8,
}


def span(indptr: NDArray[np.integer], row: int) -> slice:
    """Where the entries of a row are; nowhere for people who came after the model was trained."""
    if row + 1 >= len(indptr):
        return slice(0, 0)
    return slice(int(indptr[row]), int(indptr[row + 1]))


def spans(
    indptr: NDArray[Place], rows: NDArray[np.integer]
) -> tuple[NDArray[Place], NDArray[Place]]:
    """The same for many rows: where they start and end, each [b]."""
    last = len(indptr) - 1
    return indptr[np.minimum(rows, last)], indptr[np.minimum(rows + 1, last)]
