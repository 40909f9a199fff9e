"""Whom the sources find for a block of askers, and what there is to order them by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender import candidates, factors
from recommender.candidates.base import Material
from recommender.domain.pool import from_byte, to_byte
from recommender.domain.slate import Kind
from recommender.factors.profiles import Profiles
from recommender.filters import Rules
from recommender.ranking.relevance import SIGNALS_ALONE, codes
from recommender.selecting import mark_best
from recommender.side_by_side import in_blocks

SAMPLE = 1024
"""Askers from whose candidates the usual value of each factor is taken."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidates of a block: int32 [m] askers (rows, not lines) and contacts; float32 [m, signals].

    Sorted by asker, then by contact, as they are found.
    """

    askers: NDArray[np.int32]
    contacts: NDArray[np.int32]
    signals: NDArray[np.float32]

    def at(self, places: NDArray[np.intp]) -> Pairs:
        """Those at some places, in their order."""
        return Pairs(self.askers[places], self.contacts[places], self.signals[places])


class Finding:
    """Sources, rules and factors of one time, put to askers.

    usual_: float32 [9], mean of each factor where it is known, from a sample of askers.
    asker_confidence_, contact_confidence_: uint8 [n, 9], see `Model`.
    """

    def __init__(self, material: Material, rules: Rules) -> None:
        self.material, self.rules = material, rules
        self.find = candidates.Union(material)
        self._factors = factors.factor_scorer(material.profiles)
        self._traits = to_byte(material.profiles.active), to_byte(_answers(material.profiles))
        asker, contact = factors.factor_confidence(material.profiles)
        self.asker_confidence_, self.contact_confidence_ = to_byte(asker), to_byte(contact)
        self.usual_ = self._usual()

    def pairs(self, askers: NDArray[np.int32]) -> Pairs:
        """New people for askers, int32 [b]: at most `config.candidates` each, the likeliest."""
        found = self.find(askers, self.rules.barred(askers, Kind.PEOPLE), self.rules.hidden)
        # Factors cost more than signals and seldom lift anyone who is not among the first.
        # By hand, not by @: that rounds by the size of the block, and all blocks must agree.
        strength = (found.signals * SIGNALS_ALONE).sum(axis=-1)
        kept = chosen(found.lines, strength, self.material.config.candidates)
        contacts = found.rows[kept].astype(np.int32)
        return Pairs(askers[found.lines[kept]], contacts, found.signals[kept])

    def factors(self, pairs: Pairs) -> NDArray[np.float32]:
        """The nine factors of pairs: float32 [m, 9] in [0, 1]."""
        return self._factors(pairs.askers, pairs.contacts)

    def confidence(self, pairs: Pairs, values: NDArray[np.uint8]) -> NDArray[np.float32]:
        """How well the factors, as they are stored, are known: float32 [m, 9] in [0, 1]."""
        sides = self.asker_confidence_[pairs.askers], self.contact_confidence_[pairs.contacts]
        return from_byte(factors.pair_confidence(*sides, values))

    def codes(self, pairs: Pairs, values: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The terms of relevance of pairs whose factors are `values`: uint8 [m, terms]."""
        signals = from_byte(to_byte(pairs.signals))
        known = self.confidence(pairs, values)
        return codes(signals, from_byte(values), known, self.usual_)

    def traits(self, pairs: Pairs) -> NDArray[np.uint8]:
        """What chances go by besides codes: uint8 [m, 3], by `reciprocity.TRAITS`."""
        around, answers = self._traits
        one, other = pairs.askers, pairs.contacts
        return np.column_stack([around[one], around[other], answers[other]])

    def _usual(self) -> NDArray[np.float32]:
        n = len(self.rules.hidden)
        sample = np.unique(np.linspace(0, n - 1, min(n, SAMPLE)).astype(np.int32))
        parts = in_blocks(sample, self._known, self.material.config.threads)
        values, known = (np.concatenate(column) for column in zip(*parts, strict=True))
        weight = known.sum(axis=0, dtype=np.float64)
        mean = (values * known).sum(axis=0, dtype=np.float64) / np.maximum(weight, 1e-9)
        return np.where(weight > 0, mean, 0.5).astype(np.float32)

    def _known(self, askers: NDArray[np.int32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The factors of a block's pairs, and how well they are known: float32 [m, 9] each."""
        pairs = self.pairs(askers)
        values = self.factors(pairs)
        return values, self.confidence(pairs, to_byte(values))


def _answers(profiles: Profiles) -> NDArray[np.floating]:
    """Share of those who addressed each that she answered, drawn to a half where few did."""
    return (1 + profiles.answered) / (2 + profiles.asked)


def chosen(askers: NDArray[np.integer], scores: NDArray[np.float32], most: int) -> NDArray[np.intp]:
    """Places of the `most` best of each asker, in the order they are in; of equal ones the first.

    askers: int [m], each one's pairs together.
    """
    starts = np.flatnonzero(np.r_[True, askers[1:] != askers[:-1], True][: len(askers) + 1])
    out = np.zeros(len(askers), bool)
    mark_best(starts, scores, most, out)
    return np.flatnonzero(out)


def best(askers: NDArray[np.integer], scores: NDArray[np.float32], most: int) -> NDArray[np.intp]:
    """The same, best first.

    >>> best(np.array([0, 0, 0, 1]), np.float32([.1, .3, .3, .2]), 2)
    array([1, 2, 3])
    """
    some = chosen(askers, scores, most)
    return some[np.lexsort((-scores[some], askers[some]))]
