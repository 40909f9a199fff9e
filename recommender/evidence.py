"""What a reason can point at: facts of the snapshot that the asker may see."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Material
from recommender.domain.answer import COARSE
from recommender.domain.tables import VIEW_WEIGHT
from recommender.domain.times import DAY_MICROSECONDS
from recommender.factors.learning import Lessons
from recommender.filters import Rules
from recommender.kernels import strongest_shared
from recommender.matrices import Snapshot
from recommender.sparse import without
from recommender.ties import Ties

LATELY_DAYS = 60
"""Somebody is said to be active in a topic lately when she was within so many days."""


class Evidence:
    """Finds, for any pairs, what there is to point at."""

    def __init__(self, material: Material, rules: Rules) -> None:
        snapshot, profiles = material.snapshot, material.profiles
        self._care = (profiles.goals + profiles.interests).tocsr()
        self._interests = profiles.interests
        self._lately = _lately(snapshot)
        self._lessons = Lessons(profiles)
        self._objects = _taking_part(snapshot)
        self._contacts = _visible_contacts(material.ties, rules)

    def __call__(
        self, askers: NDArray[np.int32], contacts: NDArray[np.int32]
    ) -> dict[str, NDArray[Any]]:
        """The evidence columns of `Pool`, each [m]."""
        shared_topic, _ = strongest_shared(self._care, self._interests, askers, contacts)
        active_topic, _ = strongest_shared(self._care, self._lately, askers, contacts)
        thing, things = strongest_shared(self._objects, self._objects, askers, contacts)
        _, common = strongest_shared(self._contacts, self._contacts, askers, contacts)
        return {
            "shared_topic": shared_topic,
            "active_topic": active_topic,
            "taught_topic": self._lessons(askers, contacts),
            "shared_object": thing,
            "object_count": np.minimum(things, 255).astype(np.uint8),
            "contact_count": np.minimum(common, COARSE).astype(np.uint8),
        }


def _lately(snapshot: Snapshot) -> sp.csr_matrix:
    topic = snapshot.person_topic
    since = snapshot.as_of_microseconds - LATELY_DAYS * DAY_MICROSECONDS
    late = topic.measures["last_at"] >= since
    late &= topic.measures["weight"] > 1.01 * VIEW_WEIGHT * topic.measures["count"]
    values = np.sqrt(topic.measures["decay_30"][late])
    shape = (topic.shape[0], topic.shape[-1])
    return sp.csr_matrix((values, (topic.keys[0][late], topic.keys[1][late])), shape)


def _taking_part(snapshot: Snapshot) -> sp.csr_matrix:
    """Who took part in what, recent above old; only having looked at it is not taking part."""
    thing = snapshot.person_object
    did = thing.measures["weight"] > 1.01 * VIEW_WEIGHT * thing.measures["count"]
    recent = thing.measures["decay_180"][did] + np.float32(1e-6)
    cells = (thing.keys[0][did], thing.keys[1][did])
    return sp.csr_matrix((recent, cells), (thing.shape[0], thing.shape[1]))


def _visible_contacts(ties: Ties, rules: Rules) -> sp.csr_matrix:
    """Contacts that may be counted: nobody hidden, and nobody who blocks or is blocked."""
    real = (ties.sent + ties.received > 0) & ~rules.hidden[ties.contacts]
    cells = (ties.persons()[real], ties.contacts[real])
    contacts = sp.csr_matrix((np.ones(real.sum(), np.float32), cells), (ties.people, ties.people))
    return without(contacts, rules.blocked)
