"""Models whose checksums are right and whose content is not."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
import zstandard

from recommender.domain.errors import CorruptVersionError
from recommender.domain.versions import MANIFEST
from recommender.pipeline import Pipeline
from tests.recommender.spoiled import change_packed, put, read, refused, repack, reseal


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


def packed(column, place, value):
    """A spoiler of a cell among candidates that are packed."""

    def change(pool):
        getattr(pool, column)[place] = value

    return lambda folder: change_packed(folder, change)


def spoiled_bomb(folder):
    """Few bytes that stand for very many."""
    starts, content = read(folder, "people.starts"), read(folder, "people.packed").tobytes()
    blobs = [content[a:b] for a, b in itertools.pairwise(starts.tolist())]
    repack(folder, [zstandard.compress(bytes(50_000_000)), *blobs[1:]])


def _broken(array):
    array[:] ^= 0x55


def _put(array, place, value):
    array[place] = value
    return array


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
    "a candidate beyond the last person": packed("rows", 0, 10_000),
    "a negative candidate": packed("rows", 0, -1),
    "a past tie beyond the last person": cell("ties.contacts", 0, 11),
    "a negative contact": cell("ties.contacts", -1, -5),
    "a topic beyond the last": packed("shared_topic", 0, 10_000),
    "a topic below nothing": packed("active_topic", 0, -2),
    "a near topic beyond the last": packed("near_topic", 0, 10_000),
    "a near topic below nothing": packed("near_topic", 0, -2),
    "a known topic beyond the last": packed("known_topic", 0, 10_000),
    "a known topic below nothing": packed("known_topic", 0, -2),
    "an object beyond the last": packed("shared_object", 0, 10_000),
    "an introducer beyond the last person": packed("introducer", 0, 10_000),
    "an introducer below nobody": packed("introducer", 0, -2),
    "an object on a topic beyond the last": cell("object_topic", 0, 10_000),
    "a pace that there is not": cell("pace", 0, 6),
    "answers that there are not": cell("answers", 0, 4),
    "a main topic beyond the last": cell("main_topics", (0, 0), 10_000),
    "a tie about a topic beyond the last": cell("ties.topics", 0, 10_000),
    "an organisation beyond the last": cell("organisation", 0, 3),
    "a community beyond the last person": cell("community", 0, 10_000),
    "a goal beyond the last topic": cell("goals.indices", 0, 10_000),
    "a skill beyond the last topic": cell("skills.indices", 0, 10_000),
    "one level of a skill too few": changed("skills.levels", lambda a: a[:-1]),
    "levels of skills as floats": changed("skills.levels", lambda a: a.astype("<f4")),
    "a block of nobody": cell("blocked.indices", 0, -1),
    "a connection beyond the last person": cell("connected.indices", 0, 10_000),
    "offsets that do not begin at 0": cell("people.indptr", 0, 1),
    "offsets that end too late": cell("people.indptr", -1, 10_000),
    "more candidates than anybody has": changed("people.indptr", lambda a: a * 1_000_000),
    "packed candidates that are damaged": changed("people.packed", _broken),
    "packed candidates that are cut short": changed("people.starts", lambda a: _put(a, 1, 5)),
    "packed candidates that are others'": changed("people.starts", lambda a: _put(a, 1, a[2])),
    "packed offsets that end too late": cell("people.starts", -1, 10_000_000),
    "packed offsets that run backwards": cell("people.starts", 1, 10_000_000),
    "far more candidates than bytes say": spoiled_bomb,
    "offsets that run backwards": cell("ties.indptr", 1, 10_000),
    "negative offsets": cell("blocked.indptr", 1, -4),
    "a pattern's offsets that end too late": cell("connected.indptr", -1, 10_000),
    "an id that begins before the text": cell("person_ids.offsets", 1, -1),
    "an id that ends after the text": cell("topic_ids.offsets", -1, 10_000),
    "NaN for relevance": packed("relevance", 0, np.nan),
    "infinite strength": cell("ties.strength", 0, np.inf),
    "infinity for what is usual": cell("usual", 0, -np.inf),
    "mutual chances out of order": cell("mutual", 0, 0.5),
    "a mutual chance above 1": cell("mutual", -1, 1.5),
    "a mutual chance below 0": cell("mutual", 0, -0.5),
    "NaN for a mutual chance": cell("mutual", 3, np.nan),
    "infinity for a mutual chance": cell("mutual", -1, np.inf),
    "two chances of a pair": changed("reactivation.chances", lambda a: a[:, :2].copy()),
    "a price below nothing": cell("price", 0, -0.5),
    "wide floats": changed("reactivation.relevance", lambda a: a.astype("<f8")),
    "big-endian rows": changed("reactivation.rows", lambda a: a.astype(">i4")),
    "rows as floats": changed("reactivation.rows", lambda a: a.astype("<f4")),
    "signed bytes": changed("reactivation.factors", lambda a: a.astype("i1")),
    "hidden as numbers": changed("hidden", lambda a: a.astype("u1")),
    "Fortran order": changed("main_topics", np.asfortranarray),
    "eight factors": changed("reactivation.factors", lambda a: a[:, :8].copy()),
    "factors in one dimension": changed("reactivation.factors", lambda a: a.ravel()),
    "rows in two dimensions": changed("reactivation.rows", lambda a: a[:, None]),
    "a scalar for an array": changed("usual", lambda a: np.array(0.5, "<f4")),
    "one hidden flag too few": changed("hidden", lambda a: a[:-1]),
    "one strength too many": changed("ties.strength", lambda a: np.r_[a, a[:1]]),
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
    packed("relevance", slice(None), 0)(model)
    with pytest.raises(CorruptVersionError, match="published"):
        Pipeline.open(model)
