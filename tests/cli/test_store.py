"""`pln store`, and the way of what learners do into a snapshot."""

from __future__ import annotations

import json

import pytest

from recommender.domain.learner import Learner
from recommender.store import LearnerStore
from tests.ingestion.tables import activity, host, interaction, write_host
from tests.store import values
from tests.store.values import block

GONE = "unmistakable-person-0815"


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'learners.db'}"


@pytest.fixture
def filled(url):
    """A store in which a learner blocked somebody, talked to somebody, and a person was erased."""
    store = LearnerStore.open(url)
    with store.writing("default") as work:
        work.put_learner(Learner(person_id="zoe"))
        work.put_block(block("zoe", "ada"))
        work.add_events([values.interaction(1, "zoe", "bea"), values.activity(2, GONE)])
        work.add_feedback([values.feedback(1)])
    with store.writing("default") as work:
        work.erase(GONE)
    store.close()
    return url


def said(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_happened_goes_from_the_store_into_the_snapshot(here, filled, tmp_path):
    """And who was erased is in none of its files."""
    tables = host(activities=[activity(), activity(GONE)], interactions=[interaction("ada", GONE)])
    write_host(tmp_path / "tables", tables)
    out, snapshots = tmp_path / "learners", tmp_path / "snapshots"
    done = said(here("store", "export", "--store", filled, "--out", out, "--json"))
    assert (done["tenant"], done["rows"]["blocks"], done["erased"]) == ("default", 1, 1)
    words = ["ingest", tmp_path / "tables", "--out", snapshots, "--learners", out, "--json"]
    report = said(here(*words))
    assert report["people"] == 3
    assert report["tables"]["blocks"]["kept"] == 1
    assert report["tables"]["interactions"]["kept"] == 1
    for file in snapshots.rglob("*.*"):
        assert GONE.encode() not in file.read_bytes(), file.name


def test_a_store_is_shown_tenant_by_tenant(here, filled):
    """Counts, and when anything happened last."""
    found = said(here("store", "show", "--store", filled, "--json"))["default"]
    last = found.pop("last")
    assert last.startswith("20")
    assert found == {
        "learners": 1,
        "blocks": 1,
        "events": 1,
        "feedback": 1,
        "erasures": 1,
        "changes": 5,
    }
    assert "learners" in here("store", "show", "--store", filled).stdout


def test_a_store_is_made_and_kept_in_order(here, url):
    """From nothing; a second time there is nothing to do."""
    assert said(here("store", "migrate", "--store", url, "--json"))["before"] == "none"
    again = said(here("store", "migrate", "--store", url, "--json"))
    assert again["before"] == again["now"]
    dropped = said(here("store", "purge", "--store", url, "--json"))
    assert set(dropped.values()) == {0}


def test_old_events_are_dropped_only_where_that_is_asked(here, filled):
    """By the time at which they happened; what learners decided stays."""
    purge = ["store", "purge", "--store", filled, "--json"]
    assert said(here(*purge))["events"] == 0
    assert said(here(*purge, "--before", values.NOW.isoformat()))["events"] == 0
    assert said(here(*purge, "--before", "2100-01-01"))["events"] == 2
    left = said(here("store", "show", "--store", filled, "--json"))["default"]
    assert (left["events"], left["feedback"], left["learners"], left["blocks"]) == (0, 0, 1, 1)


@pytest.mark.parametrize("command", ["show", "purge", "export"])
def test_a_store_that_is_not_there_is_not_made(here, url, tmp_path, command):
    """A slip in the path is told, and leaves no file."""
    more = ["--out", tmp_path / "out"] if command == "export" else []
    done = here("store", command, "--store", url, *more)
    assert done.returncode == 1
    assert "is not there" in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_tenant_to_export_is_named_where_there_are_several(here, filled, tmp_path):
    """And is one that there is."""
    store = LearnerStore.open(filled)
    store.key("other")
    store.close()
    command = ["store", "export", "--store", filled, "--out", tmp_path / "out"]
    for name in ([], ["--tenant", "nobody"]):
        done = here(*command, *name)
        assert done.returncode == 2
        assert "default, other" in done.stderr
    done = said(here(*command, "--tenant", "other", "--since", "2025-01-01", "--json"))
    assert done["tenant"] == "other"
    assert here(*command, "--since", "soon").returncode == 2
