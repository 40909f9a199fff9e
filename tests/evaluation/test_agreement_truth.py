"""Who is asked and who is right, by our questions and by an outside scorer, on a real network."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from evaluation.history import History
from evaluation.questions import ask
from evaluation.tasks import Task
from ingestion.history import write_history
from ingestion.snapshot import ingest
from recommender.domain.config import EvaluateConfig
from recommender.matrices import load_snapshot
from tests.evaluation.bench import load_bench
from tests.evaluation.looking_back import facts, named
from tests.world_builder import INGEST

TASK = "lean-2024-07-01"


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A real network cut by an outside scorer, and our questions on the same data."""
    bench, folder = load_bench(), tmp_path_factory.mktemp("outside")
    bench.split(TASK, folder / "split")
    task = bench.tasks()[TASK]
    source, cutoff = Path(task["dir"]), datetime.fromisoformat(task["cutoff"])
    report = ingest(source, folder / "snapshots", INGEST, cutoff)
    write_history(source, folder / "history.parquet", INGEST)
    names = {"horizon_days": "horizon_days", "return_days": "react_days",
             "silence_days": "silence_days", "active_days": "active_days"}  # fmt: skip
    config = EvaluateConfig(**{ours: float(task[theirs]) for ours, theirs in names.items()})
    known = facts(load_snapshot(report.snapshot))
    return (
        known,
        ask(known, History(folder / "history.parquet"), config),
        bench.Split(folder / "split"),
    )


def by_asker(known, question, matrix, task):
    """Those with an answer, and what `matrix` has in their line."""
    ids, answered = known.snapshot.person_ids, np.diff(question.relevant[task].indptr) > 0
    sets = zip(question.askers, named(known, matrix), answered, strict=True)
    return {ids[int(row)]: found for row, found, asked in sets if asked}


@pytest.mark.parametrize("task", [Task.PEOPLE, Task.REACTIVATION])
def test_who_is_right_is_who_an_outside_scorer_finds_right(outside, task):
    """The same askers with an answer, and the same people for each."""
    known, questions, split = outside
    question = questions[str(task)]
    expected = {
        str(split.ids[asker]): {str(split.ids[row]) for row in split.relevant[str(task), asker]}
        for asker in split.asked[str(task)]
    }
    assert by_asker(known, question, question.relevant[task], task) == expected


def test_dormant_ties_are_those_that_an_outside_scorer_finds(outside):
    """The same pool for everyone with an answer."""
    known, questions, split = outside
    question = questions["reactivation"]
    expected = {
        str(split.ids[asker]): {str(split.ids[row]) for row in split.pool[asker]}
        for asker in split.asked["reactivation"]
    }
    assert by_asker(known, question, question.pool, Task.REACTIVATION) == expected
