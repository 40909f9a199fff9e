"""The commands in the order in which people use them, on a small made-up community."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pyarrow.parquet as pq
import pytest

from recommender.domain.config import SparkConfig
from recommender.domain.errors import OutputError
from recommender.domain.slate import FACTORS, SIGNALS
from tests.cli.conftest import ENVIRON, PLN


def said(done):
    """The one JSON document on standard output."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_demo_shows_two_people_with_networks_and_lists(demo):
    """A connector with ties, and a newcomer with people to meet."""
    _, facts = demo
    connector, newcomer = facts["people"]
    assert len(connector["network"]["ties"]) > len(newcomer["network"]["ties"])
    assert connector["people"]
    assert connector["reactivation"]
    assert newcomer["people"]
    assert facts["model"]["person_count"] == 150


def test_the_demo_can_be_read_by_people(here, tmp_path):
    """Without a terminal it is plain text: names, bars, reasons, and what to do next."""
    quick = {"PLN_TRAIN_RANKER": "plain", "PLN_TRAIN_LOOK_BACK": "2"}
    done = here("demo", "--people", 100, "--out", tmp_path / "demo", "--top", 2, environ=quick)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    for words in ("Amara Okafor", "People to get to know", "Ties to pick up again", "What next"):
        assert words in done.stdout


def test_the_demo_finds_spark_as_its_section_says(here, tmp_path, monkeypatch):
    """Where the settings have it learn embeddings."""
    given = []

    def train(*_, spark=None, **__):
        given.append(spark)
        raise OutputError("stop")

    monkeypatch.setattr("recommender.train.train", train)
    here("demo", "--people", 10, "--out", tmp_path, environ={"PLN_SPARK_MASTER": "local[3]"})
    assert given == [SparkConfig(master="local[3]")]


def test_progress_is_json_lines_where_there_is_no_terminal(pln, tmp_path):
    """Each line on standard error is a document with the step and how far it is."""
    done = pln("sample", "--people", 20, "--out", tmp_path)
    steps = [json.loads(line) for line in done.stderr.splitlines()]
    assert {"step", "share", "timestamp"} <= steps[0].keys()


def test_progress_is_a_bar_on_a_terminal(tmp_path):
    """One line that is drawn over, and no log lines."""
    reader, terminal = os.openpty()
    command = [PLN, "sample", "--people", "20", "--out", tmp_path / "tables"]
    done = subprocess.run(
        command, stderr=terminal, stdout=subprocess.PIPE, check=False, env=ENVIRON
    )
    drawn = os.read(reader, 1 << 16).decode()
    os.close(reader)
    os.close(terminal)
    assert done.returncode == 0
    assert "\x1b[" in drawn
    assert "timestamp" not in drawn


@pytest.mark.parametrize("kind", ["people", "reactivation"])
def test_a_list_has_ranks_scores_factors_and_reasons(here, demo, kind):
    """What `--json` prints is the whole recommendation."""
    out, _ = demo
    facts = said(here("recommend", "p00002", "--model", out / "models", "--kind", kind, "--json"))
    found = facts["recommendations"]
    assert [one["rank"] for one in found] == list(range(1, len(found) + 1))
    for one in found:
        assert set(one["factors"]) == set(FACTORS)
        assert one["reasons"]
        assert (one["tie"] is not None) == (kind == "reactivation")


def test_a_list_for_people_names_each_person_with_reasons(here, demo):
    """The table has the names of the JSON document."""
    out, _ = demo
    arguments = ("recommend", "p00002", "--model", out / "models", "--top", 3)
    table = here(*arguments).stdout
    for one in said(here(*arguments, "--json"))["recommendations"]:
        assert one["person_id"] in table
        assert one["display_name"].split()[0] in table


def test_dials_come_back_as_they_were_set(here, demo):
    """Flags win over the environment, and the answer says what was in force."""
    out, _ = demo
    facts = said(
        here(
            "recommend", "p00002", "--model", out / "models", "--diversity", 2, "--json",
            environ={"PLN_DIALS_DIVERSITY": "1", "PLN_DIALS_COLLABORATION": "0"},
        )
    )  # fmt: skip
    assert facts["dials"] == {"like_mindedness": 0.35, "collaboration": 0.0, "diversity": 2.0}


def test_the_same_input_and_seed_give_the_same_model(here, demo, tmp_path):
    """Ingesting and training again gives versions of the same name, which is of their content."""
    out, facts = demo
    said(here("ingest", out / "tables", "--out", tmp_path / "snapshots", "--json"))
    again = said(
        here("train", tmp_path / "snapshots", "--out", tmp_path / "models", "--seed", 0, "--json")
    )
    assert again["info"]["name"] == facts["model"]["name"]


def test_as_of_cuts_off_what_came_later(here, demo, tmp_path):
    """The report says when the snapshot ends and how many rows were too late."""
    out, _ = demo
    report = said(
        here("ingest", out / "tables", "--out", tmp_path, "--as-of", "2024-06-01", "--json")
    )
    assert report["as_of"].startswith("2024-06-01T00:00:00")
    assert report["tables"]["activities"]["ignored"] > 0


def test_versions_are_listed_verified_and_activated(here, demo):
    """Snapshots and models alike."""
    out, facts = demo
    name = facts["model"]["name"]
    listed = said(here("models", "list", out / "models", "--json"))
    told = {name: {"as_of": facts["model"]["as_of"], "people": 150}}
    assert listed == {"current": name, "versions": [name], "models": told}
    assert said(here("models", "verify", out / "models", "--json"))["verified"] is True
    assert said(here("models", "activate", out / "models", name, "--json")) == {"current": name}
    assert len(said(here("snapshot", "list", out / "snapshots", "--json"))["versions"]) == 1
    assert said(here("snapshot", "verify", out / "snapshots", "--json"))["verified"] is True


def test_a_model_that_cannot_be_read_is_listed_as_such(here, demo, tmp_path):
    """Beside those that can."""
    out, facts = demo
    shutil.copytree(out / "models", tmp_path / "models")
    (tmp_path / "models" / "20000101T000000-00000000").mkdir()
    (tmp_path / "models" / "20000101T000000-00000000" / "manifest.json").write_text("{}")
    done = here("models", "list", tmp_path / "models")
    assert done.returncode == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["cannot", "be", "read", "20000101T000000-00000000"] in lines
    [whole] = [words for words in lines if words[-1:] == ["150"]]
    assert whole[0] == facts["model"]["name"]


def test_a_model_says_what_training_learned(here, demo):
    """Which ranker, what each source finds, how true probabilities came; the same as JSON."""
    out, _ = demo
    told = said(here("models", "show", out / "models", "--json"))
    assert told["info"]["person_count"] == 150
    assert told["learned"]["ranker"]["chosen"] in {"plain", "lines", "curves"}
    assert set(told["learned"]["sources"]["recall"]) == set(SIGNALS)
    shown = here("models", "show", out / "models").stdout
    for word in ("Ranker", "recall", "active_in_topics", "Probabilities of ties", "returns"):
        assert word in shown


def test_a_damaged_model_is_found(here, demo, tmp_path):
    """Verification fails with exit code 3 and names the file."""
    out, facts = demo
    folder = tmp_path / facts["model"]["name"]
    source = out / "models" / folder.name
    folder.mkdir()
    for path in source.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    largest = max(folder.iterdir(), key=lambda path: path.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[-1] ^= 1
    largest.write_bytes(content)
    done = here("models", "verify", folder)
    assert done.returncode == 3
    assert largest.name in done.stderr


def test_an_export_has_all_lists_of_everyone_asked_for(here, demo, tmp_path):
    """Only the people in the file, at most `--top` each, ranked from 1."""
    out, _ = demo
    (tmp_path / "people.txt").write_text("p00002\np00007\n")
    arguments = ("export", "--model", out / "models", "--out", tmp_path / "lists", "--top", 5)
    said(here(*arguments, "--people", tmp_path / "people.txt", "--json"))
    rows = pq.read_table(*(tmp_path / "lists").glob("*.parquet")).to_pylist()
    assert {row["person_id"] for row in rows} <= {"p00002", "p00007"}
    assert {row["kind"] for row in rows} == {"people", "reactivation", "maintenance"}
    assert max(row["rank"] for row in rows) <= 5


def test_sources_are_listed(here):
    """Folders of native tables are always among them."""
    assert "folder" in said(here("sources", "--json"))


def test_a_source_may_be_a_file_url(here, demo, tmp_path):
    """With its signs escaped, as URLs have them."""
    out, _ = demo
    (tmp_path / "my tables").symlink_to(out / "tables")
    url = (tmp_path / "my tables").as_uri()
    assert "%20" in url
    made = said(here("ingest", url, "--out", tmp_path / "snapshots", "--json"))
    assert made["people"] == 150
