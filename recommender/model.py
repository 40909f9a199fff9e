"""A model in memory: everything needed to answer, as arrays that may be mapped from disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.answer import ModelInfo
from recommender.domain.ids import StringTable
from recommender.domain.slate import Kind
from recommender.ties import Ties

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Everyone's stored candidates of one kind: asker i's are at indptr[i]:indptr[i + 1].

    rows: int32 [m], who; relevance: float32 [m], higher is better;
    factors: uint8 [m, 9], 255 stands for 1; diversity: uint8 [m]; signals: uint8 [m, signals];
    shared_topic: int32 [m], what most of all both work on, or she works on and the asker wants to;
    active_topic: where she is active lately, of the asker's interests if she is there;
    taught_topic: a goal of the asker in which she is ahead; near_topic: one she works on or knows
    that is near to a topic of the asker; known_topic: a declared goal of the asker that she knows;
    -1 none;
    shared_object: int32 [m], an object both took part in, -1 none; object_count: uint16 [m], how
    many of them; contact_count: uint8 [m], contacts in common, at most `answer.COARSE`;
    topic_object_count: uint16 [m], how many of these objects are on the topic of shared_object;
    active_count: uint8 [m], of how many topics of the asker she is active in lately;
    introducer: int32 [m], a contact of the asker who could introduce her, -1 none;
    chances: uint8 [m, 3], see `ranking.chances`; 0 where not known, as for all ties;
    reserved: bool [m], the little seen candidates who have a seat on the asker's list.
    """

    indptr: NDArray[np.int64]
    rows: NDArray[np.int32]
    relevance: NDArray[np.float32]
    factors: NDArray[np.uint8]
    diversity: NDArray[np.uint8]
    signals: NDArray[np.uint8]
    shared_topic: NDArray[np.int32]
    active_topic: NDArray[np.int32]
    taught_topic: NDArray[np.int32]
    near_topic: NDArray[np.int32]
    known_topic: NDArray[np.int32]
    shared_object: NDArray[np.int32]
    object_count: NDArray[np.uint16]
    contact_count: NDArray[np.uint8]
    topic_object_count: NDArray[np.uint16]
    active_count: NDArray[np.uint8]
    introducer: NDArray[np.int32]
    chances: NDArray[np.uint8]
    reserved: NDArray[np.bool_]


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
    pools: dict[Kind, Pool]
    learned: dict[str, Any]


def stored(column: NDArray[T], entries: NDArray[np.int64], nothing: float) -> NDArray[T]:
    """What a column of a `Pool` says of candidates, int64 [...]; of -1 it says `nothing`."""
    known = entries >= 0
    if not known.any():
        return np.full((*entries.shape, *column.shape[1:]), nothing, column.dtype)
    found = column[np.maximum(entries, 0)]
    found[~known] = nothing
    return found


def to_byte(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Values in [0, 1] as 0 to 255, to the nearest.

    >>> to_byte(np.array([0., .5, 1.]))
    array([  0, 128, 255], dtype=uint8)
    """
    return np.asarray(np.rint(np.clip(values, 0, 1) * 255), np.uint8)


def from_byte(values: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The inverse of `to_byte`, within 1/510."""
    return values.astype(np.float32) / np.float32(255)
