"""Host data in an object store, against a server on this machine that can be made to fail."""

from __future__ import annotations

import boto3
import pytest

from ingestion import stores
from ingestion.history import write_history
from ingestion.snapshot import ingest
from ingestion.stores import Store
from recommender.domain.errors import InputDataError, InvalidArgumentError, OutputError
from tests.cli.conftest import run_here
from tests.ingestion.examples import git_repository
from tests.ingestion.files import ACTIVITIES, INTERACTIONS
from tests.ingestion.tables import AS_OF, CONFIG, content, reasons, rows_of, snap
from tests.objects import credentials, server

__all__ = ["credentials", "server"]

BROKEN = "person_id,topic_id,occurred_at,verb\nada,maths,never,post\n"


@pytest.fixture
def bucket(server, request):
    """Puts objects into a bucket of its own, and gives the URL of what is in it."""
    faulty, address = server
    client = boto3.client("s3", endpoint_url=address)
    client.create_bucket(Bucket="exports")

    def bucket(objects, path, **more):
        for key, body in objects.items():
            client.put_object(Bucket="exports", Key=key, Body=body)
        query = "".join(f"&{name}={value}" for name, value in more.items())
        return f"s3://exports/{path}?endpoint_override={address}{query}"

    yield bucket
    faulty.answer_all()
    for each in client.list_objects_v2(Bucket="exports").get("Contents", ()):
        client.delete_object(Bucket="exports", Key=each["Key"])
    client.delete_bucket(Bucket="exports")


def tables(prefix="", **more):
    """The objects of a small host."""
    files = {"activities.csv": ACTIVITIES, "interactions.csv": INTERACTIONS, **more}
    return {f"{prefix}{name}": body for name, body in files.items()}


def fails(url, tmp_path, error=InputDataError):
    """What is said where `url` cannot be read; nothing may be left behind."""
    with pytest.raises(error) as caught:
        ingest(url, tmp_path / "out", CONFIG, AS_OF)
    assert not (tmp_path / "out").exists()
    assert "\n" not in str(caught.value)
    assert ".pln-aside" not in str(caught.value)
    return str(caught.value)


def test_a_prefix_is_read_like_a_folder(bucket, tmp_path):
    """To the same bytes, and no copy is left."""
    objects = tables("2025/march/")
    report = snap(bucket(objects, "2025/march"), tmp_path / "out")
    for key, body in objects.items():
        path = tmp_path / "here" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body)
    here = snap(tmp_path / "here/2025/march", tmp_path / "other")
    assert content(report.snapshot) == content(here.snapshot)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        path.name for path in (tmp_path / "other").iterdir()
    )


def test_only_what_a_glob_matches_is_copied(bucket, tmp_path, server, monkeypatch):
    """Folder by folder; and rows that are set aside name their object."""
    copied = []
    copy = stores._copy
    monkeypatch.setattr(stores, "_copy", lambda s, i, t: (copied.append(i.path), copy(s, i, t)))
    objects = tables("a[b/2025-01/") | tables("a[b/2024-01/") | tables("other/2025-02/")
    objects |= tables("a[b/2025-02/deep/", **{"activities.csv": BROKEN})
    objects |= {"a[b/2025-02/activities.csv": BROKEN, "a[b/2025-02/interactions.csv": INTERACTIONS}
    report = snap(bucket(objects, "a[[]b/2025-*"), tmp_path / "out")
    assert {path.split("/")[2] for path in copied} == {"2025-01", "2025-02"}
    assert ("s3://exports/a[b/2025-02/activities.csv", 2, "unparsable_time", "occurred_at") in (
        reasons(report)
    )


def test_a_glob_at_any_depth_is_narrowed_on_the_disk(bucket, tmp_path):
    """As for paths."""
    url = bucket(tables("x/y/2025/") | tables("x/2025/") | {"x/z/file": "?"}, "x/**/2025")
    assert len(rows_of(snap(url, tmp_path / "out"), "people")) > 1


def test_a_whole_bucket_is_read(bucket, tmp_path):
    """And endings of folders are no files."""
    assert snap(bucket(tables() | {"empty/": ""}, ""), tmp_path / "out").people > 1


def test_any_kind_that_is_files_can_lie_there(bucket, tmp_path):
    """Recognised by its form."""
    folder = git_repository(tmp_path / "history.git")
    objects = {
        f"history.git/{path.relative_to(folder)}": path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    objects["history.git/refs/keep"] = ""  # a store keeps no folder that is empty
    report = snap(bucket(objects, "history.git"), tmp_path / "out", as_of=None)
    assert report.people == 4
    assert {file for file, *_ in reasons(report)} == {"s3://exports/history.git"}


def test_gzip_is_copied_as_it_is(bucket, tmp_path):
    """Whether it is unpacked is for the kind of data to say."""
    import gzip

    objects = {name + ".gz": gzip.compress(body.encode()) for name, body in tables().items()}
    assert snap(bucket(objects, ""), tmp_path / "out").people > 1


def test_interactions_come_from_there_too(bucket, tmp_path):
    """For evaluation."""
    assert write_history(bucket(tables(), ""), tmp_path / "history.parquet", CONFIG) > 0


def test_the_endpoint_may_be_named_by_the_environment(bucket, tmp_path, server, monkeypatch):
    """As other programs take it."""
    bucket(tables("x/"), "x")
    monkeypatch.setenv("AWS_ENDPOINT_URL", server[1])
    assert snap("s3://exports/x", tmp_path / "out").people > 1


def test_a_store_that_is_busy_for_a_while_is_asked_again(bucket, tmp_path, server):
    """503, which means: later."""
    url = bucket(tables("x/"), "x")
    server[0].refusals = 2
    assert snap(url, tmp_path / "out").people > 1
    assert server[0].refusals == 0


def test_a_store_that_stays_busy_is_said_to_be(bucket, tmp_path, server, monkeypatch):
    """After a few attempts."""
    monkeypatch.setattr(stores, "ATTEMPTS", 2)
    url = bucket(tables("x/"), "x")
    server[0].refusals = 10_000
    assert fails(url, tmp_path).startswith("s3://exports/x cannot be read: ")


def test_a_connection_that_breaks_off_is_said_to(bucket, tmp_path, server, monkeypatch):
    """Half an object is none."""
    monkeypatch.setattr(stores, "ATTEMPTS", 2)
    url = bucket(tables("x/"), "x")
    server[0].torn = ("activities.csv",)
    assert "s3://exports/x/activities.csv" in fails(url, tmp_path)


def test_nobody_at_the_endpoint_is_said_to_be(tmp_path, monkeypatch):
    """With what to look at."""
    monkeypatch.setattr(stores, "ATTEMPTS", 1)
    said = fails("s3://exports/x?endpoint_override=http://127.0.0.1:1", tmp_path)
    assert said.startswith("s3://exports/x cannot be read: ")
    assert said.endswith(
        "see that the store answers at its endpoint and in its region, and try again"
    )


def test_what_is_not_there_is_said_not_to_be(bucket, tmp_path):
    """Neither bucket nor prefix, nor anything that a glob matches."""
    url = bucket(tables("x/"), "y")
    for path in ("exports/y", "exports/x/2*", "nobody/x", "nobody"):
        said = fails(url.replace("exports/y", path), tmp_path)
        assert f"s3://{path}" in said
        assert "is not there, or is empty" in said


def test_who_may_not_read_is_told_whose_keys_are_needed(tmp_path, monkeypatch):
    """Whether it is the store that refuses or this machine that has no keys."""
    with pytest.raises(InputDataError, match="AWS_ACCESS_KEY_ID"), stores._reaching("s3://x"):
        raise OSError("When listing: AWS Error ACCESS_DENIED during HeadObject operation: none")


def test_data_of_no_kind_is_named_by_its_url(bucket, tmp_path):
    """And not by the place of its copy."""
    assert fails(bucket({"x/notes.txt": "?"}, "x/notes.txt"), tmp_path).startswith(
        "s3://exports/x/notes.txt is no kind of data"
    )
    assert fails(bucket({"y/notes.txt": "?"}, "y"), tmp_path).startswith("s3://exports/y ")


@pytest.mark.parametrize(
    "key", ["x//a", "x/" + "y" * 256, "x/activities.csv/under", "x/a\u00e9" + "y" * 253]
)
def test_a_key_that_is_no_name_for_a_file_is_refused(bucket, tmp_path, key):
    """Before anything is copied."""
    assert "cannot be a file" in fails(bucket(tables("x/") | {key: "?"}, "x"), tmp_path)


def test_no_key_leads_out_of_the_copy():
    """Whatever a store says is in it."""
    for path in ("b/../x", "b/./x", "b/x\0y", "b/x/../../../etc/passwd"):
        info = type("Info", (), {"path": path})
        with pytest.raises(InputDataError, match="cannot be a file"):
            stores._check_names([info])


def test_what_does_not_fit_on_the_disk_is_not_copied(bucket, tmp_path, monkeypatch):
    """And it is said how much that is."""
    monkeypatch.setattr(stores, "RESERVE", 1 << 62)
    said = fails(bucket(tables("x/"), "x"), tmp_path, OutputError)
    assert said.startswith("0.0 GB are to be copied, and the disk of --out has room for 0.0 GB")


@pytest.mark.parametrize(
    "url",
    ["s3://", "s3:///x", "s3://key:secret@exports/x", "s3://exports/x?secret_key=y", "s3:/exports"],
)
def test_a_url_that_names_no_bucket_or_too_much_is_refused(url, tmp_path):
    """Credentials come from the environment; none is shown."""
    said = fails(url, tmp_path, InvalidArgumentError)
    assert "s3://BUCKET/PREFIX" in said
    assert "secret@" not in said


def test_what_a_url_escapes_is_meant_as_it_is():
    """Blanks and question marks, for one."""
    store = Store.at("s3://exports/a%20b%3F/?region=eu-west-1&anonymous=true", "SOURCE")
    assert (store.key, store.options) == ("a b?", {"region": "eu-west-1", "anonymous": "true"})


def test_an_unknown_kind_is_refused_before_anything_is_asked(tmp_path, server):
    """The store is not looked at."""
    before = server[0].requests
    with pytest.raises(InvalidArgumentError, match="'nonsense' is not one of"):
        ingest("s3://exports/x", tmp_path / "out", CONFIG, AS_OF, kind="nonsense")
    assert server[0].requests == before


def test_the_command_ends_with_3_and_one_line(bucket, tmp_path):
    """As for any data that cannot be used."""
    done = run_here("ingest", bucket({}, "nothing"), "--out", str(tmp_path / "out"))
    assert done.returncode == 3
    assert "s3://exports/nothing is not there" in done.stderr
