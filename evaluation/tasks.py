"""What is asked at a cutoff, of whom, and what people then did."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

PEOPLE, REACTIVATION, FADING = "people", "reactivation", "fading"
"""The names of the questions."""


class Task(StrEnum):
    """What an answer is judged by (science §8.12)."""

    PEOPLE = "people"
    RECIPROCATED = "reciprocated"
    REACTIVATION = "reactivation"
    FADING = "fading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One kind of list, asked for b people, and who of n turned out to be right.

    askers: int32 [b], ascending rows.
    panel: bool [b], the askers who stand for everyone active: diversity is judged on them,
        whether or not anything happened afterwards.
    pool: CSR pattern [b, n] of who may be answered; None: everyone whom the rules do not bar.
    relevant: by task, CSR pattern [b, n]; an asker with an empty row has no answer, and is left
        out of accuracy.
    """

    askers: NDArray[np.int32]
    panel: NDArray[np.bool_]
    pool: sp.csr_matrix | None
    relevant: dict[Task, sp.csr_matrix]


ASKED: dict[str, tuple[Task, ...]] = {
    PEOPLE: (Task.PEOPLE, Task.RECIPROCATED),
    REACTIVATION: (Task.REACTIVATION,),
    FADING: (Task.FADING,),
}
"""The questions, and the tasks that each one's answers are judged by."""

PRIMARY = {
    Task.PEOPLE: "ndcg@10",
    Task.RECIPROCATED: "ndcg@10",
    Task.REACTIVATION: "ndcg@5",
    Task.FADING: "ndcg@5",
}
"""The metric that declared comparisons are about; its number is the length that is looked at."""
