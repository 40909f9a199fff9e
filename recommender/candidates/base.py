"""What a source of candidates is, and what it may look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.config import TrainConfig
from recommender.embeddings import Nearest
from recommender.factors.profiles import Profiles
from recommender.matrices import Snapshot
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


def nearest_people(
    vectors: NDArray[np.float32], config: TrainConfig
) -> Callable[[NDArray[np.float32]], sp.csr_matrix]:
    """Prepare a search among people's vectors, float32 [n, d].

    The result takes queries, float32 [b, d], and gives inner products above 0 as CSR [b, n].
    """
    n = len(vectors)
    index = Nearest(vectors)
    # Her own contacts are nearest of all and will be filtered out: look past them.
    count = min(n, 2 * config.per_source)

    def search(queries: NDArray[np.float32]) -> sp.csr_matrix:
        scores, rows = index.search(queries, count)
        found = (scores > 0) & (rows >= 0)
        starts = np.concatenate([[0], np.cumsum(found.sum(axis=1))])
        return sp.csr_matrix((scores[found], rows[found], starts), (len(queries), n))

    return search
