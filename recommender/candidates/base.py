"""What a source of candidates is, and what it may look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.config import TrainConfig
from recommender.factors.profiles import Profiles
from recommender.matrices import Snapshot
from recommender.nearest import Nearest
from recommender.sparse import pattern, scale_columns, without
from recommender.ties import Ties

Finder = Callable[[NDArray[np.int32]], sp.csr_matrix]
"""From askers, int32 [b], to scores: float32 CSR [b, n], >= 0, higher is better, 0 not found.

Scores of one source compare with one another for one asker, and with nothing else. The asker and
people she already knows may be among the found: `filters` takes them out.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that sources may look at.

    topic_vectors: float32 [n, d], the person × topic matrix factorised, of length 1 or 0.
    contact_vectors: float32 [n, d] twice, the person × contact matrix factorised: who addresses,
    and who is addressed.
    community: int32 [n], see `communities`.
    """

    snapshot: Snapshot
    ties: Ties
    profiles: Profiles
    topic_vectors: NDArray[np.float32]
    contact_vectors: tuple[NDArray[np.float32], NDArray[np.float32]]
    community: NDArray[np.int32]
    config: TrainConfig


class Source(Protocol):
    """A way to find people, as a module with this function."""

    def finder(self, material: Material) -> Finder:
        """Prepare what all askers share, once; the finder is then called for blocks of askers."""
        ...


def visible(contacts: sp.csr_matrix, snapshot: Snapshot) -> sp.csr_matrix:
    """Contacts that a path may lead through, CSR [n, n]: what is found by it tells of them.

    Nobody who is hidden, and nobody between whom and the person there is a block.
    """
    who = (snapshot.relation("blocks", name) for name in ("person", "contact"))
    one, other = (rows[snapshot.relation("blocks", "kind") == "block"] for rows in who)
    blocked = pattern(np.r_[one, other], np.r_[other, one], contacts.shape)
    seen = scale_columns(contacts, snapshot.discoverable.astype(np.float32))
    seen.eliminate_zeros()
    return without(seen, blocked)


class NearestPeople:
    """A finder among people's vectors, float32 [n, d]: inner products above 0; nobody hidden.

    ask: what is asked for askers, int32 [b] to float32 [b, d].
    least: float32 [n], the product from which each counts.
    """

    def __init__(
        self,
        vectors: NDArray[np.float32],
        ask: Callable[[NDArray[np.int32]], NDArray[np.float32]],
        material: Material,
        least: NDArray[np.float32] | None = None,
    ) -> None:
        n, config, shown = len(vectors), material.config, material.snapshot.discoverable
        if not shown.all():  # the search is for so many, of whom none should be let go after it
            vectors = np.where(shown[:, None], vectors, np.float32(0))
        self._ask, self._least = ask, np.zeros(n, np.float32) if least is None else least
        # Her own contacts are nearest of all and will be filtered out: look past them.
        self._count = min(n, 2 * config.per_source)
        sample = np.unique(np.linspace(0, n - 1, min(n, ASKED)).astype(np.int32))
        self.index = Nearest(vectors, ask(sample), self._count, config.exact_neighbours_up_to)

    def __call__(self, askers: NDArray[np.int32]) -> sp.csr_matrix:
        """See `Finder`."""
        scores, rows = self.index.search(self._ask(askers), self._count)
        found = (scores > 0) & (rows >= 0) & (scores >= self._least[rows])
        starts = np.concatenate([[0], np.cumsum(found.sum(axis=1))])
        shape = (len(askers), len(self._least))
        return sp.csr_matrix((scores[found], rows[found], starts), shape)


ASKED = 256
"""People on whom it is measured what a search that is not exact finds."""
