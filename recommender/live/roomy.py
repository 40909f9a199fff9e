"""Arrays to write to, made of a model's, that take memory only where they are written to."""

from __future__ import annotations

import ctypes
import mmap
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAP_FIXED = 0x10
_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.mmap.restype = ctypes.c_void_p
_LIBC.mmap.argtypes = [
    *(ctypes.c_void_p, ctypes.c_size_t),
    *(ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long),
]


def roomy(array: NDArray[Any], more: int) -> NDArray[Any]:
    """A copy of `array` to be written to, with `more` rows of any content after it.

    Where the array is that of a mapped file, only pages that are written to are copied; the others
    stay those of the file, which all workers share.
    """
    count = len(array)
    found = _over_file(array, more)
    if found is None:
        found = np.empty((count + more, *array.shape[1:]), array.dtype)
        found[:count] = array
    return found


def _over_file(array: NDArray[Any], more: int) -> NDArray[Any] | None:
    """The same over the array's file; None where there is none, or another one by now."""
    file = array.base
    if not isinstance(file, np.memmap) or file.filename is None or file.shape != array.shape:
        return None
    shape = (len(array) + more, *array.shape[1:])
    begin = int(file.offset)
    room = array.dtype.itemsize * int(np.prod(shape))
    region = mmap.mmap(-1, begin + room, flags=mmap.MAP_PRIVATE)
    if not _lay(Path(file.filename), region, begin + array.nbytes):
        return None
    found: NDArray[Any] = np.frombuffer(region, array.dtype, offset=begin).reshape(shape)
    # Models do not change; if this one did all the same, it is not what was mapped.
    return found if np.array_equal(found[: len(array)], array, equal_nan=False) else None


def _lay(path: Path, region: mmap.mmap, size: int) -> bool:
    """Put the `size` bytes of a file in the place of the region's first pages; whether that went.

    Python cannot say where a file is to be mapped. The region keeps the addresses, and lets go of
    what lies there when it goes itself.
    """
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:  # a model that is deleted while it answers
        return False
    try:
        if os.fstat(handle).st_size != size:
            return False
        address = ctypes.addressof(ctypes.c_char.from_buffer(region))
        rights, how = mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_PRIVATE | _MAP_FIXED
        return bool(_LIBC.mmap(address, size, rights, how, handle, 0) == address)
    finally:
        os.close(handle)
