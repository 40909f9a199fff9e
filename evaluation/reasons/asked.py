"""What we answer and why, and among whom we choose: asked of the pipeline block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from evaluation.known import Known
from evaluation.ours import blocks
from recommender.domain.slate import Kind, Measured, Query
from recommender.measures import measured
from recommender.pipeline import filtered, sources
from recommender.reasons import Reasons

NOTHING = {
    **dict.fromkeys(("rows", "entries", "goal_topics", "kinds", "topics", "objects"), -1),
    "scores": -np.inf,
}
"""What stands in empty places, where it is not 0."""

Part = TypeVar("Part", Measured, Reasons)


def ask(
    known: Known, askers: NDArray[np.int32], limit: int, kind: Kind = Kind.PEOPLE
) -> tuple[Measured, Reasons]:
    """What `known.pipeline` answers at the default dials: at most `limit` places a line."""
    whole = Query(askers=(), kind=kind, limit=limit)
    answers = (known.pipeline.recommend(query) for _, query in blocks(askers, whole))
    slates, reasons = zip(*answers, strict=True)
    return _joined(slates), _joined(reasons)


def candidates(known: Known, askers: NDArray[np.int32]) -> Iterator[tuple[slice, Measured]]:
    """Which askers, and everyone new who may be shown to them: block by block."""
    live = known.pipeline.live
    for block, query in blocks(askers, Query(askers=())):
        yield block, measured(live.model, filtered(live, query, sources(live, query)))


def _joined(parts: tuple[Part, ...]) -> Part:
    """Line after line, every line as wide as the widest."""
    names = [column.name for column in fields(parts[0]) if column.name != "pool"]
    columns = {name: [getattr(part, name) for part in parts] for name in names}
    width = max(values.shape[1] for of in columns.values() for values in of if values.ndim > 1)
    joined: dict[str, Any] = {
        name: np.concatenate([_padded(one, width, NOTHING.get(name, 0)) for one in values])
        for name, values in columns.items()
    }
    return replace(parts[0], **joined)


def _padded(values: NDArray[np.generic], width: int, empty: float) -> NDArray[np.generic]:
    if values.ndim == 1:
        return values
    missing = [(0, 0), (0, width - values.shape[1])] + [(0, 0)] * (values.ndim - 2)
    return np.pad(values, missing, constant_values=empty)
