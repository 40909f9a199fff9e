"""Writes batches to a store from a process of its own: `python -m tests.store.writer URL NAME N`.

Prints the ids of a batch once it is acknowledged. N: how many batches, 0: until it is killed.
"""

from __future__ import annotations

import itertools
import sys

from recommender.store import LearnerStore
from tests.store.values import activity, feedback

BATCH = 7


def main(url: str, name: str, batches: int) -> None:
    store = LearnerStore.open(url, patience=30)
    for batch in itertools.count():
        if batches and batch == batches:
            return
        ids = [f"{name}-{batch}-{number}" for number in range(BATCH)]
        with store.writing("t") as work:
            work.add_events([activity(each) for each in ids])
            work.add_feedback([feedback(each) for each in ids])
        print(*ids, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
