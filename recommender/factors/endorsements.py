"""Whom each person turns to in which topic: what agreement within topics is measured on."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender import sparse
from recommender.matrices import Snapshot


def endorsements(snapshot: Snapshot) -> tuple[sp.csr_matrix, NDArray[np.int32]]:
    """Whom everyone turns to, by topic: float32 CSR [n, cells], and the topic of each cell.

    A cell is a contact in a topic; to turn to the same person about something else is no
    agreement. A value is log(1 + weight) times the contact's rarity, so that turning to whom
    everybody turns to says little. Where no interaction names a topic, all are in topic 0.
    """
    matrix, topics = snapshot.person_contact_topic, snapshot.person_contact_topic.shape[-1]
    if len(matrix):
        person, contact, topic = (key.astype(np.int64) for key in matrix.keys)
    else:
        matrix = snapshot.person_contact
        person, contact = (key.astype(np.int64) for key in matrix.keys)
        topic = np.zeros(len(person), np.int64)
    cells, column = np.unique(contact * max(topics, 1) + topic, return_inverse=True)
    people = matrix.shape[0]
    fans = np.bincount(column, minlength=len(cells))
    weight = np.log1p(matrix.measures["weight"]) * np.log1p((1 + people) / (1 + fans))[column]
    values = weight.astype(np.float32)
    endorsed = sp.csr_matrix((values, (person, column)), (people, len(cells)))
    return endorsed, (cells % max(topics, 1)).astype(np.int32)


def by_topic(
    endorsed: sp.csr_matrix, topics: NDArray[np.int32], count: int
) -> tuple[sp.csr_matrix, sp.csr_matrix]:
    """Per person and topic, the squared length of what she endorsed and how many: CSR [n, count].

    endorsed, topics: as `endorsements` gives them.
    """
    cells = (np.arange(len(topics)), topics)
    member = sp.csr_matrix((np.ones(len(topics), np.float32), cells), (len(topics), count))
    squares = sp.csr_matrix(sparse.mapped(endorsed, endorsed.data**2) @ member)
    number = sp.csr_matrix(sparse.mapped(endorsed, np.ones(endorsed.nnz)) @ member)
    return squares, number
