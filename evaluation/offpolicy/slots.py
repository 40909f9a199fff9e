"""The places of a log that a target can be judged on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.offpolicy.log import Log
from evaluation.offpolicy.policy import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """m places that were drawn, and where the target shows somebody, in columns.

    people: how many people they belong to. fixed: places of the log left out because nothing was
    drawn there. empty: drawn places left out because the target shows nobody there.
    person: int32 [m] in [0, people). position: int32 [m], from 1. contact: int32 [m], who was
    shown, in `Log.contacts`; target_contact: whom the target shows, likewise, or None.
    reward: float64 [m]. weight: float64 [m], w = π / p.
    """

    people: int
    fixed: int
    empty: int
    person: NDArray[np.int32]
    position: NDArray[np.int32]
    contact: NDArray[np.int32]
    target_contact: NDArray[np.int32] | None
    reward: NDArray[np.float64]
    weight: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.reward)

    @classmethod
    def of(cls, log: Log, target: Target) -> Slots:
        """The places of `log` to judge `target` on.

        Whether a place was drawn and whether the target fills it depends on no draw, so leaving
        places out by it biases nothing; where nothing was drawn, nothing else could be seen.
        """
        drawn = log.propensity < 1
        at = np.flatnonzero(drawn & target.filled)
        people, person = np.unique(log.person[at], return_inverse=True)
        return cls(
            people=len(people),
            fixed=int((~drawn).sum()),
            empty=int((drawn & ~target.filled).sum()),
            person=person.astype(np.int32),
            position=log.position[at],
            contact=log.contact[at],
            target_contact=None if target.contact is None else target.contact[at],
            reward=log.reward[at],
            weight=target.propensity[at] / log.propensity[at],
        )
