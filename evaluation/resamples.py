"""The bootstrap's draws of people, made once and used for every figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BLOCK_CELLS = 2**21


@dataclass(frozen=True, slots=True, eq=False)
class Resamples:
    """B draws of u people with replacement, the same for every figure: so comparisons are paired.

    persons: int64 [m] in [0, u), whose each of m values is; whoever has several is drawn with all
    of them. count: B. seed: of the draws, which depend on nothing else than it, u and B.
    """

    persons: NDArray[np.int64]
    count: int
    seed: int

    @classmethod
    def of(cls, ids: Sequence[str], count: int, seed: int) -> Resamples:
        """Resamples of the people named in `ids`, m of them.

        >>> Resamples.of(["ann", "bob", "ann"], count=200, seed=0).persons
        array([0, 1, 0])
        """
        places = {name: place for place, name in enumerate(sorted(set(ids)))}
        return cls(np.array([places[name] for name in ids], np.int64), count, seed)

    @property
    def people(self) -> int:
        """How many different people there are: u."""
        return int(self.persons.max(initial=-1)) + 1

    def by_person(self, column: NDArray[np.number | np.bool_]) -> NDArray[np.float64]:
        """Sum of m finite values for each person, float64 [u]."""
        return np.bincount(self.persons, column, self.people).astype(np.float64)

    def totals(self, columns: Iterable[NDArray[np.number | np.bool_]]) -> NDArray[np.float64]:
        """Sums of c > 0 columns of m finite values, over everyone and each draw: [1 + B, c]."""
        mine = np.column_stack([self.by_person(column) for column in columns])
        return np.vstack([mine.sum(axis=0), *(drawn @ mine for drawn in self._weights())])

    def _weights(self) -> Iterator[NDArray[np.float64]]:
        """How often each draw holds each person, [B, u] in blocks of rows that fit in memory."""
        rng, u = np.random.default_rng(self.seed), self.people
        height = max(1, _BLOCK_CELLS // max(u, 1))
        for start in range(0, self.count, height):
            drawn = rng.integers(max(u, 1), size=(min(height, self.count - start), u))
            weights = np.empty(drawn.shape)
            for line, persons in zip(weights, drawn, strict=True):
                line[:] = np.bincount(persons, minlength=u)
            yield weights
