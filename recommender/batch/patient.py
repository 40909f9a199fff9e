"""A file in an object store, of which every piece is asked for again where the store is busy."""

from __future__ import annotations

import io
from functools import partial

import pyarrow as pa

from recommender.batch.objects import persist


class PatientFile(io.RawIOBase):
    """Reads what `file` holds, piece by piece, each as `objects.persist` does."""

    def __init__(self, file: pa.NativeFile) -> None:
        super().__init__()
        self._file, self._size, self._at = file, int(file.size()), 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next piece begins, in bytes."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Begin the next piece elsewhere."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = base + offset
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """The next piece, shorter only at the end; without a size all that is left."""
        left = max(self._size - self._at, 0)
        wanted = left if size is None or size < 0 else min(size, left)
        if not wanted:
            return b""
        piece = bytes(persist(partial(self._file.read_at, wanted, self._at)))
        self._at += len(piece)
        return piece
