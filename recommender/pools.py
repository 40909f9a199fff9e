"""New people for everyone with their factors and evidence, found ahead, block by block."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.candidates.base import Material
from recommender.domain.pool import Pool, from_byte, to_byte
from recommender.domain.progress import Progress
from recommender.domain.slate import Kind
from recommender.evidence import Evidence
from recommender.explained import explained
from recommender.found import Finding, Pairs, best
from recommender.growing import Growing, let_go
from recommender.model import unknown_pool
from recommender.packed import rounded
from recommender.ranking.diversity import diversity_scorer
from recommender.ranking.reciprocity import Reciprocity
from recommender.ranking.relevance import Tables, relevance, segments
from recommender.rerank.little_seen import reserve
from recommender.side_by_side import BLOCK, in_blocks
from recommender.sparse import leading_columns


class PoolBuilder:
    """Finds, measures and orders the candidates of everyone, by the tables of a ranker.

    folder: where the columns of pools are put as they come, under the names that a bundle has for
    them, and mapped: all together they would not fit into memory.
    """

    def __init__(
        self, finding: Finding, tables: Tables, reciprocity: Reciprocity, folder: Path
    ) -> None:
        self.finding, self.tables, self.reciprocity = finding, tables, reciprocity
        self.folder = folder
        self.material, self.rules = finding.material, finding.rules
        self._diversity = diversity_scorer(
            self.material.snapshot,
            self.material.ties,
            self.material.profiles,
            self.material.community,
        )
        self._evidence = Evidence(self.material, self.rules)
        self.segment_ = segments(np.diff(self.material.ties.indptr))

    def people(self, progress: Progress) -> Pool:
        """New people for everyone, the most relevant `config.candidates` of them each."""
        everyone = in_company(self.material, np.arange(len(self.rules.hidden)), BLOCK)
        threads = self.material.config.threads
        parts = in_blocks(everyone, self._people, threads, progress, "finding people", BLOCK)
        return self.pool(Kind.PEOPLE, parts)

    def _people(self, askers: NDArray[np.int32]) -> dict[str, NDArray[Any]]:
        """The columns of a block."""
        pairs = self.finding.pairs(askers)
        measured = self.measure(pairs)
        coded = self.finding.codes(pairs, measured["factors"])
        scores = rounded(relevance(self.tables, self.segment_[pairs.askers], coded))
        measured["chances"] = self.reciprocity(coded, self.finding.traits(pairs))
        kept = self.keep(pairs, measured | {"relevance": scores})
        told = explained(kept)
        return {name: column[told] for name, column in kept.items()}

    def measure(self, pairs: Pairs) -> dict[str, NDArray[Any]]:
        """The columns of `Pool` that say what is known of pairs; not what they are worth."""
        # Contact by contact: what is known of each is then fetched from memory once for a block.
        order = np.argsort(pairs.contacts, kind="stable")
        measured = self._measured(pairs.at(order))
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return {name: column[back] for name, column in measured.items()}

    def _measured(self, pairs: Pairs) -> dict[str, NDArray[Any]]:
        values = self.finding.factors(pairs)
        known = self.finding.confidence(pairs, to_byte(values))
        diverse = self._diversity(pairs.askers, pairs.contacts, values, known, pairs.signals)
        return {
            "factors": to_byte(values),
            "diversity": to_byte(diverse),
            "signals": to_byte(pairs.signals),
            **self._evidence(pairs.askers, pairs.contacts),
        }

    def keep(self, pairs: Pairs, columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """The best of each asker by `relevance`, best first, at most `config.candidates`."""
        most = self.material.config.candidates
        order = best(pairs.askers, columns["relevance"], most)
        columns = columns | {"rows": pairs.contacts, "askers": pairs.askers}
        return {name: column[order] for name, column in columns.items()}

    def pool(self, kind: Kind, parts: Iterable[dict[str, NDArray[Any]]]) -> Pool:
        """All blocks together, asker by asker; of new people, some are given a seat.

        Askers may come in any order, each one's candidates together.
        """
        grown = {
            name: Growing(self.folder / f"{kind}.{name}.npy", empty)
            for name, empty in _EMPTY.items()
        }
        starts, counts = np.zeros((2, len(self.rules.hidden)), np.int64)
        length = 0
        for part in parts:
            askers, first, count = np.unique(part["askers"], return_index=True, return_counts=True)
            starts[askers], counts[askers] = length + first, count
            length += len(part["askers"])
            for name, column in grown.items():
                column.append(part[name])
        columns = {name: column.in_order(starts, counts) for name, column in grown.items()}
        indptr = np.concatenate([[0], np.cumsum(counts)])
        reserved = np.zeros(len(columns["rows"]), bool)
        if kind is Kind.PEOPLE:
            around = from_byte(to_byte(self.material.profiles.active))  # as the model keeps it
            contacts = np.diff(self.material.ties.indptr)
            reserved = reserve(indptr, columns["rows"], around, contacts)
            let_go(columns["rows"])
        return Pool(indptr=indptr, reserved=reserved, **columns)


def in_company(material: Material, people: NDArray[np.integer], size: int) -> NDArray[np.integer]:
    """People, int [m], so that those of one community and main topic are found for together.

    The same people, topics and objects are looked at for them, which the processor then has at
    hand. What is found does not depend on it, but for how products of vectors are rounded in the
    last bit. size: of the blocks that they are worked on in.
    """
    topic = leading_columns(material.profiles.interests[people], 1)[:, 0]
    order = people[np.lexsort((topic, material.community[people]))]
    # Within a block they stand in the order of rows, as pairs do.
    return order[np.lexsort((order, np.arange(len(order)) // size))]


_NOBODY = unknown_pool(0)
_EMPTY: dict[str, NDArray[Any]] = {
    field.name: getattr(_NOBODY, field.name)
    for field in fields(Pool)
    if field.name not in ("indptr", "reserved")
}
"""The columns that are found for a pool, before anybody is in it."""
