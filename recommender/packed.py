"""Candidates packed for the disk: each asker's by themselves, so that any can be had at once.

Of all candidates together most bytes say nothing new: zeros, small counts, the same few topics.
An asker's columns are laid out byte by byte, all first bytes before all second ones, so that like
stands beside like, and compressed (Zstandard, RFC 8878). That takes a third of the room; unpacking
takes some 20 µs of a call.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import zstandard
from numpy.typing import NDArray

from recommender.compiled import I4, I8, U1, U2, compiled, read, within, written
from recommender.domain.pool import Pool
from recommender.domain.slate import FACTORS, SIGNALS
from recommender.growing import Growing, let_go
from recommender.side_by_side import in_blocks

LEVEL = 3
"""How hard it is tried: packing costs once what everybody's disk and memory are spared daily."""

BLOCK = 1024
"""Askers unpacked at once where everybody is looked at."""

LET_GO = 128
"""Blocks after which what was read of columns on disk is given back."""

FOURS = (
    *("rows", "shared_topic", "active_topic", "taught_topic", "near_topic", "known_topic"),
    *("shared_object", "introducer"),
)
TWOS = ("object_count", "topic_object_count", "relevance")
ONES = ("diversity", "contact_count", "active_count", "reserved")
WIDE = {"factors": len(FACTORS), "signals": len(SIGNALS), "chances": 3}
"""Columns by the bytes that each candidate has in them; relevance as a float of two bytes."""

WIDTH = 4 * len(FOURS) + 2 * len(TWOS) + len(ONES) + sum(WIDE.values())
"""Bytes a candidate, unpacked."""


def rounded(relevance: NDArray[np.floating]) -> NDArray[np.float32]:
    """Relevance as it is kept, to one part in two thousand.

    >>> rounded(np.array([0.1, 1.0])).tolist()
    [0.0999755859375, 1.0]
    """
    return relevance.astype(np.float16).astype(np.float32)


@dataclass(frozen=True, slots=True)
class PackedPool:
    """Everyone's stored candidates of one kind, as in `Pool`.

    packed: uint8 [bytes]; asker i's are at starts[i]:starts[i + 1], and are
    indptr[i + 1] - indptr[i] in number. starts, indptr: int64 [n + 1].
    """

    packed: NDArray[np.uint8]
    starts: NDArray[np.int64]
    indptr: NDArray[np.int64]

    def of(self, askers: NDArray[np.integer]) -> Pool:
        """The candidates of these askers, int [b], one after the other; line i's are asker i's.

        Raises ValueError where what is packed is damaged.
        """
        last = len(self.indptr) - 1
        first, end = np.minimum(askers, last), np.minimum(askers + 1, last)
        counts = self.indptr[end] - self.indptr[first]
        lines = np.concatenate([[0], np.cumsum(counts)])
        columns = _Columns(int(lines[-1]))
        unpack = _unpacker().decompress
        at = zip(
            self.starts[first].tolist(), self.starts[end].tolist(), lines.tolist(), strict=False
        )
        for (start, stop, line), count in zip(at, counts.tolist(), strict=True):
            if count:
                columns.put(_unpacked(unpack, self.packed[start:stop], count), line, count)
        return columns.pool(lines)

    def blocks(self) -> Iterator[Pool]:
        """Everybody's candidates, some askers at a time."""
        people = np.arange(len(self.indptr) - 1)
        for start in range(0, max(len(people), 1), BLOCK):
            yield self.of(people[start : start + BLOCK])

    def unpacked(self) -> Pool:
        """All of it at once: for small models, and to look at."""
        return self.of(np.arange(len(self.indptr) - 1))

    def __len__(self) -> int:
        return int(self.indptr[-1])


Stored = Pool | PackedPool
"""Everyone's candidates of one kind, as a model has them."""


def whole(stored: Stored) -> Pool:
    """All candidates at once; of packed ones that takes memory."""
    return stored.unpacked() if isinstance(stored, PackedPool) else stored


def pack_all(pool: Pool, path: Path, threads: int = 0) -> PackedPool:
    """Pack everyone's candidates into the `.npy` file at `path`, from which they are mapped.

    threads: 0 means one per core. The same bytes come out, however many there are.
    """
    grown = Growing(path, np.empty(0, np.uint8))
    sizes = [np.zeros(1, np.int64)]

    def work(askers: NDArray[np.int32]) -> list[bytes]:
        return [pack(pool, line) for line in askers.tolist()]

    for done, blobs in enumerate(in_blocks(np.arange(len(pool.indptr) - 1), work, threads)):
        grown.append(np.frombuffer(b"".join(blobs), np.uint8))
        sizes.append(np.array([len(blob) for blob in blobs], np.int64))
        if done % LET_GO == 0:
            for field in fields(Pool):
                let_go(getattr(pool, field.name))
    starts = np.cumsum(np.concatenate(sizes))
    return PackedPool(grown.mapped(), starts, np.asarray(pool.indptr, np.int64))


def pack(pool: Pool, line: int) -> bytes:
    """The candidates of an asker, packed."""
    own = slice(int(pool.indptr[line]), int(pool.indptr[line + 1]))
    if own.start == own.stop:
        return b""
    columns = {field.name: getattr(pool, field.name)[own] for field in fields(Pool)}
    columns["relevance"] = columns["relevance"].astype(np.float16)
    planes = [
        np.ascontiguousarray(columns[name]).view(np.uint8).reshape(own.stop - own.start, -1).T
        for name in (*FOURS, *TWOS, *ONES, *WIDE)
    ]
    return _packer().compress(np.concatenate(planes).tobytes())


class _Columns:
    """The columns of a pool in the making, those of one type in one array."""

    def __init__(self, count: int) -> None:
        self.fours = np.empty((len(FOURS), count), np.int32)
        self.twos = np.empty((len(TWOS), count), np.uint16)
        self.ones = np.empty((len(ONES), count), np.uint8)
        self.wide = [np.empty((count, width), np.uint8) for width in WIDE.values()]

    def put(self, planes: NDArray[np.uint8], line: int, count: int) -> None:
        """An asker's, from entry `line` on."""
        _lay(planes, count, line, self.fours, self.twos, self.ones, *self.wide)

    def pool(self, lines: NDArray[np.int64]) -> Pool:
        """The pool that they are; line i's are at lines[i]:lines[i + 1]."""
        columns: dict[str, Any] = dict(zip(FOURS, self.fours, strict=True))
        columns |= zip(TWOS, self.twos, strict=True)
        columns |= zip(ONES, self.ones, strict=True)
        columns |= zip(WIDE, self.wide, strict=True)
        columns["relevance"] = columns["relevance"].view(np.float16).astype(np.float32)
        columns["reserved"] = columns["reserved"].view(np.bool_)
        return Pool(indptr=lines, **columns)


def _unpacked(unpack: Any, packed: NDArray[np.uint8], count: int) -> NDArray[np.uint8]:
    try:
        planes = unpack(packed, max_output_size=count * WIDTH)
    except zstandard.ZstdError as error:
        raise ValueError(f"packed candidates are damaged: {error}") from None
    if len(planes) != count * WIDTH:
        raise ValueError(f"{len(planes)} bytes of candidates, not {count * WIDTH}")
    return np.frombuffer(planes, np.uint8)


@within
def _fours(planes: Any, at: Any, count: Any, line: Any, out: Any) -> Any:
    for column in range(out.shape[0]):
        for k in range(count):
            value = np.uint32(0)
            for byte in range(4):
                value |= np.uint32(planes[at + byte * count + k]) << np.uint32(8 * byte)
            out[column, line + k] = np.int32(value)
        at += 4 * count
    return at


@within
def _twos(planes: Any, at: Any, count: Any, line: Any, out: Any) -> Any:
    for column in range(out.shape[0]):
        for k in range(count):
            high = np.uint16(planes[at + count + k]) << np.uint16(8)
            out[column, line + k] = high | np.uint16(planes[at + k])
        at += 2 * count
    return at


@within
def _ones(planes: Any, at: Any, count: Any, line: Any, out: Any) -> Any:
    for column in range(out.shape[0]):
        for k in range(count):
            out[column, line + k] = planes[at + k]
        at += count
    return at


@within
def _wide(planes: Any, at: Any, count: Any, line: Any, out: Any) -> Any:
    for column in range(out.shape[1]):
        for k in range(count):
            out[line + k, column] = planes[at + k]
        at += count
    return at


@compiled(
    *(read(U1), I8, I8, written(I4, 2), written(U2, 2), written(U1, 2)),
    *(written(U1, 2), written(U1, 2), written(U1, 2)),
)
def _lay(
    planes: Any,
    count: Any,
    line: Any,
    fours: Any,
    twos: Any,
    ones: Any,
    factors: Any,
    signals: Any,
    chances: Any,
) -> None:
    """Put an asker's bytes where they belong, from entry `line` on."""
    at = _fours(planes, 0, count, line, fours)
    at = _twos(planes, at, count, line, twos)
    at = _ones(planes, at, count, line, ones)
    at = _wide(planes, at, count, line, factors)
    at = _wide(planes, at, count, line, signals)
    _wide(planes, at, count, line, chances)


class _Own(threading.local):
    """Tools that only one thread may use at a time."""

    def __init__(self) -> None:
        self.packer = zstandard.ZstdCompressor(
            level=LEVEL, write_checksum=False, write_content_size=False
        )
        self.unpacker = zstandard.ZstdDecompressor()


_own = _Own()


def _packer() -> zstandard.ZstdCompressor:
    return _own.packer


def _unpacker() -> zstandard.ZstdDecompressor:
    return _own.unpacker
