"""Lists and what is relevant, written out or drawn."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray


def lists(*rows: list[int]) -> NDArray[np.int32]:
    """Lists as they are, int32 [b, k]."""
    return np.array(rows, np.int32)


def stored(people: int, *rows: set[int]) -> sp.csr_matrix:
    """A pattern [b, people] with the given columns of each row."""
    dense = np.zeros((len(rows), people), bool)
    for line, columns in enumerate(rows):
        dense[line, list(columns)] = True
    return sp.csr_matrix(dense)


def drawn_lists(rng: np.random.Generator, askers: int, people: int, k: int) -> NDArray[np.int32]:
    """Uniformly random lists, each of a random length from 0 to k."""
    ranked = rng.permuted(np.tile(np.arange(people, dtype=np.int32), (askers, 1)), axis=1)[:, :k]
    lengths = rng.integers(0, k + 1, askers)
    return np.where(np.arange(k) < lengths[:, None], ranked, -1).astype(np.int32)


def drawn_pattern(
    rng: np.random.Generator, askers: int, columns: int, share: float = 0.2
) -> sp.csr_matrix:
    """A random pattern, and so some rows without anything."""
    return sp.csr_matrix(rng.random((askers, columns)) < share)


def ideal_lists(relevant: sp.csr_matrix, k: int) -> NDArray[np.int32]:
    """What a system that knows the answers lists: whoever is relevant, and then nobody."""
    out = np.full((relevant.shape[0], k), -1, np.int32)
    for line in range(relevant.shape[0]):
        best = relevant.indices[relevant.indptr[line] : relevant.indptr[line + 1]][:k]
        out[line, : len(best)] = best
    return out
