"""A whole evaluation: what it leaves in its folder, and what happens when it is cut short."""

from __future__ import annotations

import json
import shutil
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from unittest.mock import MagicMock

import pyarrow.parquet as pq
import pytest

from evaluation import replay, run
from evaluation.known import Known
from recommender.commands.host import HostData
from recommender.domain.config import EvaluateConfig, SparkConfig
from recommender.domain.errors import InputDataError, OutputError
from recommender.domain.writing import ASIDE
from recommender.embeddings import CONFIDENCE_SCALE, factorise
from recommender.matrices import load_snapshot
from tests.on_spark import spark
from tests.world_builder import INGEST, TRAIN, World

CUTOFFS = [datetime(2024, 5, 1), datetime(2024, 6, 1)]
SETTINGS = replay.Settings(
    evaluate=EvaluateConfig(resamples=200, depth=10, horizon_days=30, return_days=30), train=TRAIN
)


class PulledPlugError(Exception):
    """What a test raises in the middle of the work."""


@dataclass(frozen=True)
class Host:
    """The data at `tables`; may fail at a cutoff."""

    tables: Path
    fails_at: datetime | None = None

    def history(self, path: Path) -> None:
        HostData(self.tables, INGEST).history(path)

    def snapshot(self, root: Path, as_of: datetime) -> Path:
        if as_of == self.fails_at:
            raise PulledPlugError
        return Path(shutil.copytree(ingested(self.tables, as_of), root / "snapshot"))


@cache
def ingested(tables: Path, as_of: datetime) -> Path:
    """What was known, made once for all tests."""
    return HostData(tables, INGEST).snapshot(tables.parent / "snapshots", as_of)


def lively() -> World:
    """Twelve people in a ring, each of whom gets to know the next but one as time goes on."""
    world = World()
    names = [f"p{place:02}" for place in range(12)]
    for place, name in enumerate(names):
        neighbour, next_but_one = names[(place + 1) % 12], names[(place + 2) % 12]
        world.talk(name, neighbour, *range(70 + place, 160, 9), topic="tides")
        world.talk(name, next_but_one, 2 + 4 * place, topic="tides")
        world.works(name, "tides", *range(3, 150, 7)).works(name, f"own-{place % 3}", 5, 65, 90)
    return world


@pytest.fixture(scope="module")
def tables(tmp_path_factory) -> Path:
    return lively().write(tmp_path_factory.mktemp("lively") / "tables")


@pytest.fixture(scope="module")
def judgings():
    """Counts how often a cutoff is judged, while the tests of this file run."""
    count: list[str] = []
    real = replay.judge

    def judge(known, *rest, **named):
        count.append(known.snapshot.name)
        return real(known, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replay, "judge", judge)
        yield count


@pytest.fixture(scope="module")
def report(tables, judgings, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("whole") / "report"
    run.evaluate(Host(tables), out, SETTINGS, "ring", CUTOFFS)
    return out


@pytest.fixture
def no_page(monkeypatch):
    """Leaves out the drawing of the page, which these tests do not look at."""
    monkeypatch.setattr(run, "write_html", lambda _: "")


def evaluated(host: Host, out: Path, settings: replay.Settings = SETTINGS) -> bytes:
    """The figures that an evaluation leaves in `out`."""
    run.evaluate(host, out, settings, "ring", CUTOFFS)
    return (out / "report.json").read_bytes()


def test_a_report_has_a_page_figures_and_lists(report):
    """And nothing of the work is left beside what each cutoff came to."""
    assert {path.name for path in report.iterdir()} == {
        "report.html",
        "report.json",
        "lists.parquet",
        "cutoffs",
    }
    document = json.loads((report / "report.json").read_text())
    assert [one["cutoff"][:10] for one in document["cutoffs"]] == ["2024-05-01", "2024-06-01"]
    assert len(document["verdict"]) == 3
    lists = pq.read_table(report / "lists.parquet")
    assert set(lists["cutoff"].to_pylist()) == set(CUTOFFS)


def test_the_same_data_gives_the_same_bytes(report, tables, tmp_path):
    """Page, figures and lists alike, in another folder."""
    run.evaluate(Host(tables), tmp_path / "again", SETTINGS, "ring", CUTOFFS)
    for name in ("report.html", "report.json", "lists.parquet"):
        assert (tmp_path / "again" / name).read_bytes() == (report / name).read_bytes(), name


@pytest.mark.usefixtures("no_page")
def test_a_run_that_was_cut_short_goes_on_where_it_was(tables, report, judgings, tmp_path):
    """The cutoff that was whole is not judged again, and the result is the same."""
    out = tmp_path / "report"
    with pytest.raises(PulledPlugError):
        evaluated(Host(tables, fails_at=CUTOFFS[1]), out)
    assert not (out / "report.json").exists()
    done = len(judgings)
    assert evaluated(Host(tables), out) == (report / "report.json").read_bytes()
    assert len(judgings) == done + 1


@pytest.mark.usefixtures("no_page")
def test_other_settings_and_damage_are_judged_anew(tables, report, judgings, tmp_path):
    """Nothing that was kept is taken for what it is not."""
    out = Path(shutil.copytree(report, tmp_path / "report"))
    first, done = (report / "report.json").read_bytes(), len(judgings)
    assert evaluated(Host(tables), out) == first
    assert len(judgings) == done
    damaged = next((out / "cutoffs").glob("20240501*")) / "result.npz"
    damaged.write_bytes(damaged.read_bytes()[:100])
    assert evaluated(Host(tables), out) == first
    assert len(judgings) == done + 1
    other = replace(SETTINGS, evaluate=replace(SETTINGS.evaluate, horizon_days=20))
    evaluated(Host(tables), out, other)
    assert len(judgings) == done + 3
    assert len(list((out / "cutoffs").iterdir())) == 2


@pytest.mark.usefixtures("no_page")
def test_embeddings_of_a_cutoff_are_learned_in_one_session_of_spark(tables, tmp_path, monkeypatch):
    """Begun as the settings say; none is where all has been judged, and no result depends on it."""
    spark.require_spark()
    from recommender import spark_vectors
    from recommender.domain.spark import session

    begun = []

    def begin(config, folder):
        begun.append((config, folder.parent.parent))
        return nullcontext(MagicMock())

    def here(confidence, _, config):
        return factorise(confidence / CONFIDENCE_SCALE, replace(config, engine="local"))

    monkeypatch.setattr(session, "begun", begin)
    monkeypatch.setattr(spark_vectors, "factorise_on_spark", here)
    named = SparkConfig(master="local[2]")
    settings = replace(SETTINGS, train=replace(TRAIN, engine="spark"), spark=named)
    out = tmp_path / "report"
    first = evaluated(Host(tables), out, settings)
    assert begun == [(named, out)] * len(CUTOFFS)
    assert evaluated(Host(tables), out, replace(settings, spark=SparkConfig())) == first
    assert len(begun) == len(CUTOFFS)


def test_what_is_not_a_report_is_not_written_over(tables, tmp_path):
    """A file, or a folder with something else in it, stays as it is."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    (tmp_path / "file").write_text("no folder")
    for name in ("mine", "file"):
        with pytest.raises(OutputError, match="name a"):
            run.evaluate(Host(tables), tmp_path / name, SETTINGS, "ring", CUTOFFS)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_what_a_killed_run_left_does_not_stand_in_the_way(tmp_path):
    """Its unfinished work is nobody else's."""
    (tmp_path / "r" / f"{ASIDE}left").mkdir(parents=True)
    run.check_report(tmp_path / "r")
    (tmp_path / "r" / "notes.txt").write_text("mine")
    with pytest.raises(OutputError):
        run.check_report(tmp_path / "r")


def test_a_cutoff_without_a_future_is_refused(tables, tmp_path):
    """There is nothing to judge by; nothing is written."""
    with pytest.raises(InputDataError, match="nothing to judge"):
        run.evaluate(Host(tables), tmp_path / "r", SETTINGS, "ring", [datetime(2024, 8, 1)])
    assert not (tmp_path / "r" / "report.json").exists()


@pytest.mark.usefixtures("no_page")
def test_a_horizon_that_the_data_cuts_short_and_askers_left_out_are_noted(tables, report, tmp_path):
    """What people did later counts as not done; whoever has an answer is asked more often."""
    few = replace(SETTINGS, evaluate=replace(SETTINGS.evaluate, askers=5))
    document = run.evaluate(Host(tables), tmp_path / "r", few, "ring", [datetime(2024, 6, 10)])
    short, limited = sorted(document.notes, key=lambda note: "2024-06-10" not in note)
    assert "2024-06-10" in short
    assert "2024-06-10" not in limited
    assert "at most 5 people were asked" in limited
    (alone,) = json.loads((report / "report.json").read_text())["notes"]
    assert "2024-06-01" in alone


@pytest.mark.usefixtures("no_page")
def test_a_young_model_in_force_is_noted_to_have_had_little_time(tables, tmp_path):
    """It is judged from its own time on, which the data may cut short as at any other cutoff."""
    model = Known.of(load_snapshot(ingested(tables, datetime(2024, 6, 10))), TRAIN).pipeline.model
    with_current = replace(SETTINGS, current=model)
    document = run.evaluate(Host(tables), tmp_path / "r", with_current, "ring", CUTOFFS[:1])
    short, apart = document.notes
    assert "2024-06-10" in short
    assert "judged at its own time alone, 2024-06-10" in apart
    assert any(row.family == "current" for row in document.tasks[0].rows)
