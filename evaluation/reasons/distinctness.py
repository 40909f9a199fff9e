"""Distinctness: do the reasons of one list tell different things (science §8.11)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.known import Known
from evaluation.reasons.terms import line_means
from recommender.domain.slate import Measured
from recommender.reasons import KINDS, Reasons


def distinctness(known: Known, slate: Measured, reasons: Reasons) -> NDArray[np.float64]:  # noqa: ARG001
    """1 - mean Jaccard over pairs of each list, of their sets of kinds: float64 [b] in [0, 1].

    Two people without any reason are told alike: 1. NaN for lists of fewer than two people.
    """
    said = (reasons.kinds[..., None] == np.arange(len(KINDS))).any(axis=2).astype(np.int32)
    filled, width = slate.rows >= 0, slate.rows.shape[1]
    common = said @ said.swapaxes(1, 2)
    size = said.sum(axis=-1)
    either = size[:, :, None] + size[:, None, :] - common
    alike = np.divide(common, either, out=np.ones(common.shape), where=either > 0)
    pairs = np.triu(np.ones((width, width), bool), 1) & filled[:, :, None] & filled[:, None, :]
    return 1 - line_means(alike[pairs], np.nonzero(pairs)[0], len(filled))
