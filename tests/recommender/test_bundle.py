"""The model on disk: what was written is read, and nothing else is believed."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.lib import format as npy

from recommender import bundle
from recommender.domain.errors import CorruptVersionError, VersionNotFoundError
from recommender.domain.versions import MANIFEST, seal
from recommender.pipeline import Pipeline
from recommender.train import build_model
from tests.recommender.same import differences


@pytest.fixture
def model(built, tmp_path):
    """A copy of a model to spoil: it has people, ties, objects, goals and blocks."""
    return Path(shutil.copytree(built("barred_pairs").model_folder, tmp_path / "model"))


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


def changed(name, change):
    """A spoiler that changes one array in place or replaces it."""

    def spoil(folder):
        array = read(folder, name)
        result = change(array)
        put(folder, name, array if result is None else result)

    return spoil


def cell(name, place, value):
    def set_it(array):
        array[place] = value

    return changed(name, set_it)


def header(name, text):
    """A spoiler that keeps the data under another header."""

    def spoil(folder):
        array = read(folder, name)
        line = text.encode().ljust(117) + b"\n"
        size = len(line).to_bytes(2, "little")
        (folder / f"{name}.npy").write_bytes(b"\x93NUMPY\x01\x00" + size + line + array.tobytes())
        reseal(folder)

    return spoil


HOSTILE = {
    "a candidate beyond the last person": cell("people.rows", 0, 10_000),
    "a negative candidate": cell("people.rows", 0, -1),
    "a past tie beyond the last person": cell("ties.contacts", 0, 11),
    "a negative contact": cell("ties.contacts", -1, -5),
    "a topic beyond the last": cell("people.shared_topic", 0, 10_000),
    "a topic below nothing": cell("people.active_topic", 0, -2),
    "an object beyond the last": cell("people.shared_object", 0, 10_000),
    "a main topic beyond the last": cell("main_topics", (0, 0), 10_000),
    "a tie about a topic beyond the last": cell("tie_topic", 0, 10_000),
    "an organisation beyond the last": cell("organisation", 0, 3),
    "a community beyond the last person": cell("community", 0, 10_000),
    "a goal beyond the last topic": cell("goals.indices", 0, 10_000),
    "a block of nobody": cell("blocked.indices", 0, -1),
    "a connection beyond the last person": cell("connected.indices", 0, 10_000),
    "offsets that do not begin at 0": cell("people.indptr", 0, 1),
    "offsets that end too late": cell("people.indptr", -1, 10_000),
    "offsets that run backwards": cell("ties.indptr", 1, 10_000),
    "negative offsets": cell("blocked.indptr", 1, -4),
    "a pattern's offsets that end too late": cell("connected.indptr", -1, 10_000),
    "an id that begins before the text": cell("person_ids.offsets", 1, -1),
    "an id that ends after the text": cell("topic_ids.offsets", -1, 10_000),
    "NaN for relevance": cell("people.relevance", 0, np.nan),
    "infinite strength": cell("ties.strength", 0, np.inf),
    "infinity for what is usual": cell("usual", 0, -np.inf),
    "wide floats": changed("people.relevance", lambda a: a.astype("<f8")),
    "big-endian rows": changed("people.rows", lambda a: a.astype(">i4")),
    "rows as floats": changed("people.rows", lambda a: a.astype("<f4")),
    "signed bytes": changed("people.factors", lambda a: a.astype("i1")),
    "hidden as numbers": changed("hidden", lambda a: a.astype("u1")),
    "Fortran order": changed("people.factors", np.asfortranarray),
    "eight factors": changed("people.factors", lambda a: a[:, :8].copy()),
    "factors in one dimension": changed("people.factors", lambda a: a.ravel()),
    "rows in two dimensions": changed("people.rows", lambda a: a[:, None]),
    "a scalar for an array": changed("usual", lambda a: np.array(0.5, "<f4")),
    "one hidden flag too few": changed("hidden", lambda a: a[:-1]),
    "one relevance too many": changed("people.relevance", lambda a: np.r_[a, a[:1]]),
    "one tie too few": changed("ties.last", lambda a: a[:-1]),
    "no offsets at all": changed("organisations.offsets", lambda a: a[:0]),
    "no object offsets at all": changed("object_ids.offsets", lambda a: a[:0]),
    "a structure": changed("usual", lambda a: a.view([("x", "<f4")])),
    "text of no width": changed("usual", lambda a: np.zeros(9, "S0")),
    "a huge shape in a tiny file": header(
        "usual", "{'descr': '<f4', 'fortran_order': False, 'shape': (9000000000000,), }"
    ),
    "a shape that overflows": header(
        "usual", "{'descr': '<f4', 'fortran_order': False, 'shape': (9, 4611686018427387904, 4), }"
    ),
    "a negative shape": header(
        "usual", "{'descr': '<f4', 'fortran_order': False, 'shape': (-3, -3), }"
    ),
    "an id that is not UTF-8": cell("person_ids.text", 0, 0xFF),
    "a title that is not UTF-8": cell("object_titles.text", 0, 0xC3),
    "an id cut inside a letter": changed(
        "display_names.text", lambda a: np.r_[a[:-1], [0xC3]].astype("u1")
    ),
    "ids out of order": cell("person_ids.text", 0, ord("z")),
    "contacts out of order": changed("ties.contacts", lambda a: a[::-1].copy()),
    "a block that a search misses": changed("blocked.indices", lambda a: a[::-1].copy()),
    "a time beyond the last year": cell("ties.last", 0, 2**62),
    "a time before the first year": cell("ties.first", 0, -(2**62) + 1),
}
"""Content that a right checksum does not make safe."""


@pytest.mark.parametrize("spoil", HOSTILE.values(), ids=HOSTILE)
def test_hostile_content_under_a_right_checksum_is_refused(model, spoil):
    """A signature says who wrote a file, not that it is safe to follow."""
    spoil(model)
    refused(model)


def edit(*path, to):
    """A change of one entry of the manifest; None takes it out."""

    def change(facts):
        *outer, last = path
        for key in outer:
            facts = facts[key]
        if to is None:
            del facts[last]
        else:
            facts[last] = to

    return change


BAD_MANIFESTS = {
    "not of a model": edit("kind", to="snapshot"),
    "of another format": edit("format", to=99),
    "without arrays": edit("arrays", to=None),
    "arrays as a list": edit("arrays", to=[]),
    "an array as a text": edit("arrays", "usual", to="<f4"),
    "an array missing": edit("arrays", "usual", to=None),
    "an array outside the folder": edit("arrays", "../../elsewhere", to={}),
    "an array with a NUL in its name": edit("arrays", "a\0b", to={}),
    "files as a list": edit("files", to=[]),
    "a file as a number": edit("files", "usual.npy", to=7),
    "a size that is none": edit("files", "usual.npy", "bytes", to="many"),
    "without counts": edit("counts", to=None),
    "counts as a text": edit("counts", to="many"),
    "one person too many": edit("counts", "people", to=12),
    "a negative number of people": edit("counts", "people", to=-1),
    "no people": edit("counts", "people", to=0),
    "one topic too few": edit("counts", "topics", to=1),
    "one tie too many": edit("counts", "ties", to=99),
    "candidates that are not there": edit("counts", "candidates", to=10**6),
    "no time": edit("as_of", to=None),
    "a time that is none": edit("as_of", to="yesterday"),
    "a time with a zone": edit("as_of", to="2024-07-01T00:00:00+00:00"),
    "no snapshot": edit("snapshot", to=None),
    "no golden answers": edit("golden", to=None),
    "golden answers as a text": edit("golden", to="all"),
    "a golden answer as a number": edit("golden", to=[3]),
    "golden answers of a stranger": edit("golden", to=[{"person": "nobody"}]),
    "a golden answer that differs": edit("golden", 0, "people", to=["fine"]),
}
"""Manifests that are JSON and yet wrong."""


@pytest.mark.parametrize("change", BAD_MANIFESTS.values(), ids=BAD_MANIFESTS)
def test_a_wrong_manifest_is_refused(model, change):
    """Every entry is believed only as far as it can be checked."""
    facts = json.loads((model / MANIFEST).read_bytes())
    change(facts)
    (model / MANIFEST).write_text(json.dumps(facts))
    with pytest.raises(CorruptVersionError):
        Pipeline.open(model)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"kind": "model"}'])
def test_a_manifest_that_is_none_is_refused(model, content):
    """Empty, broken, of another kind, not text."""
    (model / MANIFEST).write_bytes(content)
    refused(model)


def test_a_model_that_answers_otherwise_than_it_was_published_is_refused(model):
    """The golden answers are asked again: sound arrays that say something else do not pass."""
    relevance = read(model, "people.relevance")
    put(model, "people.relevance", -relevance)
    with pytest.raises(CorruptVersionError, match="published"):
        Pipeline.open(model)
