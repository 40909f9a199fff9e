"""A person's present network, in the caller's ids and words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recommender.domain.answer import Layer, Network, Tie
from recommender.domain.ids import PersonId, Row
from recommender.domain.times import DAY_MICROSECONDS, from_microseconds, microseconds
from recommender.live import Live
from recommender.live.common import unseen
from recommender.live.contacts import Met
from recommender.model import Model, span
from recommender.present import tie_at, topic
from recommender.surroundings import Surroundings
from recommender.ties import STRONG, WEAK, layer

PLACES = (*map(str, Layer), "fading", "dormant")
"""Where a tie can be in a network; see `Tie.place`."""

NEW = PLACES.index(str(layer(0.0)))
"""Where a tie is that was made since."""

COVERED_DAYS = 365.0
"""Days of silence after which a contact covers no topic any more."""


def network(live: Live, person: Row, around: Surroundings, most: int | None = None) -> Network:
    """The ties of a person, strongest first, and what they cover.

    Those made since the model was trained come after all it knows the strength of. around: the
    communities of the model. most: ties listed in each place; None: all.
    """
    model, places = live.model, _seen(live, person)
    contacts = model.ties.contacts[places]
    since = live.met(person)
    met = np.isin(contacts, list(since))
    codes = _codes(model, places, met)
    shown = places[_listed(model, places, codes, most)]
    ties = [
        _since(tie_at(model, place), since.get(row), live)
        for row, place in zip(model.ties.contacts[shown].tolist(), shown.tolist(), strict=True)
    ]
    new = _new(live, person, contacts)
    counts = np.bincount(codes, minlength=len(PLACES))
    counts[NEW] += len(new)
    rows_of_new = np.array([row for row, _ in new], np.int32)
    lively = contacts[_alive(model, places) | met]
    covered, missing = _coverage(model, person, np.concatenate([lively, rows_of_new]))
    everybody = np.concatenate([contacts, rows_of_new])
    groups = model.community[everybody]
    sizes = np.bincount(groups[groups >= 0])
    shares = sizes / max(sizes.sum(), 1)
    return Network(
        person_id=PersonId(model.person_ids[person]),
        display_name=model.display_names[person],
        ties=(*ties, *(tie for _, tie in new[:most])),
        tie_counts=dict(zip(PLACES, counts.tolist(), strict=True)),
        topics_covered=tuple(topic(model, z) for z in covered),
        topics_missing=tuple(topic(model, z) for z in missing),
        communities_covered=around.covered(live, everybody),
        communities_missing=around.missing(live, person, everybody),
        community_count=int((sizes > 0).sum()),
        diversity=float(1 - (shares**2).sum()) if sizes.sum() else 0.0,
    )


def _codes(model: Model, places: NDArray[np.int64], met: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The place of each tie in the network, into PLACES: int [m]. met: who was met since."""
    ties, strength = model.ties, model.ties.strength[places]
    codes = np.where(strength >= STRONG, 0, np.where(strength >= WEAK, 1, 2))
    codes = np.where(ties.fading[places] & ~met, 3, codes)
    return np.where(ties.dormant[places] & ~met, 4, codes)


def _listed(
    model: Model, places: NDArray[np.int64], codes: NDArray[np.intp], most: int | None
) -> NDArray[np.intp]:
    """Which ties are listed, into `places`: the first `most` of each code; strongest first."""
    strength = model.ties.strength[places]
    found = [_leading(strength, np.flatnonzero(codes == code), most) for code in range(len(PLACES))]
    some = np.concatenate(found)
    of = places[some]
    order = np.lexsort((model.ties.contacts[of], -model.ties.last[of], -strength[some]))
    some = some[order]
    first = [np.flatnonzero(codes[some] == code)[:most] for code in range(len(PLACES))]
    return np.asarray(some[np.sort(np.concatenate(first))], np.intp)


def _leading(
    strength: NDArray[np.float32], some: NDArray[np.intp], most: int | None
) -> NDArray[np.intp]:
    """The strongest `most` of some, and all that are as strong as the last: in no order.

    Nobody has so many ties listed that all had to be put in order for it.
    """
    if most is None or len(some) <= most:
        return some
    mine, last = strength[some], len(some) - max(most, 1)
    return np.asarray(some[mine >= np.partition(mine, last)[last]], np.intp)


def _seen(live: Live, person: Row) -> NDArray[np.int64]:
    """Where the ties of a person are that she may see."""
    ties = live.model.ties
    mine = ties.of(person)
    places = np.arange(mine.start, mine.stop)
    return np.asarray(places[~unseen(live, person, ties.contacts[mine])], np.int64)


def _since(tie: Tie, met: Met | None, live: Live) -> Tie:
    """A tie with the contact that there was since: it is neither dormant nor fading any more."""
    if met is None:
        return tie
    about = tie.topics or tuple(topic(live.model, row) for row in met.about())
    return replace(
        tie,
        fading=False,
        dormant=False,
        sent_count=tie.sent_count + met.sent,
        received_count=tie.received_count + met.received,
        active_days=tie.active_days + len(met.days),
        first_contact_at=tie.first_contact_at or from_microseconds(met.first),
        last_contact_at=from_microseconds(met.last),
        topics=about,
    )


def _new(live: Live, person: Row, known: NDArray[np.int32]) -> list[tuple[Row, Tie]]:
    """Ties made since, the latest contact first; of strength 0 until the next training."""
    met = {row: Met() for row in live.declared(person)} | dict(live.met(person))
    rows = np.array(sorted(met, key=lambda row: (-met[row].last, row)), np.int32)
    shown = rows[~np.isin(rows, known) & ~unseen(live, person, rows)].tolist()
    return [(Row(row), _tie(live, Row(row), met[Row(row)])) for row in shown]


def _tie(live: Live, row: Row, met: Met) -> Tie:
    model = live.model
    return Tie(
        contact_id=PersonId(model.person_ids[row]),
        display_name=model.display_names[row],
        layer=layer(0.0),
        strength=0.0,
        dormant=False,
        sent_count=met.sent,
        received_count=met.received,
        active_days=len(met.days),
        first_contact_at=from_microseconds(met.first) if met.first else None,
        last_contact_at=from_microseconds(met.last) if met.last else None,
        topics=tuple(topic(model, about) for about in met.about()),
    )


def _alive(model: Model, places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which ties cover a topic now: contact within `COVERED_DAYS`, and not dormant."""
    since = microseconds(model.info.as_of) - int(COVERED_DAYS * DAY_MICROSECONDS)
    return ~model.ties.dormant[places] & (model.ties.last[places] >= since)


def _coverage(
    model: Model, person: Row, contacts: NDArray[np.int32]
) -> tuple[list[int], list[int]]:
    """Her topics and goals that active contacts work on too, and those none of them does."""
    goals = model.goals.indices[span(model.goals.indptr, person)]
    own = model.main_topics[person]
    mine = list(dict.fromkeys([*own[own >= 0].tolist(), *goals.tolist()]))
    theirs = model.main_topics[contacts].ravel()
    count = np.bincount(theirs[theirs >= 0], minlength=len(model.topic_ids))
    covered = sorted((z for z in mine if count[z]), key=lambda z: -count[z])
    return covered, [z for z in mine if not count[z]]
