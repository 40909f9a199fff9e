"""What keeps a person off a list; of what others decided, only that she is unavailable."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recommender.domain.ids import Row
from recommender.domain.learner import BlockKind
from recommender.domain.slate import Barrier, Kind, Query
from recommender.domain.times import DAY_MICROSECONDS, microseconds
from recommender.live import Live
from recommender.live.common import unseen
from recommender.model import span

OF_BLOCKS = {BlockKind.MUTE: Barrier.MUTED, BlockKind.DISMISS: Barrier.DISMISSED}


def barriers(live: Live, query: Query, row: Row) -> list[Barrier]:
    """All that keeps a person off the asker's list, in the order of `Barrier`; [] if nothing does.

    query: with one asker. What the list itself decides, scores and places, is not looked at.
    """
    asker = query.askers[0]
    if row == asker:
        return [Barrier.SELF]
    own = live.blocks.by.get(asker, {}).get(row)
    if own is not None and own.kind is BlockKind.BLOCK:
        return [Barrier.BLOCKED]
    if unseen(live, asker, np.array([row], np.int32))[0]:
        return [Barrier.UNAVAILABLE]
    found = {*_decided(live, query, row), *_of_contact(live, query, row), *_asked(query, row)}
    return sorted(found, key=list(Barrier).index)


def _decided(live: Live, query: Query, row: Row) -> Iterator[Barrier]:
    """What the asker decided about her; what the host's data say of it counts as muted."""
    model, asker = live.model, query.askers[0]
    own = live.blocks.by.get(asker, {}).get(row)
    if own is not None and own.kind in OF_BLOCKS and own.list_kind in (None, query.kind):
        yield OF_BLOCKS[own.kind]
    elif row in model.unwanted.indices[span(model.unwanted.indptr, asker)]:
        yield Barrier.MUTED


def _of_contact(live: Live, query: Query, row: Row) -> Iterator[Barrier]:
    """What being in contact, or not, keeps her off."""
    model, asker = live.model, query.askers[0]
    met = row in live.met(asker)
    if query.kind is Kind.PEOPLE:
        known = model.connected.indices[span(model.connected.indptr, asker)]
        if not query.contacts_too and (met or row in known or row in live.declared(asker)):
            yield Barrier.ALREADY_CONNECTED
        return
    place = model.ties.places(np.array([asker]), np.array([[row]], np.int32))[0, 0]
    if place < 0:
        yield Barrier.TIE_ACTIVE if met else Barrier.NO_TIE
    elif met or (query.kind is Kind.MAINTENANCE and not model.ties.fading[place]):
        yield Barrier.TIE_ACTIVE
    elif query.kind is Kind.REACTIVATION:
        since = microseconds(model.info.as_of) - int(query.min_silence_days * DAY_MICROSECONDS)
        if model.ties.last[place] >= since:
            yield Barrier.TIE_ACTIVE


def _asked(query: Query, row: Row) -> Iterator[Barrier]:
    """What the call itself asks for."""
    if row in query.excluded:
        yield Barrier.EXCLUDED
    one = np.array([row], np.int32)
    yield from (barrier for barrier, narrowing in query.only if not narrowing(one)[0])
