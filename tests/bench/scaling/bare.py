"""The same many names by bare implicit: vectors times vectors, and the best of each."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from threadpoolctl import threadpool_limits

from recommender.domain.config import TrainConfig
from recommender.embeddings import factorise
from recommender.matrices import load_snapshot

ASKED = 20_000
"""People who get their names, of those that there are."""
AT_ONCE = 1000


def rate(snapshots: Path, vectors: Path, top: int) -> float:
    """People a second who get their `top` names out of vectors of who addressed whom.

    Nothing else is done: no second source, no factor, filter, dial, reason or file.
    vectors: an `.npz` file that keeps them from one time to the next.
    """
    counts = _contacts(snapshots)
    if not vectors.exists():
        np.savez(vectors, *factorise(counts, TrainConfig()))
    with np.load(vectors) as kept:
        people, contacts = kept["arr_0"], kept["arr_1"]
    model = AlternatingLeastSquares(people.shape[1])
    model.user_factors, model.item_factors = people, contacts
    asked = np.unique(np.linspace(0, len(people) - 1, ASKED).astype(np.int32))
    with threadpool_limits(1, "blas"):  # implicit brings threads of its own
        started = time.perf_counter()
        for start in range(0, len(asked), AT_ONCE):
            some = asked[start : start + AT_ONCE]
            model.recommend(some, counts[some], N=top, filter_already_liked_items=True)
        return len(asked) / (time.perf_counter() - started)


def _contacts(snapshots: Path) -> sp.csr_matrix:
    found = load_snapshot(snapshots).person_contact
    rows, columns = found.keys
    ones = np.ones(len(rows), np.float32)
    return sp.csr_matrix((ones, (rows, columns)), found.shape)


if __name__ == "__main__":
    print(json.dumps({"rate": rate(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))}))
