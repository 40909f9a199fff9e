"""Models that were verified before: opened without being read, until anything has changed."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from recommender import bundle
from recommender.domain import stamps
from recommender.domain.errors import CorruptVersionError
from recommender.domain.versions import CURRENT, MANIFEST
from recommender.pipeline import Pipeline
from recommender.train import train
from tests.recommender.same import differences
from tests.recommender.spoiled import change_packed, put, read
from tests.world_builder import TRAIN


@pytest.fixture(autouse=True)
def settled(monkeypatch):
    """Files count as settled as soon as they are written."""
    monkeypatch.setattr(stamps, "SETTLED_NANOSECONDS", 0)


@pytest.fixture
def readings(monkeypatch):
    """A list that grows by an entry whenever files are hashed, or what is in them is checked."""
    found: list[str] = []
    for name in ("verify_files", "check_content"):
        usual = getattr(bundle, name)

        def noted(*asked, usual=usual, name=name):
            found.append(name)
            return usual(*asked)

        monkeypatch.setattr(bundle, name, noted)
    return found


WHOLE = ["verify_files", "check_content"]


def stamp_of(folder):
    return folder.with_name(f".pln-verified-{folder.name}")


def believed(folder):
    """Have a stamp say that a model as it is now was verified, as if its disk had damaged it."""
    stamp_of(folder).write_bytes(stamps._look(folder.resolve(), bundle.VERIFIED)[0])


def test_a_model_that_was_verified_is_the_same_model_unread(model, readings):
    """Nothing is hashed or checked again, and all that was written is there."""
    first, _ = bundle.load(model)
    second, _ = bundle.load(model)
    assert readings == WHOLE
    assert differences(first, second) == []


def test_verifying_reads_everything_whatever_was_verified_before(model, readings):
    """So does opening afresh."""
    bundle.load(model)
    bundle.verify(model)
    Pipeline.open(model, afresh=True)
    assert readings == 3 * WHOLE


def test_a_file_that_was_touched_is_read_again_once(model, readings):
    """Nothing in it differs, but who could know."""
    bundle.load(model)
    os.utime(model / "usual.npy", ns=(0, 0))
    bundle.load(model)
    bundle.load(model)
    assert readings == 2 * WHOLE


def test_a_changed_byte_is_found_though_all_times_were_set_back(model):
    """In every file: of what can be set nothing differs."""
    bundle.load(model)
    for path in sorted(model.glob("*.npy")):
        whole, facts = path.read_bytes(), path.stat()
        while path.stat().st_ctime_ns == facts.st_ctime_ns:
            path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
            os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        with pytest.raises(CorruptVersionError, match=path.name.replace(".", r"\.")):
            bundle.load(model)
        path.write_bytes(whole)
        bundle.load(model)


def test_what_a_disk_has_damaged_is_found_afresh_and_then_never_served(model):
    """Times say nothing of it. Once it is known, the stamp is gone."""
    strength = read(model, "ties.strength")
    facts = (model / MANIFEST).read_bytes()
    put(model, "ties.strength", strength[::-1].copy())
    (model / MANIFEST).write_bytes(facts)
    believed(model)
    bundle.load(model)
    for opened in (bundle.verify, bundle.load):
        with pytest.raises(CorruptVersionError, match=r"ties\.strength\.npy has changed"):
            opened(model)


def turn_round(pool):
    """Have the worst of everybody first."""
    pool.relevance[:] *= -1


def test_golden_queries_are_asked_of_verified_models_too(model):
    """They read little, and say that this program and this model belong together."""
    change_packed(model, turn_round)
    believed(model)
    with pytest.raises(CorruptVersionError, match="published"):
        Pipeline.open(model)


def _cut(folder):
    os.truncate(folder / "usual.npy", 130)


def _remove(folder):
    (folder / "usual.npy").unlink()


def _add(folder):
    (folder / "extra.npy").write_bytes(b"")


def _link(folder):
    (folder / "usual.npy").rename(folder.parent / "usual.npy")
    (folder / "usual.npy").symlink_to(folder.parent / "usual.npy")


def _head(folder):
    path = folder / "usual.npy"
    path.write_bytes(path.read_bytes().replace(b"<f4", b"<i4"))


def _manifest(folder):
    facts = json.loads((folder / MANIFEST).read_bytes())
    facts["counts"]["people"] += 1
    (folder / MANIFEST).write_text(json.dumps(facts))


@pytest.mark.parametrize("change", [_cut, _remove, _add, _link, _head, _manifest])
def test_what_costs_nothing_is_checked_whatever_a_stamp_says(model, change):
    """Names, kinds and sizes of files, headers, and shapes against the manifest."""
    change(model)
    believed(model)
    with pytest.raises(CorruptVersionError):
        bundle.load(model)


def test_workers_that_start_at_once_all_open_the_model(model, readings):
    """And leave a stamp that counts."""
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: bundle.load(model)[0].info, range(8)))
    assert len({info.name for info in opened}) == 1
    readings.clear()
    bundle.load(model)
    assert readings == []


def test_a_trained_model_is_verified_before_it_becomes_current(built, tmp_path, readings):
    """Servers that look for a new one find it ready to be opened."""
    root, snapshot = tmp_path / "models", built("two_cliques").snapshot_folder
    readings.clear()
    folder = train(snapshot, root, TRAIN)
    assert readings == WHOLE
    assert stamp_of(folder).stat().st_mtime_ns <= (root / CURRENT).stat().st_mtime_ns
    Pipeline.open(root)
    assert readings == WHOLE
