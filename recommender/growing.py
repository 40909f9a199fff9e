"""Arrays that are made block by block and never stand in memory as a whole."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray


class Growing:
    """An array that grows at its end, as the `.npy` file that a bundle has of it.

    like: an array of its type, and of its shape but for the length.
    """

    def __init__(self, path: Path, like: NDArray[Any]) -> None:
        self._like, self._length = like, 0
        self._file = path.open("w+b")
        self._head()

    def append(self, more: NDArray[Any]) -> None:
        """Put further rows, [m, …], behind those that are there."""
        self._file.write(np.ascontiguousarray(more, self._like.dtype).data)
        self._length += len(more)

    def mapped(self) -> NDArray[Any]:
        """All of it, mapped from the file, which changes with it; nothing can be added then."""
        self._file.seek(0)
        self._head()
        self._file.close()
        # A plain view of the mapping: indexing memmap itself costs several times as much.
        return np.asarray(npy.open_memmap(self._file.name, "r+"))

    def in_order(self, starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[Any]:
        """The same as `mapped`, of pieces that are put one after another, int64 [pieces] each.

        starts, counts: where each piece begins as it was appended, and of how many rows it is.
        """
        path, loose = Path(self._file.name), self.mapped()
        if (np.diff(starts[counts > 0]) > 0).all():
            return loose
        path.unlink()  # what is mapped of it stays
        ordered = Growing(path, self._like)
        foresee(loose)
        for first in range(0, len(starts), PIECES):
            own = slice(first, first + PIECES)
            ordered.append(loose[runs(starts[own], counts[own])])
            let_go(loose)
        return ordered.mapped()

    def _head(self) -> None:
        """The head of the file; it has room for any length, so it stays as long as it is."""
        shape = (self._length, *self._like.shape[1:])
        told = {"descr": self._like.dtype.str, "fortran_order": False, "shape": shape}
        npy.write_array_header_1_0(self._file, told)


STRETCH = 1 << 20
"""Rows of a long array looked at together where all of it is gone through."""

PIECES = 1 << 13
"""Pieces put in order together: of each, some 64 kB are mapped until all of them are done, and
to let go of them takes long."""


def stretches(array: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Views of an array one after another; where it is mapped, each is let go after its turn.

    Pages that have been read, or written to, else count as the process's own for good.
    """
    for start in range(0, len(array), STRETCH):
        yield array[start : start + STRETCH]
        let_go(array)


def runs(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers start, start + 1, … of every run, int64 [Σ counts].

    >>> runs(np.array([7, 2]), np.array([2, 3]))
    array([7, 8, 2, 3, 4])
    """
    ends = np.cumsum(counts)
    return np.repeat(starts - (ends - counts), counts) + np.arange(counts.sum())


def foresee(array: NDArray[Any]) -> None:
    """Have a mapped array read from the disk in one go, before it is read here and there."""
    if isinstance(array.base, np.memmap):
        array.base._mmap.madvise(mmap.MADV_WILLNEED)  # type: ignore[attr-defined]


def let_go(array: NDArray[Any]) -> None:
    """Give back the memory of an array that is mapped; it is read again when it is looked at."""
    if isinstance(array.base, np.memmap):
        array.base._mmap.madvise(mmap.MADV_DONTNEED)  # type: ignore[attr-defined]
