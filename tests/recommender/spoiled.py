"""Ways to spoil a model on disk so that its checksums are right all the same."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.lib import format as npy

from recommender import bundle
from recommender.domain.errors import CorruptVersionError
from recommender.domain.versions import MANIFEST, seal
from recommender.packed import PackedPool, pack
from recommender.pipeline import Pipeline


def reseal(folder):
    """Give the spoiled folder a manifest that is right about every byte, shape and type."""
    facts = json.loads((folder / MANIFEST).read_bytes())
    (folder / MANIFEST).unlink()
    for name, entry in facts["arrays"].items():
        with (folder / f"{name}.npy").open("rb") as file:
            npy.read_magic(file)
            shape, _, dtype = npy.read_array_header_1_0(file)
        entry |= {"dtype": dtype.str, "shape": list(shape)}
    seal(folder, facts)


def read(folder, name):
    return np.load(folder / f"{name}.npy")


def put(folder, name, array):
    """Write another array in the place of one, and seal."""
    with (folder / f"{name}.npy").open("wb") as file:
        npy.write_array(file, array, version=(1, 0), allow_pickle=False)
    reseal(folder)


def refused(folder, match=None):
    """The loader must refuse, and so must the pipeline."""
    with pytest.raises(CorruptVersionError, match=match):
        Pipeline.open(folder)
    with pytest.raises(CorruptVersionError, match=match):
        bundle.verify(folder)


def change_packed(folder, change):
    """Change the pool of candidates that are packed, and pack them again."""
    pool = PackedPool(*(read(folder, f"people.{n}") for n in ("packed", "starts", "indptr")))
    whole = pool.unpacked()
    change(whole)
    repack(folder, [pack(whole, line) for line in range(len(whole.indptr) - 1)])


def repack(folder, blobs):
    """Put other packed candidates in the place of everybody's."""
    sizes = np.array([0, *map(len, blobs)], np.int64)
    put(folder, "people.starts", np.cumsum(sizes))
    put(folder, "people.packed", np.frombuffer(b"".join(blobs), np.uint8))
