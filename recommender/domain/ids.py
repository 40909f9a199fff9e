"""Two kinds of id that never mix, and the table that is the only bridge between them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, NewType

import numpy as np
from numpy.typing import NDArray

PersonId = NewType("PersonId", str)
"""What callers say: the host platform's own id, 1 to 256 bytes of UTF-8."""

Row = NewType("Row", int)
"""Where a person sits in a matrix; -1 is nobody."""


class Strings(NamedTuple):
    """Strings by place, as compiled loops read them; none of the arrays may be written to.

    Place p is text[offsets[p]:offsets[p + 1]]; from len(offsets) - 1 on, `more` at p less that.
    """

    text: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    more: NDArray[np.uint8]
    more_offsets: NDArray[np.int64]


def unwritable(array: NDArray[Any]) -> NDArray[Any]:
    """The same array, through which nobody can write."""
    found = np.ascontiguousarray(array).view()
    found.flags.writeable = False
    return found


class StringTable:
    """Immutable strings by row, as two arrays that can be mapped from disk.

    text: uint8 [bytes], every string's UTF-8 after another.
    offsets: int64 [n + 1], string i is text[offsets[i]:offsets[i + 1]].

    Look-up by string is a binary search, so it needs the strings in byte order; tables of labels
    need not be sorted and are only read by row.

    >>> table = StringTable.of(["ada", "bea", "zoe"])
    >>> table[1], table.row("zoe"), table.row("eve"), table.rows(["zoe", "eve"])
    ('bea', 2, None, array([ 2, -1], dtype=int32))
    """

    def __init__(self, text: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        self.text = text
        self.offsets = offsets
        # Views of the same memory: taking a few bytes out of them costs a third.
        self._text, self._offsets = (
            memoryview(unwritable(text).data),
            memoryview(unwritable(offsets).data),
        )
        self._strings = Strings(unwritable(text), unwritable(offsets), *NO_STRINGS)

    @classmethod
    def of(cls, strings: Iterable[str]) -> StringTable:
        """The table of `strings`, in their order."""
        encoded = [s.encode() for s in strings]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(e) for e in encoded], out=offsets[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> str:
        return self._bytes(row).decode()

    def strings(self) -> Strings:
        """The strings by place, see `places`."""
        return self._strings

    def places(self, rows: NDArray[np.int32]) -> NDArray[np.int32]:
        """Where in `strings` those of `rows`, int32 [...], are; what is below 0 stays."""
        return rows

    def take(self, rows: Sequence[int] | NDArray[np.integer]) -> list[str]:
        """The strings at `rows`, in that order."""
        return [self[int(row)] for row in rows]

    def row(self, string: str) -> Row | None:
        """The row of `string`, or None. The table must be sorted by bytes."""
        wanted = string.encode("utf-8", "surrogatepass")
        found = bisect_left(range(len(self)), wanted, key=self._bytes)
        return Row(found) if found < len(self) and self._bytes(found) == wanted else None

    def rows(self, strings: Iterable[str]) -> NDArray[np.int32]:
        """The row of each string, int32 [m], -1 where there is none. The table must be sorted."""
        found = (self.row(string) for string in strings)
        return np.array([-1 if row is None else row for row in found], np.int32)

    def _bytes(self, row: int) -> bytes:
        return bytes(self._text[self._offsets[row] : self._offsets[row + 1]])


NO_STRINGS = unwritable(np.zeros(0, np.uint8)), unwritable(np.zeros(1, np.int64))
"""The text and the offsets of no strings at all."""
