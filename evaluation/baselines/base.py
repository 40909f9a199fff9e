"""What a baseline is: one file with one function, `scorer`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from evaluation.known import Known

Scorer = Callable[[NDArray[np.int32]], NDArray[np.floating]]
"""From askers, int32 [b], to scores of everyone, finite floats [b, n]; higher is better.

Exactly 0 says that nothing is known of that person, who is then not listed. The asker and people
she already knows may score too: they are taken out of the lists.
"""


class Baseline(Protocol):
    """A known way to rank people, as a module with this function."""

    def scorer(self, known: Known) -> Scorer:
        """Prepare what all askers share, once; called then for blocks of askers.

        Raises LeftOutError where it cannot run (`evaluation.left_out`).
        """
        ...
