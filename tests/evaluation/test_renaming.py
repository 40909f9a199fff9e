"""Who people are called must not matter: every id is changed, and with it the order of the rows."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evaluation.accuracy import accuracy
from evaluation.baselines import BASELINES
from evaluation.questions import ask
from evaluation.ranked import by_scores
from evaluation.tasks import ASKED, PEOPLE, Task
from evaluation.tie_baselines import TIE_BASELINES
from tests.evaluation.conftest import CONFIG, Past

LEARNT = {"random", "implicit_als", "implicit_bpr", "implicit_lmf"}
"""These begin with random numbers by row, so other rows give other lists."""


def renamed(person: str) -> str:
    return hashlib.sha256(person.encode()).hexdigest()[:12]


@pytest.fixture(scope="module")
def other(past, tmp_path_factory) -> Past:
    """The same community under other names."""
    folder = tmp_path_factory.mktemp("renamed")
    (folder / "tables").mkdir()
    for path in past.tables.iterdir():
        table = pq.read_table(path)
        for column in {"person_id", "contact_id"} & set(table.column_names):
            place = table.column_names.index(column)
            names = [renamed(person) for person in table[column].to_pylist()]
            table = table.set_column(place, column, pa.array(names, pa.string()))
        pq.write_table(table, folder / "tables" / path.name)
    return Past(folder)


@pytest.fixture(scope="module")
def moved(past, other) -> np.ndarray:
    """The new row of every row, int [n]."""
    ids = past.known.snapshot.person_ids
    rows = [other.known.snapshot.person_ids.row(renamed(ids[row])) for row in range(len(ids))]
    assert rows != sorted(rows)
    return np.array(rows)


def test_the_same_people_are_asked_and_have_the_same_answers(past, other, moved):
    """For every question and task."""
    mine, theirs = (ask(one.known, one.history, CONFIG) for one in (past, other))
    for name, question in mine.items():
        assert set(moved[question.askers]) == set(theirs[name].askers)
        for task in ASKED[name]:
            right = {
                (moved[question.askers[line]], moved[row])
                for line, row in zip(*question.relevant[task].nonzero(), strict=True)
            }
            again = theirs[name]
            lines, rows = again.relevant[task].nonzero()
            assert right == set(zip(again.askers[lines], rows, strict=True))


@pytest.mark.parametrize("name", sorted(BASELINES.keys() - LEARNT))
def test_scores_of_people_stay_theirs(past, other, moved, name):
    """Whatever does not begin with chance scores the same pairs the same."""
    askers = np.arange(past.known.people, dtype=np.int32)
    mine = BASELINES[name].scorer(past.known)(askers)
    theirs = BASELINES[name].scorer(other.known)(moved.astype(np.int32))
    np.testing.assert_allclose(theirs[:, moved], mine, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", TIE_BASELINES)
def test_scores_of_ties_stay_theirs(past, other, moved, name):
    """Each tie by its two ends."""
    ties = past.known.ties
    pairs = ties.persons(), ties.contacts
    mine = TIE_BASELINES[name].scorer(past.known)(*pairs)
    theirs = TIE_BASELINES[name].scorer(other.known)(
        *(moved[rows].astype(np.int32) for rows in pairs)
    )
    np.testing.assert_allclose(theirs, mine, rtol=1e-4, atol=1e-6)


def test_metrics_stay_the_same_where_no_two_scores_are_equal(past, other, moved):
    """Every ranking metric of every asker, of a baseline with a little added to part equals."""
    figures = []
    for one, rows in ((past, moved), (other, np.arange(len(moved)))):
        question = ask(one.known, one.history, CONFIG)[PEOPLE]
        score = BASELINES["recent_activity"].scorer(one.known)

        def parted(askers, score=score, rows=rows):
            return score(askers) + 1e-9 * (1 + rows)

        lists = by_scores(parted, one.known, question, CONFIG.depth)
        told = accuracy(Task.PEOPLE, lists, question)
        order = np.argsort(rows[question.askers])
        figures.append({metric: values[order] for metric, values in told.items()})
    for metric, values in figures[0].items():
        assert np.isfinite(values).any()
        np.testing.assert_allclose(figures[1][metric], values, err_msg=metric)
