"""Who is asked, of those who could be: what all questions share."""

from __future__ import annotations

import hashlib

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.history import History
from evaluation.known import Known
from evaluation.tasks import Question, Task
from recommender.domain.times import DAY_MICROSECONDS
from recommender.sparse import pattern, row_sums


def seen_within(known: Known, days: float) -> NDArray[np.bool_]:
    """Who acted or was addressed in the last `days` before the cutoff: bool [n]."""
    since = known.snapshot.as_of_microseconds - int(days * DAY_MICROSECONDS)
    return np.asarray(known.last_seen >= since, bool)


def addressed(known: Known, history: History, days: float) -> sp.csr_matrix:
    """Who addresses whom within `days` of the cutoff: CSR pattern [n, n]."""
    later = history.after(known, known.snapshot.as_of, days)
    return pattern(later.persons, later.contacts, (known.people, known.people))


def asked_of(
    known: Known,
    candidates: NDArray[np.int32],
    relevant: dict[Task, sp.csr_matrix],
    pool: sp.csr_matrix | None,
    limit: int,
) -> Question:
    """The question to `candidates`, ascending rows [b], or to some of them.

    relevant, pool: with a line for each candidate; whoever has an entry in any of `relevant` has
    an answer. limit: where it is above 0, at most so many of those with an answer are asked, and
    at most so many of all, who are the panel; both are the first by the MD5 of their ids, which
    has nothing to do with what people do, and is the same on every machine.
    """
    chosen = panel = np.ones(len(candidates), bool)
    if limit > 0:
        order = _shuffled(known, candidates)
        answered = np.add.reduce([row_sums(m) for m in relevant.values()]) > 0
        panel = _mark(order[:limit], len(candidates))
        chosen = panel | _mark(order[answered[order]][:limit], len(candidates))
    return Question(
        askers=candidates[chosen],
        panel=panel[chosen],
        pool=None if pool is None else pool[chosen],
        relevant={task: pairs[chosen] for task, pairs in relevant.items()},
    )


def _shuffled(known: Known, people: NDArray[np.int32]) -> NDArray[np.intp]:
    """Places in `people`, intp [b], in the order of the MD5 of their ids."""
    digests = [
        hashlib.md5(person.encode(), usedforsecurity=False).digest()
        for person in known.snapshot.person_ids.take(people)
    ]
    return np.array(sorted(range(len(digests)), key=digests.__getitem__), np.intp)


def _mark(places: NDArray[np.intp], size: int) -> NDArray[np.bool_]:
    marked = np.zeros(size, bool)
    marked[places] = True
    return marked
