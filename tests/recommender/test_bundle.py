"""The model on disk: what was written is read, and nothing else is believed."""

from __future__ import annotations

import json
import os
import pickle

import numpy as np
import pytest
from numpy.lib import format as npy

from recommender import bundle
from recommender.building import build_model
from recommender.bundle_shapes import PATTERNS
from recommender.domain.errors import CorruptVersionError, VersionNotFoundError
from recommender.domain.versions import MANIFEST, seal
from tests.recommender.same import differences
from tests.recommender.spoiled import refused, reseal


def test_what_was_written_is_read(any_world):
    """Every array, string, pattern and fact of the model in memory."""
    loaded, _ = bundle.load(any_world.model_folder)
    made = build_model(any_world.snapshot, any_world.config)
    assert differences(made, loaded) == []
    assert loaded.info == bundle.read_info(any_world.model_folder)
    assert loaded.info.name == any_world.model_folder.name
    sizes = (path.stat().st_size for path in any_world.model_folder.glob("*.npy"))
    assert loaded.info.bytes == sum(sizes)


def test_arrays_are_mapped_and_cannot_be_changed(built):
    """Workers share the pages; nobody writes to them."""
    loaded, _ = bundle.load(built("two_cliques").model_folder)
    with pytest.raises(ValueError, match="read-only"):
        loaded.ties.strength[0] = 1


def test_patterns_are_mapped_too(built):
    """Offsets and columns of each are those of the file, and no worker's own."""
    loaded, _ = bundle.load(built("barred_pairs").model_folder)
    for name in PATTERNS:
        found = getattr(loaded, name)
        for part in (found.indptr, found.indices):
            assert not part.flags.writeable or not part.size, name


def test_a_folder_of_versions_means_its_current_one(built):
    """And a folder that is neither is not found."""
    folder = built("two_cliques").model_folder
    assert bundle.verify(folder.parent).name == folder.name
    with pytest.raises(VersionNotFoundError):
        bundle.verify(folder.parent.parent)


def test_a_flipped_byte_is_refused_in_every_file(model):
    """First, middle and last byte of each; the message names the file."""
    for path in sorted(model.glob("*.npy")):
        whole = path.read_bytes()
        for place in {0, len(whole) // 2, len(whole) - 1}:
            for bit in (0x01, 0x80):
                spoiled = bytearray(whole)
                spoiled[place] ^= bit
                path.write_bytes(spoiled)
                with pytest.raises(CorruptVersionError, match=path.name.replace(".", r"\.")):
                    bundle.load(model)
        path.write_bytes(whole)
    bundle.load(model)


def test_a_flipped_byte_in_the_manifest_never_gives_a_model_that_differs(model, built):
    """Each byte in turn of a sample: refused, or the same model all the same."""
    path = model / MANIFEST
    whole = path.read_bytes()
    made, _ = bundle.load(built("barred_pairs").model_folder)
    for place in np.random.default_rng(1).choice(len(whole), 60, replace=False):
        spoiled = bytearray(whole)
        spoiled[place] ^= 0x01
        path.write_bytes(spoiled)
        try:
            loaded, _ = bundle.load(model)
        except CorruptVersionError:
            continue
        assert differences(made, loaded) == []


@pytest.mark.parametrize("keep", [0, 1, 60, -1])
def test_a_file_cut_short_is_refused(model, keep):
    """At its beginning, in its header, by one byte."""
    for path in sorted(model.iterdir()):
        whole = path.read_bytes()
        path.write_bytes(whole[:keep])
        if whole[:keep].rstrip() != whole.rstrip():
            with pytest.raises(CorruptVersionError, match=path.name.replace(".", r"\.")):
                bundle.load(model)
        path.write_bytes(whole)


def test_a_missing_file_is_refused(model):
    """By name."""
    (model / "usual.npy").unlink()
    refused(model, r"usual\.npy")


def test_a_file_that_is_not_listed_is_refused(model):
    """Nothing is smuggled in."""
    (model / "extra.npy").write_bytes(b"")
    refused(model, r"extra\.npy")


def test_a_link_is_refused_even_to_the_same_content(model, tmp_path):
    """What it points at could change after the check."""
    (model / "usual.npy").rename(tmp_path / "usual.npy")
    (model / "usual.npy").symlink_to(tmp_path / "usual.npy")
    refused(model, r"usual\.npy")


def test_a_pipe_is_refused_without_waiting_on_it(model):
    """Only regular files are opened."""
    (model / "usual.npy").unlink()
    os.mkfifo(model / "usual.npy")
    refused(model, r"usual\.npy")


class Sentinel:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_a_pickle_is_refused_and_never_runs(model, tmp_path):
    """As an object array under a right checksum, and as a bare pickle."""
    sentinel = tmp_path / "executed"
    objects = np.empty(9, object)
    objects[:] = [Sentinel(sentinel)] * 9
    with (model / "usual.npy").open("wb") as file:
        npy.write_array(file, objects, version=(1, 0), allow_pickle=True)
    reseal(model)
    refused(model, r"usual\.npy")
    facts = json.loads((model / MANIFEST).read_bytes())
    (model / MANIFEST).unlink()
    (model / "usual.npy").write_bytes(pickle.dumps(Sentinel(sentinel)))
    seal(model, facts)
    refused(model, r"usual\.npy")
    assert not sentinel.exists()
