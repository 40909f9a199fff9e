"""Metrics, one per file.

b askers, n people. Lists are int32 [b, k], best first, nobody twice, -1 where a list is shorter.
What is relevant is a CSR pattern [b, n]: whatever is stored counts, each cell once.

Three shapes of answer: of accuracy and diversity a value for each asker, float64 [b]; of all lists
together a value for each exposure given, [..., n] to [...]; of probabilities one number. NaN is
"undefined", and is to be left out of means: accuracy where nobody is relevant, diversity where
nobody is shown.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = dict[str, NDArray[np.float64]]
"""What metrics come to, by name."""
