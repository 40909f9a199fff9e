"""What must hold between the arrays of a model before any of them is used.

A right checksum says that a file is the one that was written, not that it is safe to follow: an
offset or a row out of range would be read past the end of an array.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.bundle_shapes import PACKED, PATTERNS, POOLS, STRINGS, TABLES, TOPICS, Arrays
from recommender.domain.answer import ModelInfo
from recommender.domain.slate import Kind
from recommender.factors.habits import Answers, Pace
from recommender.packed import PackedPool
from recommender.ties import NO_TIME

CHECKS = 2
"""The next number where more is checked: what was verified before is then verified anew."""

MOST = 1000
"""Candidates that an asker has at most, packed: a few bytes could else stand for very many."""

LONGEST_ID = 256
"""Bytes of a person's id at most."""

_TIMES = tuple(int(np.datetime64(f"{year:04}", "us").astype(np.int64)) for year in (1, 10000))


def check_content(arrays: Arrays, info: ModelInfo) -> str | None:
    """The first thing that does not hold in arrays of the right shapes, in words, or None."""
    return next(_violations(arrays, info), None)


def _violations(arrays: Arrays, info: ModelInfo) -> Iterator[str]:
    yield from _broken_offsets(arrays)
    counts = [len(arrays[f"{kind}.rows"]) for kind in POOLS]
    counts += [int(arrays[f"{kind}.indptr"][-1]) for kind in PACKED]
    if sum(counts) != info.candidate_count:
        yield f"there are not {info.candidate_count} candidates"
    yield from _out_of_range(arrays, info)
    for kind in PACKED:
        yield from _wrongly_packed(arrays, kind, info)
    yield from _not_chances(arrays)
    yield from _out_of_order(arrays)
    yield from _unreadable(arrays)


def _out_of_range(arrays: Arrays, info: ModelInfo) -> Iterator[str]:
    n, t = info.person_count, info.topic_count
    languages = len(arrays["languages.offsets"]) - 1
    sizes = {"people": n, "topics": t, "languages": languages}
    ranges = {
        **{
            name: (-1, len(arrays[f"{name}s.offsets"]) - 1)
            for name in ("organisation", "role", "sector", "timezone")
        },
        "community": (-1, n),
        "segment": (0, TABLES[0]),
        "main_topics": (-1, t),
        "object_topic": (-1, t),
        "pace": (0, len(Pace)),
        "answers": (0, len(Answers)),
        "topic_people": (-1, n),
        "ties.topics": (-1, t),
        "ties.contacts": (0, n),
        **{f"{name}.indices": (0, sizes[of]) for name, (_, of) in PATTERNS.items()},
    }
    for kind in POOLS:
        ranges |= {f"{kind}.{name}": bounds for name, bounds in _bounds(arrays, info).items()}
    for name, bounds in ranges.items():
        yield from _outside(name, arrays[name], bounds)
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            yield f"{name} holds numbers that are not finite"
    for name in ("ties.first", "ties.last"):
        times = arrays[name][arrays[name] != NO_TIME]
        if times.size and not (_TIMES[0] <= times.min() and times.max() < _TIMES[1]):
            yield f"{name} holds times outside the years 1 to 9999"


def _bounds(arrays: Arrays, info: ModelInfo) -> dict[str, tuple[int, int]]:
    """What the columns of candidates point at: the lowest row, and the first that there is not."""
    n, t, objects = info.person_count, info.topic_count, len(arrays["object_ids.offsets"]) - 1
    topics = dict.fromkeys(TOPICS, (-1, t))
    return {"rows": (0, n), **topics, "shared_object": (-1, objects), "introducer": (-1, n)}


def _outside(name: str, array: NDArray[Any], bounds: tuple[int, int]) -> Iterator[str]:
    low, high = bounds
    if array.size and not (low <= array.min() and array.max() < high):
        yield f"{name} points outside {low}..{high - 1}"


def _wrongly_packed(arrays: Arrays, kind: Kind, info: ModelInfo) -> Iterator[str]:
    """The same of candidates that are packed, some askers at a time; offsets must be right."""
    packed = PackedPool(*(arrays[f"{kind}.{name}"] for name in ("packed", "starts", "indptr")))
    bounds = _bounds(arrays, info)
    try:
        for pool in packed.blocks():
            for name, ends in bounds.items():
                yield from _outside(f"{kind}.{name}", getattr(pool, name), ends)
            if not np.isfinite(pool.relevance).all():
                yield f"{kind}.relevance holds numbers that are not finite"
            if pool.reserved.view(np.uint8).max(initial=0) > 1:
                yield f"{kind}.reserved is neither true nor false"
    except ValueError as error:
        yield f"{kind}: {error}"


def _not_chances(arrays: Arrays) -> Iterator[str]:
    if (arrays["price"] < 0).any():
        yield "price falls below 0"
    for name in ("mutual", "ties.strength", "ties.peak", "ties.returns"):
        array = arrays[name]
        if array.size and not (array.min() >= 0 and array.max() <= 1):
            yield f"{name} is outside 0..1"


def _out_of_order(arrays: Arrays) -> Iterator[str]:
    """Rows that are searched by halving: out of order, a search would miss what is there."""
    if (np.diff(arrays["mutual"]) < 0).any():
        yield "mutual is out of order"
    columns = {f"{name}.indices": f"{name}.indptr" for name in PATTERNS}
    for name, starts in {**columns, "ties.contacts": "ties.indptr"}.items():
        falls = np.flatnonzero(np.diff(arrays[name]) <= 0) + 1
        if not np.isin(falls, arrays[starts]).all():
            yield f"{name} is out of order"
    for name in ("person_ids", "object_ids"):
        text, offsets = arrays[f"{name}.text"], arrays[f"{name}.offsets"]
        if np.diff(offsets).max(initial=0) > LONGEST_ID or not rises(text, offsets):
            yield f"{name} are too long, or out of order"


def rises(text: NDArray[np.uint8], offsets: NDArray[np.int64]) -> bool:
    """Whether the strings of a table stand in strictly rising order of their bytes.

    >>> rises(np.frombuffer(b"aabb", np.uint8), np.array([0, 1, 3, 4]))
    True
    """
    if len(offsets) <= 2:
        return True
    padded = np.append(text, np.uint8(0)).astype(np.int16)
    first = np.arange(len(offsets) - 2)
    depth = 0
    while len(first):  # pairs of neighbours whose first `depth` bytes are the same
        one, two = (
            np.where(at < end, padded[np.minimum(at, end)], -1)
            for at, end in (
                (offsets[first] + depth, offsets[first + 1]),
                (offsets[first + 1] + depth, offsets[first + 2]),
            )
        )
        same = one == two
        if (one > two).any() or (one[same] < 0).any():
            return False
        first, depth = first[same], depth + 1
    return True


def _unreadable(arrays: Arrays) -> Iterator[str]:
    for name in STRINGS:
        text, starts = arrays[f"{name}.text"], arrays[f"{name}.offsets"][:-1]
        starts = starts[starts < len(text)]
        try:
            str(text.data, "utf-8")
        except UnicodeDecodeError:
            yield f"{name}.text is not UTF-8"
        if (text[starts] & 0xC0 == 0x80).any():
            yield f"{name}.offsets cut a letter in two"


def _broken_offsets(arrays: Arrays) -> Iterator[str]:
    ends = {f"{name}.offsets": f"{name}.text" for name in STRINGS}
    ends |= {f"{name}.indptr": f"{name}.indices" for name in PATTERNS}
    ends |= {f"{kind}.indptr": f"{kind}.rows" for kind in POOLS}
    ends |= {f"{kind}.starts": f"{kind}.packed" for kind in PACKED}
    ends["ties.indptr"] = "ties.contacts"
    for name, of in ends.items():
        offsets = arrays[name]
        if offsets[0] != 0 or offsets[-1] != len(arrays[of]) or (np.diff(offsets) < 0).any():
            yield f"{name} does not divide {of}"
    for kind in PACKED:
        counts = np.diff(arrays[f"{kind}.indptr"])
        if arrays[f"{kind}.indptr"][0] != 0 or (counts < 0).any() or counts.max(initial=0) > MOST:
            yield f"{kind}.indptr does not divide candidates, at most {MOST} of each asker"
