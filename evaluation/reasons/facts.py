"""A snapshot asked person by person, as plainly as can be: what reasons are held against."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.reasons.log import Log
from recommender.candidates.similar_titles import ALIKE
from recommender.domain.times import DAY_MICROSECONDS
from recommender.matrices import Matrix, Snapshot
from recommender.sparse import pattern
from recommender.text import person_vectors
from recommender.topics_near import near_topics

LATELY_DAYS = 60
"""Whoever is called active lately was so within as many days."""

NEW_DAYS = 90
"""Whoever is called new came within as many days."""

Members = NDArray[np.int32]
"""Rows of topics, objects or people, int32 [few], ascending, each once."""


class Facts:
    """What a snapshot itself says of n people, without anything that training made of it.

    met, works, lately, took_part, addressed: CSR [n, …] by how often: topics that each person acted
    in, those in which she did more than look on, those of them of the last LATELY_DAYS, objects
    that she took part in, and people whom she addressed. What somebody merely looked at is nobody
    else's business: no reason may say that she works on it.
    wants, offers, declared: CSR patterns [n, topics]: goals, offers, and declared skills.
    homes: int32 [n], each person's organisation, -1 unknown; at_home: CSR [organisations, topics],
    what those who declare it work on. log: what happened, event by event.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        topic, thing = snapshot.person_topic, snapshot.person_object
        since = snapshot.as_of_microseconds - LATELY_DAYS * DAY_MICROSECONDS
        took_part = topic.taking_part()
        goal = snapshot.relation("goals", "direction")
        self.snapshot, self.log = snapshot, Log(snapshot)
        self.met, self.works = topic.csr("count"), topic.csr("count", took_part)
        self.lately = topic.csr("count", took_part & (topic.measures["last_at"] >= since))
        self.took_part = thing.csr("count", thing.taking_part())
        self.addressed = snapshot.person_contact.csr("count")
        self.wants = self._declared("goals", "topic", goal == "learn")
        self.offers = self._declared("goals", "topic", goal == "offer")
        self.declared = self._declared("skills", "topic")
        self.homes = snapshot.attributes["organisation"]
        self.at_home = self._at_home()
        blocks = self._declared("blocks", "contact", snapshot.relation("blocks", "kind") == "block")
        self._blocks = sp.csr_matrix(blocks + blocks.T)
        self._unwanted = sp.csr_matrix(self._blocks + self._declared("blocks", "contact"))
        self._contacts = sp.csr_matrix(self.addressed + self.addressed.T)
        connected = self._declared("connections", "contact")
        self._network = sp.csr_matrix(self._contacts + connected + connected.T)
        self._addressed_by = sp.csr_matrix(self.addressed.T)

    @cached_property
    def near(self) -> sp.csr_matrix:
        """How near topics are to one another, by words and by people: symmetric CSR [t, t]."""
        near = near_topics(self.snapshot)
        return sp.csr_matrix(near + near.T)

    def new_here(self, person: int) -> bool:
        """Was she neither seen nor addressed, and had she not joined, before the last NEW_DAYS."""
        since = self.snapshot.as_of_microseconds - NEW_DAYS * DAY_MICROSECONDS
        joined = int(self.snapshot.joined[person])
        known = [time for time in (joined, self.log.first.get(person, -1)) if time >= 0]
        return min(known, default=-1) >= since

    @cached_property
    def _titles(self) -> NDArray[np.float32] | None:
        return person_vectors(self.snapshot)

    def titles_alike(self, a: int, b: int) -> bool:
        """Are the titles of what the two took part in as much alike as to be found by them."""
        return self._titles is not None and float(self._titles[a] @ self._titles[b]) > 0.99 * ALIKE

    def topics(self, person: int) -> Members:
        """What she herself knows as her topics: any that she acted in or wants to learn."""
        return np.union1d(members(self.met, person), members(self.wants, person))

    def skills(self, person: int) -> Members:
        """Topics in which she shows any skill: that she works on, offers, or declares."""
        shown = [members(matrix, person) for matrix in (self.works, self.offers, self.declared)]
        return np.unique(np.concatenate(shown))

    def addressed_by(self, person: int) -> Members:
        """Everyone who ever addressed her."""
        return members(self._addressed_by, person)

    def network(self, person: int) -> Members:
        """Everyone with whom she was in contact or declared to be connected."""
        return members(self._network, person)

    def common_contacts(self, a: int, b: int) -> Members:
        """Contacts of both who may be seen, without a block between them and either."""
        both = shared(members(self._contacts, a), members(self._contacts, b))
        blocked = np.union1d(members(self._blocks, a), members(self._blocks, b))
        return np.setdiff1d(both[self.snapshot.discoverable[both]], blocked)

    def unwelcome(self, a: int, b: int) -> bool:
        """Does a not want to deal with b: blocked either way, or muted or dismissed by a."""
        return b in members(self._unwanted, a)

    def contact_times(self, a: int, b: int) -> list[int]:
        """When a last addressed b, in microseconds: a list of one, or of none."""
        matrix = self.snapshot.person_contact
        return [int(at) for at in matrix.measures["last_at"][_cells(matrix, a, b)]]

    def turned_to(self, person: int) -> set[tuple[int, int]]:
        """Whom she addressed about what: (contact, topic); of topic 0 where no topic is known."""
        about = self.snapshot.person_contact_topic
        if not len(about):
            return {(int(other), 0) for other in members(self.addressed, person)}
        low, high = np.searchsorted(about.keys[0], np.array([person, person + 1], np.int32))
        said = (about.keys[1][low:high].tolist(), about.keys[2][low:high].tolist())
        return set(zip(*said, strict=True))

    def contact(self, a: int, b: int) -> tuple[int, int]:
        """How often the two addressed one another, and when last, in microseconds; 0 for never."""
        matrix = self.snapshot.person_contact
        at = np.concatenate([_cells(matrix, a, b), _cells(matrix, b, a)])
        count, last = (matrix.measures[name][at] for name in ("count", "last_at"))
        return int(count.sum()), int(last.max(initial=0))

    def talked_about(self, a: int, b: int) -> dict[int, float]:
        """How much the two talked about each topic, both ways together."""
        matrix, said = self.snapshot.person_contact_topic, dict[int, float]()
        for at in np.concatenate([_cells(matrix, a, b), _cells(matrix, b, a)]):
            topic = int(matrix.keys[2][at])
            said[topic] = said.get(topic, 0.0) + float(matrix.measures["weight"][at])
        return said

    def _declared(
        self, table: str, column: str, where: NDArray[np.bool_] | slice = slice(None)
    ) -> sp.csr_matrix:
        to = self.snapshot.person_topic if column == "topic" else self.snapshot.person_contact
        person, other = (self.snapshot.relation(table, name)[where] for name in ("person", column))
        return pattern(person, other, (to.shape[0], to.shape[-1]))

    def _at_home(self) -> sp.csr_matrix:
        known = np.flatnonzero(self.homes >= 0)
        shape = (int(self.homes.max(initial=-1)) + 1, len(self.homes))
        return sp.csr_matrix(pattern(self.homes[known], known, shape) @ self.works)


def members(matrix: sp.csr_matrix, row: int) -> Members:
    """The columns of one row, ascending.

    >>> members(sp.csr_matrix(np.array([[0, 1, 1]])), 0)
    array([1, 2], dtype=int32)
    """
    return np.sort(matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]])


def shared(a: Members, b: Members) -> Members:
    """What is in both.

    >>> shared(np.array([1, 2, 5]), np.array([2, 3, 5]))
    array([2, 5])
    """
    return np.intersect1d(a, b, assume_unique=True)


def _cells(matrix: Matrix, first: int, second: int) -> NDArray[np.intp]:
    """Where the two first keys, by which a matrix is sorted, are these."""
    # Numbers of the keys' own type: others would have all the keys converted for every look-up.
    start, end = np.searchsorted(matrix.keys[0], np.array([first, first + 1], np.int32))
    low, high = np.searchsorted(matrix.keys[1][start:end], np.array([second, second + 1], np.int32))
    return np.arange(start + low, start + high)
