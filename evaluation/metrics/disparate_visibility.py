"""Disparate visibility (Fabbri et al. 2020; science §8.12): whose group is seen more than it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.metrics.shown import share


def disparate_visibility(
    exposure: NDArray[np.float64], groups: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Each group's share of exposure minus its share of people, [..., n] to [..., g] in [-1, 1].

    groups: int32 [n], the declared group of each person, 0 to g - 1, or -1 undeclared: these
    count in neither share. A row sums to 0, or is NaN where no declared person has exposure.

    >>> disparate_visibility(np.array([3.0, 1.0, 0.0, 9.0]), np.array([0, 1, 1, -1])).round(3)
    array([ 0.417, -0.417])
    """
    members = [groups == group for group in range(groups.max(initial=-1) + 1)]
    shape = (*exposure.shape[:-1], len(members))
    seen = np.empty(shape)
    for group, here in enumerate(members):
        seen[..., group] = exposure[..., here].sum(axis=-1)
    people = np.array([here.sum() for here in members])
    return share(seen, seen.sum(axis=-1, keepdims=True)) - share(people, people.sum())


def visibility_gap(exposure: NDArray[np.float64], groups: NDArray[np.int32]) -> NDArray[np.float64]:
    """Share of exposure that would have to move to even groups out, [..., n] to [...] in [0, 1].

    Half the sum of absolute disparate visibilities, their total variation distance; NaN where
    nobody declares a group or no declared person has exposure.

    >>> visibility_gap(np.array([3.0, 1.0, 0.0, 9.0]), np.array([0, 1, 1, -1])).round(3)
    np.float64(0.417)
    """
    apart = np.abs(disparate_visibility(exposure, groups)).sum(axis=-1) / 2
    return np.where(groups.max(initial=-1) < 0, np.nan, apart)
