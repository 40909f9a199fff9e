"""Sources of candidates, one file each, and their union."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates import (
    active_in_topics,
    active_lately,
    addressed_in_topics,
    bridges,
    goal_matches,
    near_topics,
    network_walk,
    newcomers,
    shared_contacts,
    shared_objects,
    similar_interests,
    similar_network,
    similar_titles,
    turned_to_by_contacts,
)
from recommender.candidates.base import Material, NearestPeople, Source
from recommender.sparse import merged, row_max, top_others, values_in_turn

SOURCES: dict[str, Source] = {
    "shared_contacts": cast("Source", shared_contacts),
    "similar_network": cast("Source", similar_network),
    "shared_objects": cast("Source", shared_objects),
    "active_in_topics": cast("Source", active_in_topics),
    "similar_interests": cast("Source", similar_interests),
    "network_walk": cast("Source", network_walk),
    "turned_to_by_contacts": cast("Source", turned_to_by_contacts),
    "addressed_in_topics": cast("Source", addressed_in_topics),
    "active_lately": cast("Source", active_lately),
    "near_topics": cast("Source", near_topics),
    "goal_matches": cast("Source", goal_matches),
    "similar_titles": cast("Source", similar_titles),
    "newcomers": cast("Source", newcomers),
    "bridges": cast("Source", bridges),
}
"""Sources of new people, in the order of `slate.SIGNALS`.

Past ties that went quiet are a list of their own: `quiet_ties`."""


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates of a block of askers, as pairs sorted by asker, then person.

    lines: int64 [m], which asker of the block; rows: int64 [m], who;
    signals: float32 [m, sources] in [0, 1], 1 for the best that a source found for that asker.
    """

    lines: NDArray[np.int64]
    rows: NDArray[np.int64]
    signals: NDArray[np.float32]


class Union:
    """Every source, prepared: finds candidates for blocks of askers.

    searches_: of sources that do not look at everyone, what `Nearest` reports.
    """

    def __init__(self, material: Material) -> None:
        self._finders = [source.finder(material) for source in SOURCES.values()]
        self._per_source = material.config.per_source
        self.searches_ = {
            name: finder.index.report_
            for name, finder in zip(SOURCES, self._finders, strict=True)
            if isinstance(finder, NearestPeople) and finder.index.report_
        }

    def __call__(
        self, askers: NDArray[np.int32], barred: sp.csr_matrix, hidden: NDArray[np.bool_]
    ) -> Found:
        """The best of every source, merged.

        askers: int32 [b]; barred: CSR pattern [b, n] of people whom each is never to find;
        hidden: bool [n], whom nobody is.
        """
        scores = [find(askers) for find in self._finders]
        best = [top_others(score, barred, self._per_source, hidden) for score in scores]
        lines, rows = merged(best)
        signals = [
            _root_share(values_in_turn(score, lines, rows), row_max(top)[lines])
            for score, top in zip(scores, best, strict=True)
        ]
        return Found(lines, rows, np.stack(signals, axis=1))

    def best(
        self, askers: NDArray[np.int32], barred: sp.csr_matrix, hidden: NDArray[np.bool_]
    ) -> list[sp.csr_matrix]:
        """The best of every source apart, in the order of `SOURCES`: CSR [b, n] each."""
        count = self._per_source
        return [top_others(find(askers), barred, count, hidden) for find in self._finders]

    def signals(
        self,
        askers: NDArray[np.int32],
        lines: NDArray[np.int64],
        rows: NDArray[np.int64],
        names: Collection[str],
    ) -> NDArray[np.float32]:
        """What some sources say of given people, against the best of these: float32 [m, sources].

        lines: int64 [m], which asker of the block, ascending; rows: int64 [m], about whom, for one
        asker nobody twice; names: of the sources that are asked; the columns of the others are 0.
        """
        out = np.zeros((len(lines), len(SOURCES)), np.float32)
        for column, (name, find) in enumerate(zip(SOURCES, self._finders, strict=True)):
            if name in names:
                value = values_in_turn(find(askers), lines, rows)
                best = np.zeros(len(askers), np.float32)
                np.maximum.at(best, lines, value)
                out[:, column] = _root_share(value, best[lines])
        return out


def _root_share(value: NDArray[np.float32], best: NDArray[np.float32]) -> NDArray[np.float32]:
    """√(score / the asker's best): the root keeps the middle of a long-tailed list apart from 0."""
    return np.sqrt(np.divide(value, best, out=np.zeros_like(value), where=best > 0))
