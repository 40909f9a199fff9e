"""People found for askers, each with what is known of the two: what lists are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

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
