"""What people say they can do: it makes those findable of whom nothing has been seen yet."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from recommender.matrices import Snapshot

UNSAID_LEVEL = 2.0
"""The level, of 4, of a skill that was declared without one."""

OFFERED = 0.75
"""What an offer to help with a topic says of knowing it: level 3 of 4."""


def declared_skills(snapshot: Snapshot) -> sp.csr_matrix:
    """What each person declares to know, the better of level / 4 and offer: float32 CSR [n, t].

    In (0, 1]; a declared level of 0 is none.
    """
    shape = (len(snapshot.person_ids), len(snapshot.topic_ids))
    offers = snapshot.relation("goals", "direction") == "offer"
    skill = np.nan_to_num(snapshot.relation("skills", "level").astype(np.float32), nan=UNSAID_LEVEL)
    level = np.r_[skill / 4, np.full(offers.sum(), OFFERED, np.float32)]
    person, topic = (
        np.r_[snapshot.relation("skills", key), snapshot.relation("goals", key)[offers]].astype(int)
        for key in ("person", "topic")
    )
    cells, place = np.unique(person * max(shape[1], 1) + topic, return_inverse=True)
    best = np.zeros(len(cells), np.float32)
    np.maximum.at(best, place, level)
    rows, columns = np.divmod(cells[best > 0], max(shape[1], 1))
    return sp.csr_matrix((best[best > 0], (rows, columns)), shape)
