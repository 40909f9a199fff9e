"""What must hold between the arrays of a model before any of them is used.

A right checksum says that a file is the one that was written, not that it is safe to follow: an
offset or a row out of range would be read past the end of an array.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.domain.answer import ModelInfo
from recommender.domain.slate import FACTORS, SIGNALS, Kind

Arrays = dict[str, NDArray[Any]]

POOLS = (Kind.PEOPLE, Kind.REACTIVATION)
STRINGS = {
    "person_ids": "people",
    "display_names": "people",
    "organisations": None,
    "topic_ids": "topics",
    "topic_labels": "topics",
    "object_ids": "objects",
    "object_titles": "objects",
}
"""Tables of strings, and what there must be one of for each."""

PATTERNS = {"goals": "topics", "blocked": "people", "connected": "people"}
"""Sparse patterns with a row a person, and what their columns are."""

PER_PERSON: dict[str, tuple[str, tuple[int, ...]]] = {
    "organisation": ("<i4", ()),
    "community": ("<i4", ()),
    "asker_confidence": ("|u1", (len(FACTORS),)),
    "contact_confidence": ("|u1", (len(FACTORS),)),
    "main_topics": ("<i4", (8,)),
    "hidden": ("|b1", ()),
}
PER_TIE: dict[str, tuple[str, tuple[int, ...]]] = {
    "ties.contacts": ("<i4", ()),
    "ties.sent": ("<i4", ()),
    "ties.received": ("<i4", ()),
    "ties.days": ("<i4", ()),
    "ties.first": ("<i8", ()),
    "ties.last": ("<i8", ()),
    "ties.strength": ("<f4", ()),
    "ties.declared": ("|b1", ()),
    "tie_topic": ("<i4", ()),
}
PER_CANDIDATE: dict[str, tuple[str, tuple[int, ...]]] = {
    "rows": ("<i4", ()),
    "relevance": ("<f4", ()),
    "factors": ("|u1", (len(FACTORS),)),
    "diversity": ("|u1", ()),
    "signals": ("|u1", (len(SIGNALS),)),
    "shared_topic": ("<i4", ()),
    "active_topic": ("<i4", ()),
    "shared_object": ("<i4", ()),
    "object_count": ("|u1", ()),
    "contact_count": ("|u1", ()),
}


def check_arrays(arrays: Arrays, info: ModelInfo) -> str | None:
    """The first thing that does not hold, in words, or None."""
    wanted = _wanted(arrays, info)
    if wanted.keys() != arrays.keys():
        return f"arrays missing or unknown: {sorted(wanted.keys() ^ arrays.keys())[:5]}"
    for name, (dtype, shape) in wanted.items():
        array = arrays[name]
        if array.dtype.str != dtype or array.shape != shape:
            return f"{name} is {array.dtype.str} {array.shape}, not {dtype} {shape}"
    return next(_violations(arrays, info), None)


def _wanted(arrays: Arrays, info: ModelInfo) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Every array there must be, its type and its shape; own lengths are taken as found."""

    def found(name: str) -> int:
        return len(arrays[name]) if name in arrays and arrays[name].ndim else 0

    n = info.person_count
    sizes = {"people": n, "topics": info.topic_count, "objects": found("object_ids.offsets") - 1}
    wanted: dict[str, tuple[str, tuple[int, ...]]] = {"usual": ("<f4", (len(FACTORS),))}
    for name, of in STRINGS.items():
        count = sizes[of] if of else found(f"{name}.offsets") - 1
        wanted[f"{name}.text"] = ("|u1", (found(f"{name}.text"),))
        wanted[f"{name}.offsets"] = ("<i8", (count + 1,))
    for name in [*PATTERNS, *POOLS, "ties"]:
        wanted[f"{name}.indptr"] = ("<i8", (n + 1,))
    for name in PATTERNS:
        wanted[f"{name}.indices"] = ("<i4", (found(f"{name}.indices"),))
    wanted |= {name: (dtype, (n, *rest)) for name, (dtype, rest) in PER_PERSON.items()}
    wanted |= {name: (dtype, (info.tie_count, *rest)) for name, (dtype, rest) in PER_TIE.items()}
    for kind in POOLS:
        m = found(f"{kind}.rows")
        wanted |= {f"{kind}.{k}": (d, (m, *rest)) for k, (d, rest) in PER_CANDIDATE.items()}
    return wanted


def _violations(arrays: Arrays, info: ModelInfo) -> Iterator[str]:
    yield from _broken_offsets(arrays)
    n, t = info.person_count, info.topic_count
    objects = len(arrays["object_ids.offsets"]) - 1
    ranges = {
        "organisation": (-1, len(arrays["organisations.offsets"]) - 1),
        "community": (-1, n),
        "main_topics": (-1, t),
        "tie_topic": (-1, t),
        "ties.contacts": (0, n),
        **{f"{name}.indices": (0, {"people": n, "topics": t}[of]) for name, of in PATTERNS.items()},
    }
    for kind in POOLS:
        ranges[f"{kind}.rows"] = (0, n)
        ranges[f"{kind}.shared_topic"] = ranges[f"{kind}.active_topic"] = (-1, t)
        ranges[f"{kind}.shared_object"] = (-1, objects)
    for name, (low, high) in ranges.items():
        array = arrays[name]
        if array.size and not (low <= array.min() and array.max() < high):
            yield f"{name} points outside {low}..{high - 1}"
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            yield f"{name} holds numbers that are not finite"


def _broken_offsets(arrays: Arrays) -> Iterator[str]:
    ends = {f"{name}.offsets": f"{name}.text" for name in STRINGS}
    ends |= {f"{name}.indptr": f"{name}.indices" for name in PATTERNS}
    ends |= {f"{kind}.indptr": f"{kind}.rows" for kind in POOLS}
    ends["ties.indptr"] = "ties.contacts"
    for name, of in ends.items():
        offsets = arrays[name]
        if offsets[0] != 0 or offsets[-1] != len(arrays[of]) or (np.diff(offsets) < 0).any():
            yield f"{name} does not divide {of}"
