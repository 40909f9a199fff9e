"""One cutoff judged: what an honest judge must find of systems whose worth is known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow.parquet as pq
import pytest

from evaluation import baselines as registry
from evaluation import judge as judging
from evaluation import tie_baselines as tie_registry
from evaluation.left_out import LeftOutError
from evaluation.listing import Listing
from evaluation.questions import ask
from evaluation.ranked import by_scores
from evaluation.report.words import ACCURACY, MEASURES, base
from evaluation.summary.metrics import DIVERSITY, better, is_plain
from evaluation.systems import Family
from evaluation.tasks import PEOPLE, PRIMARY, REACTIVATION, Task
from tests.evaluation.conftest import CONFIG


class AllKnowing:
    """Ranks whom each asker will address above everybody else."""

    def __init__(self, question, task):
        self._question, self._task = question, task

    def scorer(self, known):
        lines = {int(row): line for line, row in enumerate(self._question.askers)}
        relevant = self._question.relevant[self._task]

        def score(askers):
            return 1.0 + relevant[[lines[int(row)] for row in askers]].toarray()

        return score


class AllKnowingOfTies:
    """The same for the quiet ties of a pool."""

    def __init__(self, question):
        self._question = question

    def scorer(self, known):
        right = np.zeros((known.people, known.people))
        right[self._question.askers] = self._question.relevant[Task.REACTIVATION].toarray()
        return lambda askers, contacts: right[askers, contacts]


@pytest.fixture(scope="module")
def questions(past):
    return ask(past.known, past.history, CONFIG)


@pytest.fixture(scope="module")
def judged(past, questions, tmp_path_factory):
    """A cutoff with two all-knowing systems among the baselines, and its lists."""
    path = tmp_path_factory.mktemp("judged") / "lists.parquet"
    with pytest.MonkeyPatch.context() as patch:
        knowing = AllKnowing(questions[PEOPLE], Task.PEOPLE)
        patch.setitem(registry.BASELINES, "all_knowing", knowing)
        of_ties = AllKnowingOfTies(questions[REACTIVATION])
        patch.setitem(tie_registry.TIE_BASELINES, "all_knowing", of_ties)
        known = past.known
        with Listing(path, known.snapshot.as_of, known.snapshot.person_ids) as listing:
            result = judging.judge(known, past.history, CONFIG, listing)
    return result, pq.read_table(path)


def test_people_did_what_they_are_asked_about(questions):
    """Otherwise nothing below would mean anything."""
    for task in (Task.PEOPLE, Task.RECIPROCATED):
        assert questions[PEOPLE].relevant[task].nnz
    assert questions[REACTIVATION].relevant[Task.REACTIVATION].nnz


@pytest.mark.parametrize("task", [Task.PEOPLE, Task.REACTIVATION])
def test_a_system_that_knows_the_answers_scores_1(judged, task):
    """On every ranking metric, for everyone who has an answer."""
    result, _ = judged
    figures = result.tasks[task].figures["all_knowing"].people
    for metric in (PRIMARY[task], "mrr", f"recall@{CONFIG.depth}"):
        values = figures[metric]
        assert np.isfinite(values).any()
        np.testing.assert_allclose(values[np.isfinite(values)], 1.0, err_msg=metric)


def test_nobody_scores_above_the_all_knowing(judged):
    """Not on any accuracy metric, for any asker."""
    result, _ = judged
    figures = result.tasks[Task.PEOPLE].figures
    best = figures["all_knowing"].people["ndcg@10"]
    for name, one in figures.items():
        values = one.people["ndcg@10"]
        assert (values[np.isfinite(values)] <= best[np.isfinite(values)] + 1e-12).all(), name


def test_who_has_no_answer_is_left_out_of_accuracy_and_kept_in_diversity(judged, questions):
    """NaN on the one side, a value on the other."""
    result, _ = judged
    one = result.tasks[Task.PEOPLE]
    without = one.answers == 0
    assert without.any()
    ours = one.figures["ours"].people
    assert np.isnan(ours["ndcg@10"][without]).all()
    assert np.isfinite(ours["ndcg@10"][~without]).all()
    listed = without & np.isfinite(ours["novelty@10"])
    assert listed.any()
    assert questions[PEOPLE].panel.all()


def test_every_family_is_there_and_ours_is_the_default_dial(judged):
    """The dial at its default gives the very lists that are served."""
    result, _ = judged
    figures = result.tasks[Task.PEOPLE].figures
    assert {one.family for one in figures.values()} == set(Family) - {Family.CURRENT}
    ours, default = figures["ours"], figures["diversity 0.25"]
    for metric in ("ndcg@10", "intra-list diversity@10"):
        np.testing.assert_array_equal(ours.people[metric], default.people[metric])


def test_every_metric_has_words_and_a_side_that_is_better(judged):
    """What is measured is in the tables of the report, on the dial or among ranking metrics."""
    result, _ = judged
    ours = [one.figures["ours"] for one in result.tasks.values()]
    metrics = {name for one in ours for name in (*one.people, *one.whole)}
    assert {base(name) for name in metrics} <= set(MEASURES)
    plain = {name for name in metrics if is_plain(name)}
    assert {name for name in plain if base(name) not in ACCURACY} <= set(DIVERSITY)
    for name in plain:
        assert better(name) == MEASURES[base(name)].better


def test_reasons_are_judged_and_true(judged):
    """Every reason that is given recomputes from the snapshot."""
    result, _ = judged
    truth = result.tasks[Task.PEOPLE].figures["ours"].people["reason truth"]
    assert np.isfinite(truth).any()
    assert np.nanmin(truth) == 1.0


def test_the_lists_are_kept_with_what_came_true(judged, questions, past):
    """Who is right on a list is who the question says; nobody is listed twice or for herself."""
    _, table = judged
    rows = table.filter(
        (np.asarray(table["system"]) == "all_knowing") & (np.asarray(table["list"]) == PEOPLE)
    ).to_pylist()
    assert sum(row["right"] for row in rows) == questions[PEOPLE].relevant[Task.PEOPLE].nnz
    everyone = table.to_pylist()
    keys = {(r["list"], r["system"], r["person_id"], r["contact_id"]) for r in everyone}
    assert len(keys) == len(everyone)
    assert all(row["person_id"] != row["contact_id"] for row in everyone)
    assert {row["cutoff"] for row in everyone} == {past.known.snapshot.as_of}


def test_nobody_whom_the_rules_bar_is_on_any_list(judged, past):
    """Earlier contacts and hidden people are nobody's new people."""
    _, table = judged
    known = past.known
    hidden = {known.snapshot.person_ids[row] for row in np.flatnonzero(known.rules.hidden)}
    connected = known.rules.connected
    rows = [row for row in table.to_pylist() if row["list"] == PEOPLE]
    assert rows
    for row in rows:
        asker, contact = (
            known.snapshot.person_ids.row(row[c]) for c in ("person_id", "contact_id")
        )
        assert row["contact_id"] not in hidden
        assert not connected[asker, contact]


def test_the_random_baseline_scores_what_chance_says(past, questions):
    """Mean NDCG over many seeds is the analytic expectation, within four standard errors."""
    from evaluation import ranked
    from evaluation.metrics.ndcg import ndcg

    question, known = questions[PEOPLE], past.known
    relevant = question.relevant[Task.PEOPLE]
    barred = known.rules.barred(question.askers, "people")
    open_to = known.people - np.array(
        [len(np.union1d(line.indices, np.flatnonzero(known.rules.hidden))) for line in barred]
    )
    count = np.diff(relevant.indptr)
    worth = 1 / np.log2(np.arange(2, 12))
    best = np.array([worth[: min(10, k)].sum() for k in count])
    asked = count > 0
    expected = (count / open_to * worth.sum())[asked] / best[asked]
    means = []
    for seed in range(40):
        material = dataclasses.replace(
            known.material, config=dataclasses.replace(known.material.config, seed=seed)
        )
        guess = dataclasses.replace(known, material=material)
        lists = ranked.by_scores(registry.BASELINES["random"].scorer(guess), guess, question, 10)
        means.append(np.nanmean(ndcg(lists, relevant, 10)))
    error = np.std(means, ddof=1) / np.sqrt(len(means))
    assert abs(np.mean(means) - expected.mean()) < 4 * error


def test_groups_are_named_as_people_name_them(judged, past):
    """Exposure less share of people, by the organisation that is declared; they add up to 0."""
    result, _ = judged
    people = pq.read_table(past.tables / "people.parquet", columns=["organisation"])
    declared = set(people["organisation"].to_pylist()) - {None}
    assert result.groups.keys() <= declared
    assert result.groups
    assert abs(sum(result.groups.values())) < 1e-9


@pytest.mark.parametrize(
    ("wrong", "said"),
    [(lambda b, n: np.zeros((b, 3)), "shape"), (lambda b, n: np.full((b, n), np.nan), "finite")],
)
def test_a_baseline_that_gives_no_scores_is_left_out_by_name(past, questions, wrong, said):
    """It says what it gave; nobody is listed by it."""

    class Wrong:
        def scorer(self, known):
            return lambda askers: wrong(len(askers), known.people)

    with pytest.raises(LeftOutError, match=said):
        by_scores(Wrong().scorer(past.known), past.known, questions[PEOPLE], 10)
