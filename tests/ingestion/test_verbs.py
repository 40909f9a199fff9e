"""What an event weighs: its own weight, that of its verb, or that of any other verb."""

from __future__ import annotations

import json
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from ingestion.history import write_history
from ingestion.preview import preview
from ingestion.verbs import VERBS
from tests.ingestion.tables import (
    AS_OF,
    CONFIG,
    activity,
    host,
    interaction,
    rows_of,
    snap,
    write_host,
)

OWN = {"post": 5, "applaud": 0.25, "view": 0}
HOST_KNOWS_BETTER = replace(CONFIG, verbs=OWN, other_verb=0.5)


def weighed(folder, verbs, config=CONFIG, **others):
    """What each verb weighs in a snapshot, as an activity and as an interaction."""
    done = [activity(topic=f"t{n:03}", verb=verb, **others) for n, verb in enumerate(verbs)]
    said = [interaction("ada", f"p{n:03}", verb=verb, **others) for n, verb in enumerate(verbs)]
    tables = host(activities=done, interactions=said)
    report = snap(write_host(folder / "in", tables), folder / "out", config=config)
    of_topics = [row["weight"] for row in rows_of(report, "person_topic")]
    of_contacts = [row["weight"] for row in rows_of(report, "person_contact")]
    return report, of_topics, of_contacts


def test_each_verb_of_the_table_weighs_what_it_says(tmp_path):
    """In activities and interactions alike, whatever its case."""
    expected = pytest.approx([verb.weight for verb in VERBS.values()])
    _, done, said = weighed(tmp_path, [name.title() for name in VERBS])
    assert done == expected
    assert said == expected


def test_any_other_verb_weighs_1_and_a_weight_of_its_own_stands(tmp_path):
    """The host knows best."""
    assert weighed(tmp_path / "other", ["waved"])[1:] == ([1], [1])
    assert weighed(tmp_path / "own", ["view"], weight=7)[1:] == ([7], [7])


def test_settings_come_before_the_table(tmp_path):
    """For its verbs, for those it does not have, and for all others."""
    report, done, said = weighed(
        tmp_path, ["POST", "applaud", "view", "waved", "accept"], HOST_KNOWS_BETTER
    )
    assert done == said == [5, 0.25, 0, 0.5, VERBS["accept"].weight]
    settings = json.loads((report.snapshot / "manifest.json").read_text())["settings"]
    assert settings["verb_weights"].items() >= OWN.items()
    assert settings["verb_weights"]["accept"] == VERBS["accept"].weight
    assert settings["other_verb_weight"] == 0.5


def test_saying_what_the_table_says_changes_no_byte(tmp_path):
    """A snapshot is of what weighs, not of who said so; other weights are another snapshot."""
    same = replace(CONFIG, verbs={"post": VERBS["post"].weight}, other_verb=1.0)
    names = [
        weighed(tmp_path / str(n), ["post"], config)[0].snapshot.name
        for n, config in enumerate((CONFIG, same, HOST_KNOWS_BETTER))
    ]
    assert names[0] == names[1] != names[2]


def test_evaluation_weighs_as_ingestion_does(tmp_path):
    """What people did later is told apart by the same weights."""
    tables = host(interactions=[interaction(verb="waved"), interaction(verb="waved", weight=0.5)])
    source = write_host(tmp_path / "in", tables)
    told = {}
    for name, config in {"plain": CONFIG, "own": HOST_KNOWS_BETTER}.items():
        write_history(source, tmp_path / name, config)
        told[name] = pq.read_table(tmp_path / name).num_rows
    assert told == {"plain": 2, "own": 1}


def test_a_dry_run_says_which_verbs_weigh_what_any_other_does(tmp_path):
    """Those that have a weight in the settings are none of them."""
    done = [activity(verb=verb) for verb in ("applaud", "waved", "post")]
    source = write_host(tmp_path / "in", host(activities=done))
    seen = preview(source, HOST_KNOWS_BETTER, AS_OF)
    assert seen.verbs["activities"] == {"waved": 1}
    assert seen.other_verb == 0.5
