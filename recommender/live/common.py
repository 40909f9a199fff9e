"""Contacts that two people have in common, as far as they may be counted now."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.domain.ids import Row
from recommender.live.state import Live
from recommender.model import span


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
    blocked = model.blocked.indices[span(model.blocked.indptr, person)]
    later = live.hidden_from(person)
    if len(blocked) or later:
        seen &= ~np.isin(contacts, [*blocked.tolist(), *later])
    return np.asarray(contacts[seen], np.int32)
