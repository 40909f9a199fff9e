"""An export in an object store: the same, from a store that is busy half the time."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import tempfile

import boto3
import pytest

from recommender.batch import Asked, bucket, export, objects, shelf
from recommender.batch.bucket import Bucket
from recommender.batch.lease import Lease
from recommender.batch.objects import Objects
from recommender.batch.verify import verify
from recommender.domain.errors import (
    BusyError,
    CorruptVersionError,
    InvalidArgumentError,
    OutputError,
)
from recommender.domain.slate import Kind
from recommender.domain.versions import MANIFEST
from tests.objects import credentials, server
from tests.world_builder import World, build

__all__ = ["credentials", "server"]

ASKED = Asked(top=5, people_per_part=3)


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    """Nobody else is at work: there is nothing to wait for."""
    monkeypatch.setattr(bucket, "SETTLING_SECONDS", 0)


@pytest.fixture
def store(server):
    """A client, and an empty bucket named lists."""
    faulty, address = server
    client = boto3.client("s3", endpoint_url=address)
    client.create_bucket(Bucket="lists")
    yield client
    faulty.answer_all()
    for key in keys(client):
        client.delete_object(Bucket="lists", Key=key)


@pytest.fixture
def url(server, store):
    return f"s3://lists/nightly?endpoint_override={server[1]}"


def keys(client):
    """Of all objects; what ends with / only says that there is a folder."""
    listed = client.list_objects_v2(Bucket="lists").get("Contents", ())
    return sorted(each["Key"] for each in listed if not each["Key"].endswith("/"))


def body(client, key):
    return client.get_object(Bucket="lists", Key=key)["Body"].read()


def make(model, url, asked=ASKED):
    return export(model, url, asked, workers=1)


def test_the_same_files_as_in_a_folder(built, store, url, tmp_path):
    """Under a name of the run's own, which the manifest tells."""
    model = built("workplaces").model_folder
    report = make(model, url)
    export(model, tmp_path / "out", ASKED, workers=1)
    manifest = json.loads(body(store, f"nightly/{MANIFEST}"))
    run = f"lists-{manifest['run']}"
    parts = {path.name: path.read_bytes() for path in (tmp_path / "out").glob("part-*")}
    assert {name: body(store, f"nightly/{run}/{name}") for name in parts} == parts
    assert manifest["files"].keys() == {f"{run}/{name}" for name in parts}
    assert keys(store) == sorted(
        [f"nightly/{MANIFEST}", *(f"nightly/{name}" for name in manifest["files"])]
    )
    assert report.out == "s3://lists/nightly"
    assert verify(url).rows == report.rows


def test_todays_replaces_yesterdays(built, store, url):
    """Whose parts are gone."""
    make(built("two_cliques").model_folder, url)
    make(built("workplaces").model_folder, url)
    assert verify(url).model == built("workplaces").model_folder.name


def test_the_same_again_is_the_same(built, store, url):
    """Byte for byte, manifest included."""
    make(built("workplaces").model_folder, url)
    before = {key: body(store, key) for key in keys(store)}
    make(built("workplaces").model_folder, url)
    assert {key: body(store, key) for key in keys(store)} == before


def test_a_store_that_is_busy_half_the_time_is_asked_again(built, server, store, url, monkeypatch):
    """503, which means: later."""
    monkeypatch.setattr(objects, "ATTEMPTS", 1)
    monkeypatch.setattr(shelf, "ATTEMPTS", 1)
    monkeypatch.setattr(objects, "ROUNDS", 500)
    monkeypatch.setattr(objects, "WAIT_SECONDS", 0)
    server[0].half = True
    report = make(built("workplaces").model_folder, url)
    assert verify(url).rows == report.rows


@pytest.fixture(scope="module")
def forty(tmp_path_factory):
    """A model of forty people."""
    world = World()
    for number in range(40):
        world.works(f"p{number:02}", "tea", number + 1)
    return build(world, tmp_path_factory.mktemp("forty")).model_folder


def test_a_store_that_is_busy_all_along_is_never_given_up(forty, server, url):
    """As often as it is asked again, for however many parts; and when they are verified."""
    server[0].second = True
    report = make(forty, url, Asked(top=2, kinds=(Kind.PEOPLE,), people_per_part=1))
    assert report.parts == 40
    found = verify(url)
    assert (found.files, found.rows) == (40, report.rows)


def test_a_small_object_is_written_by_one_request(server, url):
    """Not by three, as a large one is."""
    found, before = Objects(url), server[0].requests
    found.put("note", b"note")
    assert server[0].requests == before + 1


def test_what_was_kept_before_the_store_failed_is_kept(built, server, store, url, monkeypatch):
    """The error says what to do, and the same command does it; yesterday's stays meanwhile."""
    make(built("two_cliques").model_folder, url)
    before, keep = body(store, f"nightly/{MANIFEST}"), Bucket.keep
    monkeypatch.setattr(objects, "ATTEMPTS", 1)
    monkeypatch.setattr(objects, "ROUNDS", 1)

    def failing(self, made):
        if "00001" in made.name:
            server[0].refusals = 1_000_000
        keep(self, made)

    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "keep", failing)
        with pytest.raises(OutputError, match=r"s3://lists/nightly cannot be used: .*try again"):
            make(built("workplaces").model_folder, url)
    server[0].refusals = 0
    assert body(store, f"nightly/{MANIFEST}") == before
    store.delete_object(Bucket="lists", Key="nightly/.pln-export/lock.json")  # as after a while
    assert make(built("workplaces").model_folder, url).resumed == 1
    assert verify(url).model == built("workplaces").model_folder.name
    assert not any(".pln-export" in key for key in keys(store))


def test_an_export_is_whole_while_the_next_one_is_unfinished(built, store, url, monkeypatch):
    """Its parts lie beside; but what is in the export's own folder must be in the manifest."""
    report = make(built("two_cliques").model_folder, url)
    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "keep", failing_after_one(Bucket.keep))
        with pytest.raises(OutputError, match="no room"):
            make(built("workplaces").model_folder, url)
    folders = {key.split("/")[1] for key in keys(store) if key.endswith(".parquet")}
    assert len(folders) == 2
    assert verify(url).rows == report.rows
    other = f"nightly/lists-{report.run}/part-9.parquet"
    for key in (other, "nightly/lists-de/part-9.parquet", "nightly/lists-0123abcd"):
        store.put_object(Bucket="lists", Key=key, Body=b"")
        with pytest.raises(CorruptVersionError, match=rf"{key} is not in manifest\.json"):
            verify(url)
        store.delete_object(Bucket="lists", Key=key)


def test_killed_when_all_is_out_it_only_tidies_up(built, store, url, monkeypatch):
    """And what is damaged by then is made anew, though its name is the same."""
    make(built("workplaces").model_folder, url)
    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "forget", lambda _: os.kill(os.getpid(), signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            make(built("workplaces").model_folder, url)
    report = make(built("workplaces").model_folder, url)
    assert report.resumed == report.parts
    assert verify(url).rows == report.rows
    part = next(key for key in keys(store) if "part-00001" in key)
    store.put_object(Bucket="lists", Key=part, Body=bytes(len(body(store, part))))
    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "keep", failing_after_one(Bucket.keep))
        with pytest.raises(OutputError, match="no room"):
            make(built("workplaces").model_folder, url)
    assert make(built("workplaces").model_folder, url).resumed == 1
    assert verify(url).rows == report.rows


def failing_after_one(keep):
    """Keeps a part, and then none."""
    kept = []

    def limited(self, made):
        if kept:
            raise OutputError("no room")
        kept.append(made)
        keep(self, made)

    return limited


def test_told_to_end_it_lets_go(built, server, store, url, tmp_path):
    """By SIGTERM, as schedulers do: neither the lock stays nor what was made for a part."""
    model, options = built("workplaces").model_folder, ["--workers", "1", "--store", "none"]
    command = [sys.executable, "-m", "recommender.cli", "export", "--model", model, "--out", url]
    environ = os.environ | {"PLN_EXPORT_PEOPLE_PER_PART": "3", "TMPDIR": str(tmp_path)}

    def end(request):
        if request["REQUEST_METHOD"] == "PUT" and "part-00001" in request["PATH_INFO"]:
            job.terminate()

    server[0].seen = end
    with subprocess.Popen([*command, *options], env=environ, stderr=subprocess.PIPE) as job:
        said = job.communicate()[1].decode()
    assert job.returncode == 130, said
    notes = {key.rpartition("/")[2] for key in keys(store) if ".pln-export/" in key}
    assert notes == {"plan.json", "made-00000.json"}
    assert list(tmp_path.glob("pln-*")) == []


def test_no_room_for_a_part_on_this_machine_is_said(built, store, url, monkeypatch, tmp_path):
    """On one line, with the folder of temporary files and what names another one."""
    full = OSError(errno.ENOSPC, "No space left on device")

    def fail(*_):
        raise full

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    said = rf"temporary folder {tmp_path} cannot be written \(No space left on device\); .*TMPDIR"
    for name in ("recommender.batch.workers.make_part", "tempfile.mkdtemp"):
        with monkeypatch.context() as patch:
            patch.setattr(name, fail)
            with pytest.raises(OutputError, match=said):
                make(built("workplaces").model_folder, url)


class Interrupting:
    """A file system whose user presses Ctrl-C as soon as something is written."""

    def __init__(self, system):
        self.system = system

    def open_output_stream(self, path):
        stream = self.system.open_output_stream(path)
        os.kill(os.getpid(), signal.SIGINT)
        return stream


def test_what_is_interrupted_is_written_whole(store, url, monkeypatch, tmp_path):
    """Neither an empty manifest nor half a part takes the place of what was there."""
    found, part = Objects(url), tmp_path / "part"
    part.write_bytes(b"part")
    monkeypatch.setattr(found, "_system", Interrupting(found._system))
    with pytest.raises(KeyboardInterrupt):
        found.put("note", b"note")
    with pytest.raises(KeyboardInterrupt):
        found.copy(part, "part")
    assert (body(store, "nightly/note"), body(store, "nightly/part")) == (b"note", b"part")


def test_an_unfinished_export_of_another_model_is_dropped(built, store, url, monkeypatch):
    """Parts and notes."""

    def fail(self, manifest):
        raise OutputError("no")

    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "publish", fail)
        with pytest.raises(OutputError):
            make(built("two_cliques").model_folder, url)
    assert len(keys(store)) > 3
    assert make(built("workplaces").model_folder, url).resumed == 0
    verify(url)


def test_of_notes_that_are_dropped_the_plan_goes_first(store, url, monkeypatch):
    """Killed in between, nobody takes what is left of them for whole."""
    place, gone = Bucket(url), []
    for name in ("made-00000.json", "learners.jsonl", "plan.json"):
        place.note(name, b"{}")
    with monkeypatch.context() as patch:
        patch.setattr(Objects, "delete", lambda _, name: gone.append(name))
        place.forget()
    assert len(gone) == 3
    assert gone[0] == ".pln-export/plan.json"


def test_the_second_of_two_says_so(built, store, url):
    """On whichever machine."""
    with Bucket(url).hold(), pytest.raises(BusyError, match=r"s3://lists/nightly is at work: pro"):
        make(built("workplaces").model_folder, url)
    make(built("workplaces").model_folder, url)


def test_of_two_that_begin_at_once_one_goes_on(store, url):
    """Whoever finds another's name in the lock gives way, at the latest before it publishes."""
    first, second = Bucket(url), Lease(Objects(url), ".pln-export/lock.json")
    with first.hold():
        second._renew()
        with pytest.raises(BusyError):
            first.publish({"files": {}})
    assert keys(store) == ["nightly/.pln-export/lock.json"]


def test_whoever_lost_the_place_touches_nothing(store, url):
    """Notes and parts there are the other's by then: it gives way before it writes or deletes."""
    theirs = {"plan.json": b"theirs", "made-00000.json": b"theirs"}
    first, second = Bucket(url), Bucket(url)
    with first.hold():
        Lease(Objects(url), ".pln-export/lock.json")._renew()
        for name, content in theirs.items():
            second.note(name, content)
        store.put_object(Bucket="lists", Key="nightly/lists-0123abcd/part-0.csv", Body=b"theirs")
        with pytest.raises(BusyError):
            first.note("plan.json", b"mine")
        with pytest.raises(BusyError):
            first.forget()
    assert second.notes() == theirs
    assert "nightly/lists-0123abcd/part-0.csv" in keys(store)


@pytest.mark.parametrize(
    "key", ["notes.txt", "part-00000.parquet", "lists-de/part-0.csv", "lists-0123abcd"]
)
def test_what_is_no_export_is_never_replaced(built, store, url, key):
    """Somebody's objects stay as they are."""
    store.put_object(Bucket="lists", Key=f"nightly/{key}", Body=b"mine")
    with pytest.raises(OutputError, match=key):
        make(built("workplaces").model_folder, url)
    assert keys(store) == [f"nightly/{key}"]


def test_what_somebody_puts_beside_an_export_stays(store, url):
    """Also where it comes while the export runs: only folders of runs are tidied up."""
    theirs = ["nightly/lists-de/manifest.json", "nightly/lists-x", "nightly/lists-0123abcd"]
    for key in [*theirs, "nightly/lists-76543210/part-00000.csv"]:
        store.put_object(Bucket="lists", Key=key, Body=b"mine")
    place = Bucket(url)
    place.begin("89abcdef")
    place.publish({"kind": "export", "files": {}})
    assert keys(store) == sorted([*theirs, f"nightly/{MANIFEST}"])


def test_a_manifest_of_something_else_is_never_replaced(built, store, url):
    """Nor one that cannot be read."""
    for content in (b'{"kind": "model"}', b"["):
        store.put_object(Bucket="lists", Key=f"nightly/{MANIFEST}", Body=content)
        with pytest.raises(OutputError, match="is not an export"):
            make(built("workplaces").model_folder, url)
        assert body(store, f"nightly/{MANIFEST}") == content


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        ("s3://", InvalidArgumentError, "--out"),
        ("s3://lists?secret=1", InvalidArgumentError, "--out"),
        ("s3://lists/a//b", InvalidArgumentError, "--out: 's3://lists/a//b' has // in its path"),
        ("s3://key:secret@lists/x", InvalidArgumentError, "--out"),
    ],
)
def test_a_url_that_is_none_is_refused(built, wrong, error, said):
    """Without telling secrets."""
    with pytest.raises(error, match=said) as caught:
        make(built("workplaces").model_folder, wrong)
    assert "key:secret" not in str(caught.value)


def test_a_bucket_that_is_not_there_is_named(built, server):
    """And none is made."""
    with pytest.raises(OutputError, match="there is no bucket 'none'"):
        make(built("workplaces").model_folder, f"s3://none/x?endpoint_override={server[1]}")


def test_verifying_what_is_not_there(url):
    """Names the object."""
    with pytest.raises(CorruptVersionError, match=r"s3://lists/nightly/manifest\.json is missing"):
        verify(url)
