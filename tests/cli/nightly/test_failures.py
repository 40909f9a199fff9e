"""A night that fails: what is in force stays so, and the report says what, why and what to do."""

from __future__ import annotations

import resource
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from recommender.commands.nightly.plan import Plan
from recommender.commands.nightly.steps import Job, export
from recommender.domain.config import Settings
from recommender.domain.errors import BusyError, GateError, OutputError
from recommender.domain.progress import silent
from tests.cli.nightly import world


@pytest.fixture
def unharmed(host):
    """Afterwards the model in force and everyone's lists are what they were before."""
    before = world.bytes_of(host, "out"), world.in_force(host)
    yield host
    assert (world.bytes_of(host, "out"), world.in_force(host)) == before
    told = world.report(host)
    assert told["outcome"] == "failed"
    assert told["model"] == before[1]
    assert f"model {before[1]} is in force, as before" in told["failure"]["serving"]
    assert "lists in out/lists are whole" in told["failure"]["serving"]


def told_of(done, folder):
    """The failure in the report, after checking that the last line of the command says the same."""
    failed = world.report(folder)["failure"]
    line = done.stderr.splitlines()[-1]
    assert line.startswith("pln: ")
    assert " ".join(failed["message"].split()) in line
    assert failed["serving"] in line
    assert failed["remedy"] in line
    page = (folder / "work" / "latest" / "report.md").read_text()
    assert f"**{failed['step']}**" in page
    assert failed["remedy"].replace("|", "\\|") in page
    assert any("exception" in each for each in world.log(folder))
    return failed


def empty(folder):
    for path in (folder / "tables").iterdir():
        path.unlink()


BAD = {
    "gone": (lambda folder: shutil.rmtree(folder / "tables"), "check"),
    "empty": (empty, "ingest"),
    "without rows": (lambda folder: world.cut(folder, "activities", 0), "ingest"),
    "shrunk by more than half": (lambda folder: world.cut(folder, "interactions", 0.45), "ingest"),
    "without a table": (lambda folder: world.table(folder, "activities").unlink(), "ingest"),
    "of another schema": (lambda f: world.rename(f, "activities", "topic_id", "tag"), "ingest"),
    "damaged": (lambda folder: world.table(folder, "activities").write_bytes(b"PAR1"), "ingest"),
}


@pytest.mark.parametrize(("spoil", "step"), BAD.values(), ids=BAD)
def test_data_that_cannot_be_used_end_with_3(unharmed, spoil, step):
    """Nothing is made of them, and the report says what is wrong with them."""
    spoil(unharmed)
    done = world.night(unharmed)
    assert done.returncode == 3, done.stderr
    failed = told_of(done, unharmed)
    assert failed["step"] == step
    assert failed["kind"] == "InputDataError"
    assert world.states(world.report(unharmed))["train"] == "waiting"


def test_data_that_shrank_for_good_are_let_through_once(host):
    """By a flag, not by a setting that somebody forgets."""
    world.cut(host, "interactions", 0.45)
    assert world.night(host).returncode == 3
    before = world.in_force(host)
    done = world.night(host, "--allow-shrunk")
    assert done.returncode == 0, done.stderr
    assert world.in_force(host) != before
    assert world.night(host, "--dry-run").returncode == 0


GATE = '[floors]\n"people.ndcg@10" = {}\n'


def test_a_gate_that_stays_shut_ends_with_1_and_one_that_opens_needs_no_new_model(
    host, first_night, monkeypatch
):
    """The model is kept; once the gate lets it pass the run goes on there."""
    monkeypatch.setattr("evaluation.run.write_html", lambda _: "")  # nobody looks at the page
    (host / "gate.toml").write_text(GATE.format(0.9999))
    world.write_settings(host, 'gate = "gate.toml"')
    before = world.bytes_of(host, "out")
    done = world.night(host)
    assert done.returncode == 1
    assert (world.in_force(host), world.bytes_of(host, "out")) == (
        world.in_force(first_night),
        before,
    )
    failed = told_of(done, host)
    assert failed["step"] == "gate"
    told = world.report(host)
    [demand] = world.facts(told, "gate")["demands not met"]
    assert demand.startswith("people.ndcg@10")
    model = world.facts(told, "train")["model"]
    assert f"pln models activate models {model}" in failed["remedy"]
    (host / "gate.toml").write_text('[current]\nmetrics = ["people.ndcg@10"]\n')
    done = world.night(host)
    assert done.returncode == 0, done.stderr
    states = world.states(world.report(host))
    assert (states["train"], states["gate"], states["publish"]) == ("resumed", "done", "done")
    assert world.in_force(host) == world.lists_of(host) == model


def test_while_a_gate_stays_shut_no_more_is_kept_than_settings_say(host, first_night, monkeypatch):
    """What is in force stays, and what the newest run made; what the run before made goes."""

    def judge(*_):
        raise GateError("too bad")

    monkeypatch.setattr("recommender.commands.judging.Gated.judge", judge)
    (host / "gate.toml").write_text(GATE.format(0.9999))
    world.write_settings(host, 'gate = "gate.toml"\nkeep_models = 1\nkeep_snapshots = 1')
    old, made = world.in_force(first_night), []
    for _ in range(2):
        world.cut(host, "goals", 0.9)
        done = world.night(host)
        assert done.returncode == 1
        assert told_of(done, host)["step"] == "gate"
        told = world.report(host)
        assert world.states(told)["tidy"] == "done"
        made.append(world.facts(told, "train")["model"])
    assert len({old, *made}) == 3
    assert world.versions(host / "models") == sorted([old, made[1]])
    assert len(world.versions(host / "snapshots")) == 2
    assert world.facts(told, "tidy")["models removed"] == [made[0]]


@contextmanager
def little_room(size):
    """No file can become larger: the kernel refuses it, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_is_full_from_the_start_harms_nothing(unharmed):
    """It ends with exit code 1."""
    with little_room(8_000):
        done = world.night(unharmed)
    assert done.returncode == 1, done.stderr
    assert told_of(done, unharmed)["step"] == "ingest"


def test_a_disk_that_is_full_at_the_lists_leaves_those_of_the_night_before(host, second_night):
    """The new model is in force already, as the report says; with room, only the lists are made."""
    world.write_settings(host, rest='[export]\nformat = "csv"')
    before = world.bytes_of(host, "out")
    with little_room(400_000):
        done = world.night(host)
    assert done.returncode == 1, done.stderr
    assert world.bytes_of(host, "out") == before
    new = world.in_force(second_night)
    assert world.in_force(host) == new
    failed = told_of(done, host)
    assert failed["step"] == "export"
    assert f"model {new} is in force, the new one" in failed["serving"]
    done = world.night(host)
    assert done.returncode == 0, done.stderr
    states = world.states(world.report(host))
    assert (states["publish"], states["export"]) == ("resumed", "done")
    assert world.lists_of(host) == new


def test_what_stands_in_the_way_is_all_found_before_anything_is_done(unharmed):
    """Folders, gate and store: on one line, with the setting of each."""
    (unharmed / "file").write_text("")
    text = world.NIGHTLY.replace('"snapshots"', '"file/snapshots"')
    text += 'gate = "none.toml"\nstore = "postgresql://127.0.0.1:1/none"\n'
    (unharmed / "pln.toml").write_text(text)
    done = world.night(unharmed)
    assert done.returncode == 2
    failed = told_of(done, unharmed)
    assert failed["step"] == "check"
    for words in ("none.toml", "nightly.snapshots", "127.0.0.1"):
        assert words in failed["message"]


def test_a_report_is_written_whatever_comes_of_asking_where_the_lists_are(host, monkeypatch):
    """Before that is asked, as it may take long; and once more with what went wrong at first."""
    told = []

    def place_at(_):
        told.append(world.report(host)["outcome"])
        raise ValueError("a store that makes no sense")

    monkeypatch.setattr("recommender.batch.places.place_at", place_at)
    assert world.night(host).returncode == 1
    report = world.report(host)
    assert (told, report["outcome"]) == (["running", "failed"], "failed")
    assert report["failure"]["message"] == "a store that makes no sense"
    assert "whether there are lists in out/lists cannot be seen" in report["failure"]["serving"]
    assert world.log(host)[-1]["event"] == "run ended"


def test_an_export_by_somebody_else_is_a_failure_and_not_another_run(monkeypatch):
    """Exit code 4 would tell the scheduler that the lists are being made."""

    def busy(*_, **__):
        raise BusyError("another export is at work")

    monkeypatch.setattr("recommender.batch.export", busy)
    job = Job(Plan(settings=Settings()), "run", made={"publish": "model"})
    with pytest.raises(OutputError, match="another export is at work"):
        export.step.work(job, silent)


def test_lists_that_were_begun_before_the_run_are_begun_anew(monkeypatch):
    """They are as of what learners had decided by then."""
    given = []

    def begin(*_, not_before, **__):
        given.append(not_before)
        raise OutputError("stop")

    monkeypatch.setattr("recommender.batch.export", begin)
    begun = datetime(2025, 3, 1, 2, tzinfo=UTC)
    job = Job(Plan(settings=Settings()), "run", begun, made={"publish": "model"})
    with pytest.raises(OutputError, match="stop"):
        export.step.work(job, silent)
    assert given == [datetime(2025, 3, 1, 2)]


def test_a_store_that_does_not_answer_ends_with_1(unharmed):
    """A failure that may be gone when the run is started again."""
    world.write_settings(unharmed, 'store = "postgresql://127.0.0.1:1/none"')
    done = world.night(unharmed)
    assert done.returncode == 1
    assert "start again once the store answers" in told_of(done, unharmed)["remedy"]


def test_a_file_where_the_run_keeps_its_own_is_told(host):
    """Where there can be no report, the line says all there is to say."""
    shutil.rmtree(host / "work")
    (host / "work").write_text("")
    done = world.night(host)
    assert done.returncode == 1
    assert "work/lock" in done.stderr
