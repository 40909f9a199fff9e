"""What a reason can point at: facts of the snapshot that the asker may see."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Material
from recommender.candidates.goal_matches import MatchedGoals
from recommender.candidates.near_topics import NearTopics
from recommender.domain.answer import COARSE
from recommender.domain.times import DAY_MICROSECONDS
from recommender.factors.learning import Lessons
from recommender.filters import Rules
from recommender.kernels import strongest_of_commonest, strongest_shared
from recommender.matrices import Snapshot
from recommender.sparse import mapped, without
from recommender.ties import Ties
from recommender.ties.introducers import Introducers

LATELY_DAYS = 60
"""Somebody is said to be active in a topic lately when she was within so many days."""


class Evidence:
    """Finds, for any pairs, what there is to point at."""

    def __init__(self, material: Material, rules: Rules) -> None:
        snapshot, profiles = material.snapshot, material.profiles
        self._care = (profiles.goals + profiles.interests).tocsr()
        self._interests = worked_on(profiles.interests, snapshot)
        self._lately = _lately(snapshot)
        self._busiest = _busiest(self._lately)
        self._lessons = Lessons(profiles)
        self._near, self._goals = NearTopics(material), MatchedGoals(material)
        self._objects = _taking_part(snapshot)
        self._object_topics = object_topics(snapshot)
        barred = sp.csr_matrix(rules.blocked + rules.unwanted)
        self._introducer = Introducers(snapshot, material.ties, barred, rules.hidden)
        self._contacts = _visible_contacts(material.ties, rules)

    def __call__(
        self, askers: NDArray[np.int32], contacts: NDArray[np.int32]
    ) -> dict[str, NDArray[Any]]:
        """The evidence columns of `Pool`, each [m]."""
        shared_topic, _ = strongest_shared(self._care, self._interests, askers, contacts)
        active_topic, active_in = strongest_shared(self._care, self._lately, askers, contacts)
        thing, things = strongest_shared(self._objects, self._objects, askers, contacts)
        of_topic, on_topic = strongest_of_commonest(
            self._objects, self._object_topics, askers, contacts
        )
        _, common = strongest_shared(self._contacts, self._contacts, askers, contacts)
        return {
            "shared_topic": shared_topic,
            "active_topic": np.where(active_topic < 0, self._busiest[contacts], active_topic),
            "taught_topic": self._lessons(askers, contacts),
            "near_topic": self._near(askers, contacts),
            "known_topic": self._goals(askers, contacts),
            "shared_object": np.where(of_topic >= 0, of_topic, thing),
            "object_count": np.minimum(things, 65_535).astype(np.uint16),
            "contact_count": np.minimum(common, COARSE).astype(np.uint8),
            "topic_object_count": np.minimum(on_topic, 65_535).astype(np.uint16),
            "active_count": np.minimum(active_in, 255).astype(np.uint8),
            "introducer": self._introducer(askers, contacts),
        }


def object_topics(snapshot: Snapshot) -> NDArray[np.int32]:
    """What most of the events in each object were about: int32 [objects], -1 unknown."""
    events = (snapshot.activities, snapshot.interactions)
    thing, topic = (
        np.concatenate([getattr(part, name) for part in events]).astype(np.int64)
        for name in ("objects", "topics")
    )
    known, topics = (thing >= 0) & (topic >= 0), max(len(snapshot.topic_ids), 1)
    cells, count = np.unique(thing[known] * topics + topic[known], return_counts=True)
    order = np.lexsort((cells, -count, cells // topics))
    things, first = np.unique(cells[order] // topics, return_index=True)
    out = np.full(len(snapshot.object_ids), -1, np.int32)
    out[things] = cells[order][first] % topics
    return out


def worked_on(interests: sp.csr_matrix, snapshot: Snapshot) -> sp.csr_matrix:
    """Interests without what somebody only looked at: that is nobody else's business."""
    topic = snapshot.person_topic
    took_part = topic.csr("count", topic.taking_part())
    return sp.csr_matrix(interests.multiply(took_part > 0))


def _lately(snapshot: Snapshot) -> sp.csr_matrix:
    topic = snapshot.person_topic
    since = snapshot.as_of_microseconds - LATELY_DAYS * DAY_MICROSECONDS
    active = topic.taking_part() & (topic.measures["last_at"] >= since)
    decayed = topic.csr("decay_30", active)
    return mapped(decayed, np.sqrt(decayed.data))


def _busiest(lately: sp.csr_matrix) -> NDArray[np.int32]:
    """Where each person was most active lately: int32 [n], -1 nowhere."""
    if lately.shape[1] == 0:
        return np.full(lately.shape[0], -1, np.int32)
    busiest = np.asarray(lately.argmax(axis=1)).ravel()
    return np.where(np.diff(lately.indptr) > 0, busiest, -1).astype(np.int32)


def _taking_part(snapshot: Snapshot) -> sp.csr_matrix:
    """Who took part in what, recent above old; only having looked at it is not taking part."""
    thing = snapshot.person_object
    took_part = thing.taking_part()
    ever = thing.csr("count", took_part)
    return mapped(ever, thing.measures["decay_180"][took_part] + 1e-6)


def _visible_contacts(ties: Ties, rules: Rules) -> sp.csr_matrix:
    """Contacts that may be counted: nobody hidden, and nobody who blocks or is blocked."""
    real = (ties.sent + ties.received > 0) & ~rules.hidden[ties.contacts]
    cells = (ties.persons()[real], ties.contacts[real])
    contacts = sp.csr_matrix((np.ones(real.sum(), np.float32), cells), (ties.people, ties.people))
    return without(contacts, rules.blocked)
