"""Whom a person may see now, and which contacts in common may be counted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.domain.ids import Row
from recommender.live.state import Live
from recommender.model import span


def unseen(live: Live, person: Row, rows: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Which of these people a person may not see: bool [m].

    Those who are hidden, from all or from other organisations, and those with whom either of the
    two has a block, trained in or made since.
    """
    model = live.model
    off = model.hidden[rows] | np.isin(rows, blocked_with(live, person))
    if live.within is not None:
        home = model.organisation[person]
        off |= live.within[rows] & ((model.organisation[rows] != home) | (home < 0))
    return np.asarray(off, np.bool_)


def blocked_with(live: Live, person: Row) -> list[int]:
    """Rows of those whom blocks of either side, trained in or made since, hide from a person."""
    trained = live.model.blocked
    return [*trained.indices[span(trained.indptr, person)].tolist(), *live.hidden_from(person)]


def contacts_in_common(live: Live, asker: Row, people: NDArray[np.int32]) -> NDArray[np.int64]:
    """How many contacts the asker has in common with each: int64 [m].

    Only what may be counted: nobody hidden, and nobody with whom either has a block.
    """
    mine = visible_contacts(live, asker)
    found = (visible_contacts(live, Row(row)) for row in people.tolist())
    return np.array([np.isin(theirs, mine).sum() for theirs in found], np.int64)


def visible_contacts(live: Live, person: Row) -> NDArray[np.int32]:
    """Rows of a person's contacts who may be counted as such, in order."""
    model = live.model
    ties = model.ties.of(person)
    contacts = model.ties.contacts[ties]
    seen = (model.ties.sent[ties] + model.ties.received[ties] > 0) & ~model.hidden[contacts]
    blocked = blocked_with(live, person)
    if blocked:
        seen &= ~np.isin(contacts, blocked)
    return np.asarray(contacts[seen], np.int32)
