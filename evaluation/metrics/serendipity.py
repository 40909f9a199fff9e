"""Serendipity (Ge, Delgado-Battenfeld & Jannach 2010): who is unexpected and still right."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.metrics.hits import hits
from evaluation.metrics.shown import mean_shown
from evaluation.metrics.unexpectedness import unexpected


def serendipity(
    lists: NDArray[np.int32], expected: list[NDArray[np.int32]], relevant: sp.csr_matrix
) -> NDArray[np.float64]:
    """Share of those shown who are unexpected and relevant, float64 [b] in [0, 1].

    expected: as for `unexpectedness`. NaN for empty lists, and where nobody is relevant.

    >>> relevant = sp.csr_matrix(np.array([[1, 1, 0, 0]]))
    >>> obvious = [np.array([[1, 2]], np.int32)]
    >>> serendipity(np.array([[0, 1, 2, 3]], np.int32), obvious, relevant)
    array([0.25])
    """
    found = mean_shown(unexpected(lists, expected) & hits(lists, relevant), lists)
    return np.where(np.diff(relevant.indptr) > 0, found, np.nan)
