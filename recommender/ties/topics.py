"""What each tie is about: the topics of person × contact × topic, both ways together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.matrices import Snapshot

MOST = 3
"""Topics that a tie is said to be about, at most."""


def tie_topics(
    snapshot: Snapshot, persons: NDArray[np.int64], others: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Int32 [m, MOST]: topics most talked about between persons and others, [m] rows each.

    Most of all first, by weight and then by row; -1 where there are no more.
    """
    about, n = snapshot.person_contact_topic, len(snapshot.person_ids)
    u, v, topic = (key.astype(np.int64) for key in about.keys)
    pair = np.minimum(u, v) * n + np.maximum(u, v)
    topics = max(len(snapshot.topic_ids), 1)
    cells, at = np.unique(pair * topics + topic, return_inverse=True)
    weight = np.bincount(at, about.measures["weight"], len(cells))
    order = np.lexsort((cells, -weight, cells // topics))
    pairs, first, which = np.unique(cells[order] // topics, return_index=True, return_inverse=True)
    rank = np.arange(len(order)) - first[which]
    leading = rank < MOST
    # One line more than there are pairs, for whoever never spoke of anything.
    table = np.full((len(pairs) + 1, MOST), -1, np.int32)
    table[which[leading], rank[leading]] = (cells[order] % topics)[leading]
    wanted = np.minimum(persons, others) * n + np.maximum(persons, others)
    place = np.searchsorted(pairs, wanted)
    known = place < len(pairs)
    known[known] = pairs[place[known]] == wanted[known]
    return table[np.where(known, place, len(pairs))]
