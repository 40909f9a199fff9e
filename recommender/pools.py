"""Everyone's candidates with their factors and evidence, found ahead, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender import candidates, factors
from recommender.candidates.base import Material
from recommender.candidates.quiet_ties import quiet_ties
from recommender.domain.progress import Progress
from recommender.domain.slate import FACTORS, SIGNALS, Kind
from recommender.evidence import Evidence, explained
from recommender.filters import Rules
from recommender.model import Pool, from_byte, to_byte
from recommender.ranking import reactivation
from recommender.ranking.diversity import diversity_scorer
from recommender.ranking.relevance import SIGNALS_ALONE, relevance
from recommender.rerank.little_seen import reserve
from recommender.sparse import without

BLOCK = 1024
"""Askers worked on at once: bounds memory, whatever the number of people."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidates of a block: int32 [m] askers (rows, not lines) and contacts, float32 [m, 5]."""

    askers: NDArray[np.int32]
    contacts: NDArray[np.int32]
    signals: NDArray[np.float32]


class PoolBuilder:
    """Finds, measures and orders the candidates of everyone.

    usual_: float32 [9], mean of each factor where it is known, from a sample of askers.
    asker_confidence_, contact_confidence_: uint8 [n, 9], see `Model`.
    """

    def __init__(self, material: Material, rules: Rules, community: NDArray[np.int32]) -> None:
        self.material = material
        self.rules = rules
        self._find = candidates.Union(material)
        self._factors = factors.factor_scorer(material.profiles)
        self._diversity = diversity_scorer(
            material.snapshot, material.ties, material.profiles, community
        )
        self._evidence = Evidence(material, rules)
        asker, contact = factors.factor_confidence(material.profiles)
        self.asker_confidence_, self.contact_confidence_ = to_byte(asker), to_byte(contact)
        self.usual_ = self._usual()

    def people(self, progress: Progress) -> Pool:
        """New people for everyone, the most relevant `config.candidates` of them each."""
        parts = []
        for askers in _blocks(np.arange(len(self.rules.hidden)), "finding people", progress):
            pairs = self._found(askers)
            measured = self._measure(pairs)
            scores = relevance(
                from_byte(measured["signals"]),
                from_byte(measured["factors"]),
                self._confidence(pairs),
                self.usual_,
            )
            kept = self._keep(pairs, measured | {"relevance": scores})
            told = explained(kept)
            parts.append({name: column[told] for name, column in kept.items()})
        return self._pool(Kind.PEOPLE, parts)

    def reactivations(self, progress: Progress) -> Pool:
        """Quiet ties of everyone, the most worthwhile `config.candidates` of them each."""
        ties, found = quiet_ties(self.material), []
        concerned = np.flatnonzero(np.diff(ties.indptr))
        for askers in _blocks(concerned, "finding quiet ties", progress):
            mine = without(ties[askers], self.rules.barred(askers, Kind.REACTIVATION))
            lines = np.repeat(np.arange(len(askers)), np.diff(mine.indptr))
            seen = ~self.rules.hidden[mine.indices]
            signals = self._find.signals(askers, lines[seen], mine.indices[seen].astype(np.int64))
            pairs = Pairs(askers[lines[seen]], mine.indices[seen].astype(np.int32), signals)
            measured = self._measure(pairs)
            places = mine.data[seen].astype(np.int64) - 1
            ties_so_far = self.material.ties.sent[places] + self.material.ties.received[places]
            scores = reactivation.parts(
                ties_so_far,
                self.material.profiles.active[pairs.contacts],
                from_byte(measured["factors"]),
                from_byte(measured["signals"]),
            ).score()
            found.append(self._keep(pairs, measured | {"relevance": scores}))
        return self._pool(Kind.REACTIVATION, found)

    def _found(self, askers: NDArray[np.int32]) -> Pairs:
        found = self._find(askers, self.rules.barred(askers, Kind.PEOPLE))
        seen = np.flatnonzero(~self.rules.hidden[found.rows])
        # Factors cost more than signals and seldom lift anyone who is not among the first.
        strength = found.signals[seen] @ SIGNALS_ALONE
        seen = seen[self._best(found.lines[seen], found.rows[seen], strength)]
        return Pairs(
            askers[found.lines[seen]], found.rows[seen].astype(np.int32), found.signals[seen]
        )

    def _measure(self, pairs: Pairs) -> dict[str, NDArray[Any]]:
        values = self._factors(pairs.askers, pairs.contacts)
        diverse = self._diversity(pairs.askers, pairs.contacts, values, pairs.signals)
        return {
            "factors": to_byte(values),
            "diversity": to_byte(diverse),
            "signals": to_byte(pairs.signals),
            **self._evidence(pairs.askers, pairs.contacts),
        }

    def _confidence(self, pairs: Pairs) -> NDArray[np.float32]:
        return from_byte(
            np.minimum(
                self.asker_confidence_[pairs.askers], self.contact_confidence_[pairs.contacts]
            )
        )

    def _keep(self, pairs: Pairs, columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        order = self._best(pairs.askers, pairs.contacts, columns["relevance"])
        columns = columns | {"rows": pairs.contacts, "askers": pairs.askers}
        return {name: column[order] for name, column in columns.items()}

    def _best(
        self,
        askers: NDArray[np.integer],
        contacts: NDArray[np.integer],
        scores: NDArray[np.float32],
    ) -> NDArray[np.intp]:
        """The best of each asker, best first; of equal ones the lower row."""
        order = np.lexsort((contacts, -scores, askers))
        sorted_askers = askers[order]
        rank = np.arange(len(order)) - np.searchsorted(sorted_askers, sorted_askers, "left")
        return order[rank < self.material.config.candidates]

    def _pool(self, kind: Kind, parts: list[dict[str, NDArray[Any]]]) -> Pool:
        columns = {
            name: np.concatenate([empty, *(part.pop(name) for part in parts)])
            for name, empty in _EMPTY.items()
        }
        everyone = np.arange(len(self.rules.hidden) + 1)
        indptr = np.searchsorted(columns.pop("askers"), everyone).astype(np.int64)
        reserved = np.zeros(len(columns["rows"]), bool)
        if kind is Kind.PEOPLE:
            reserved = reserve(indptr, columns["rows"], columns["active_topic"] >= 0)
        return Pool(indptr=indptr, reserved=reserved, **columns)

    def _usual(self) -> NDArray[np.float32]:
        n = len(self.rules.hidden)
        sample = np.unique(np.linspace(0, n - 1, min(n, BLOCK)).astype(np.int32))
        pairs = self._found(sample)
        values, known = self._factors(pairs.askers, pairs.contacts), self._confidence(pairs)
        weight = known.sum(axis=0, dtype=np.float64)
        mean = (values * known).sum(axis=0, dtype=np.float64) / np.maximum(weight, 1e-9)
        return np.where(weight > 0, mean, 0.5).astype(np.float32)


def _blocks(people: NDArray[np.intp], step: str, progress: Progress) -> Iterator[NDArray[np.int32]]:
    for start in range(0, len(people), BLOCK):
        progress(step, start / len(people))
        yield people[start : start + BLOCK].astype(np.int32)
    progress(step, 1.0)


_EMPTY: dict[str, NDArray[Any]] = {
    "askers": np.empty(0, np.int32),
    "rows": np.empty(0, np.int32),
    "relevance": np.empty(0, np.float32),
    "factors": np.empty((0, len(FACTORS)), np.uint8),
    "diversity": np.empty(0, np.uint8),
    "signals": np.empty((0, len(SIGNALS)), np.uint8),
    "shared_topic": np.empty(0, np.int32),
    "active_topic": np.empty(0, np.int32),
    "taught_topic": np.empty(0, np.int32),
    "shared_object": np.empty(0, np.int32),
    "object_count": np.empty(0, np.uint16),
    "contact_count": np.empty(0, np.uint8),
}
"""The columns of a pool, and whose each row is, before anybody is in it."""
