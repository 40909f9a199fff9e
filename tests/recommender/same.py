"""Whether two models are the same, array by array."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import numpy as np
import scipy.sparse as sp

from recommender.domain.answer import ModelInfo
from recommender.domain.ids import StringTable
from recommender.packed import PackedPool, whole


def differences(one, two, name="model"):
    """Names of the parts in which they differ; facts such as names and sizes aside."""
    if isinstance(one, ModelInfo):
        kept = ("as_of", "snapshot", "person_count", "topic_count", "tie_count", "candidate_count")
        return [f"{name}.{key}" for key in kept if getattr(one, key) != getattr(two, key)]
    if isinstance(one, StringTable):
        return differences(one.text, two.text, name) + differences(one.offsets, two.offsets, name)
    if isinstance(one, dict):
        pairs = [(one[key], two[key], f"{name}[{key}]") for key in one]
        return [found for pair in pairs for found in differences(*pair)]
    if isinstance(two, PackedPool):
        one, two = whole(one), whole(two)
    if is_dataclass(one):
        pairs = [
            (getattr(one, f.name), getattr(two, f.name), f"{name}.{f.name}")
            for f in fields(one)
            if f.name != "learned"
        ]
        return [found for pair in pairs for found in differences(*pair)]
    if not isinstance(one, np.ndarray) and not sp.issparse(one):
        return [] if one == two else [name]
    if sp.issparse(one):
        same = one.shape == two.shape and (one != two).nnz == 0
    else:
        same = one.dtype == two.dtype and np.array_equal(one, two)
    return [] if same else [name]
