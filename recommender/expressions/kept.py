"""Filters tied to a model's people, and those that were made lately, bounded in bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.integer[Any]]
Marks = NDArray[np.bool_]

LEAST_BYTES = 256
"""What the smallest filter counts for."""


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A filter that can be asked of people. Immutable; called from several threads at once.

    asked: from rows, any integers [k], to bool [k]; nbytes: of the tables that it holds.
    """

    asked: Callable[[Rows], Marks]
    nbytes: int

    def __call__(self, rows: Rows) -> Marks:
        """Who of the people at `rows`, [k], matches: bool [k]. Costs microseconds for hundreds."""
        return self.asked(rows)


class Kept:
    """Filters by their text; those not asked for the longest go first. Thread-safe.

    most_bytes: what they may weigh together; one that weighs more alone is not kept at all.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._weight = 0
        self._found: OrderedDict[str, Bound] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, text: str, make: Callable[[], Bound]) -> Bound:
        """What is kept for `text`, or what `make` gives for it now."""
        with self._lock:
            found = self._found.get(text)
            if found is not None:
                self._found.move_to_end(text)
                return found
        made = make()  # outside the lock: two threads may both make it, and one of them is kept
        with self._lock:
            self._keep(text, made)
        return made

    def __len__(self) -> int:
        return len(self._found)

    def _keep(self, text: str, made: Bound) -> None:
        weight = _weight(made)
        if text in self._found or weight > self.most_bytes:
            return
        self._found[text] = made
        self._weight += weight
        while self._weight > self.most_bytes:
            _, oldest = self._found.popitem(last=False)
            self._weight -= _weight(oldest)


def _weight(made: Bound) -> int:
    return max(made.nbytes, LEAST_BYTES)
