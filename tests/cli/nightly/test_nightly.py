"""A night that goes well: what is made, told and removed, and what is asked for beforehand."""

from __future__ import annotations

import json

import pytest

from recommender.commands.nightly.plan import Plan
from recommender.commands.nightly.steps import Job, export, ingest
from recommender.domain.config import Settings, SparkConfig
from recommender.domain.errors import OutputError
from recommender.domain.learner import Learner
from recommender.domain.locking import hold
from recommender.domain.nightly_config import NightlyConfig
from recommender.domain.progress import silent
from recommender.store import LearnerStore
from tests.cli.nightly import world
from tests.store.values import block

SPARK = SparkConfig(master="local[2]")


def test_a_night_brings_model_and_lists_of_the_new_data(first_night, second_night):
    """The new model is in force, the lists are of it, and the one before is still there."""
    name = world.in_force(second_night)
    assert name != world.in_force(first_night)
    assert world.lists_of(second_night) == name
    assert (second_night / "models" / world.in_force(first_night) / "manifest.json").is_file()
    told = world.report(second_night)
    assert (told["outcome"], told["failure"]) == ("done", None)
    assert (told["model_before"], told["model"]) == (world.in_force(first_night), name)


def test_steps_by_hand_come_to_the_same(here, second_night, tmp_path):
    """Ingestion, training and export as commands give the very bytes of the run."""
    steps = (
        ("ingest", second_night / "tables", "--out", tmp_path / "snapshots"),
        ("train", tmp_path / "snapshots", "--out", tmp_path / "models"),
        ("export", "--model", tmp_path / "models", "--out", tmp_path / "out" / "lists"),
    )
    for words in steps:
        done = here(*words, "--config", second_night / "pln.toml")
        assert done.returncode == 0, done.stderr
    made = world.bytes_of(tmp_path, *world.MADE)
    assert made.items() <= world.bytes_of(second_night).items()
    assert "models/CURRENT" in made


def test_the_report_tells_of_each_step_and_of_the_night_before(second_night):
    """Counts, bytes and names; the same figures of the last run beside them; a page to read."""
    told = world.report(second_night)
    steps = {step["name"]: step for step in told["steps"]}
    assert {name for name, step in steps.items() if step["state"] == "skipped"} == {
        "learners",
        "gate",
    }
    assert steps["ingest"]["facts"]["people"] == 60
    assert steps["train"]["facts"]["bytes"] > 10_000
    assert steps["export"]["facts"]["people without"]["people"] == 0
    [fewer] = [c for c in told["changes"] if c["name"] == "snapshot, rows kept, activities"]
    assert fewer["now"] < fewer["before"]
    assert told["compared_with"] < told["run"]
    page = (second_night / "work" / "latest" / "report.md").read_text()
    assert page.startswith(f"# Nightly run {told['run']}: done")
    assert "| train | done |" in page
    assert "p00001" not in page


def test_the_log_has_a_line_for_each_beginning_and_end(second_night):
    """With how long it took and the memory it needed; and for the parts in between."""
    lines = world.log(second_night)
    ended = [line for line in lines if line["event"] == "step ended"]
    assert [line["step"] for line in ended] == [
        *("check", "ingest", "train", "publish", "export", "tidy"),
    ]
    assert all({"seconds", "peak_memory_bytes", "timestamp"} <= line.keys() for line in ended)
    assert {"step": "train", "part": "finding people"}.items() <= next(
        line for line in lines if line.get("part") == "finding people"
    ).items()
    assert lines[-1]["event"] == "run ended"


def test_a_run_that_came_to_its_end_is_not_gone_on_with(host, second_night):
    """The next is another one, and from the same data comes the same; as JSON it says so."""
    folder = world.copy(second_night, host.parent / "again")
    done = world.night(folder, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told == world.report(folder)
    assert told["run"] > world.report(second_night)["run"]
    assert "resumed" not in world.states(told).values()
    assert world.bytes_of(folder) == world.bytes_of(second_night)


def test_what_has_had_its_time_goes_and_what_is_in_use_stays(host):
    """Snapshots with their reports, models with their stamps, runs: as many stay as are to."""
    before = world.in_force(host)
    world.write_settings(host, "keep_snapshots = 1\nkeep_models = 1\nkeep_runs = 1")
    done = world.night(host)
    assert done.returncode == 0, done.stderr
    assert world.in_force(host) != before
    models = [path.name for path in (host / "models").iterdir() if path.is_dir()]
    assert models == [world.in_force(host)]
    [report] = (host / "snapshots" / "reports").iterdir()
    assert (host / "snapshots" / report.name / "manifest.json").is_file()
    assert not any(before in path.name for path in (host / "models").iterdir())
    tidied = next(s for s in world.report(host)["steps"] if s["name"] == "tidy")["facts"]
    assert tidied["models removed"] == [before]


def test_a_store_that_nobody_has_used_yet_is_passed_over(host):
    """As on the first night: a server makes its tenant, once there is a model."""
    url = f"sqlite:///{host / 'learners.db'}"
    LearnerStore.open(url).close()
    world.write_settings(host, f'store = "{url}"')
    done = world.night(host)
    assert done.returncode == 0, done.stderr
    [step] = [step for step in world.report(host)["steps"] if step["name"] == "learners"]
    assert (step["state"], step["why"]) == ("skipped", "nobody has used the learner store yet")


def test_what_learners_decided_is_laid_over_the_data(host):
    """It is taken from the store at the beginning of the run."""
    store = LearnerStore.open(f"sqlite:///{host / 'learners.db'}")
    with store.writing("default") as work:
        work.put_learner(Learner(person_id="p00001"))
        work.put_block(block("p00001", "p00002"))
    store.close()
    world.write_settings(host, f'store = "sqlite:///{host / "learners.db"}"')
    done = world.night(host)
    assert done.returncode == 0, done.stderr
    steps = {step["name"]: step["facts"] for step in world.report(host)["steps"]}
    assert steps["learners"]["rows"]["blocks"] == 1
    [before] = [
        one for one in world.report(host)["changes"] if one["name"] == "snapshot, rows kept, blocks"
    ]
    assert before["now"] == before["before"] + 1


STEPS = [(ingest, "ingestion.snapshot.ingest"), (export, "recommender.batch.export")]
MADE = {"ingest": "snapshot", "publish": "model"}


@pytest.mark.parametrize(("module", "does"), STEPS, ids=lambda each: str(each)[-10:])
@pytest.mark.parametrize(("engine", "expected"), [("spark", SPARK), ("local", None)])
def test_ingestion_and_export_are_done_by_the_engine_of_the_settings(
    monkeypatch, module, does, engine, expected
):
    """Spark is found as its own section says."""
    given = []

    def act(*_, spark, **__):
        given.append(spark)
        raise OutputError("stop")

    monkeypatch.setattr(does, act)
    nightly = NightlyConfig(engine=engine, store="none", models="models", work="work")
    plan = Plan(settings=Settings(nightly=nightly, spark=SPARK))
    with pytest.raises(OutputError, match="stop"):
        module.step.work(Job(plan, "run", made=MADE), silent)
    assert given == [expected]


def test_a_dry_run_says_what_would_be_done_and_does_nothing(host):
    """From where to where, step by step."""
    before = world.bytes_of(host, ".")
    done = world.night(host, "--dry-run", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["source"] == "tables"
    assert told["steps"]["train"] == "would be done"
    assert told["steps"]["gate"].startswith("skipped")
    assert world.bytes_of(host, ".") == before


def test_a_second_run_at_once_ends_with_4_and_says_who_is_at_work(host):
    """Nothing is touched, not even the report."""
    before = world.bytes_of(host)
    with hold(host / "work" / "lock", "nightly run"):
        done = world.night(host)
    assert done.returncode == 4
    assert done.stdout == ""
    assert "pln: another nightly run is at work: process" in done.stderr
    assert world.bytes_of(host) == before


WRONG = [
    ("", ["nightly.source: not set", 'models = "', "nightly.lists", "nightly.work"]),
    ('[nightly]\nsources = "x"', ["nightly.sources: no such setting", "nightly.source?"]),
    ("[nightly]\nkeep_models = -1", ["nightly.keep_models"]),
    ("[nightly]\nresume_hours = 25", ["nightly.resume_hours"]),
    ('[nightly]\nengine = "flink"', ["nightly.engine", "local, spark"]),
    (world.NIGHTLY + 'kinds = "foes"', ["nightly.kinds", "foes"]),
    (world.NIGHTLY.replace('"work"', '"models"'), ["nightly.work", "nightly.models"]),
    (world.NIGHTLY.replace('"work"', '"out/lists/work"'), ["nightly.work", "nightly.lists"]),
    (world.NIGHTLY.replace('"out/lists"', '"models/lists"'), ["nightly.lists", "nightly.models"]),
    (world.NIGHTLY.replace('"out/lists"', '"gs://bucket/x"'), ["nightly.lists", "is a URL"]),
    (world.NIGHTLY.replace('"out/lists"', '"s3://b/x?regin=eu"'), ["nightly.lists", "regin=eu"]),
    (world.NIGHTLY.replace('"out/lists"', '"s3://b/x//y"'), ["nightly.lists", "s3://b/x//y"]),
]


@pytest.mark.parametrize(("text", "said"), WRONG, ids=lambda each: str(each)[:40])
def test_wrong_settings_end_with_2_before_anything_is_done(tmp_path, text, said):
    """All of them are named, on one line, with what to write."""
    (tmp_path / "pln.toml").write_text(text)
    done = world.night(tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert all(each in done.stderr for each in said), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["pln.toml"]
