"""The tables of a report, on figures whose summary is known."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from evaluation.document import Document
from evaluation.summary import to_json
from evaluation.systems import Family
from evaluation.tasks import Task
from recommender.domain.config import EvaluateConfig
from tests.evaluation.cutoff_results import (
    FIRST,
    NAN,
    SECOND,
    figures,
    noisy,
    people,
    result,
    summed,
    task,
    two_rivals,
)


def test_figures_are_pooled_over_askings_and_told_by_cutoff():
    """Means of 1, 0 and ½, 1: .625 in all, of three people."""
    first = task({"ours": figures(Family.OURS, ndcg_10=[1, 0])}, ["ann", "bob"])
    second = task({"ours": figures(Family.OURS, ndcg_10=[0.5, 1])}, ["ann", "cyd"])
    found = summed(result({Task.PEOPLE: first}), result({Task.PEOPLE: second}, SECOND)).tasks[0]
    row = found.rows[0]
    assert (row.system, row.family) == ("ours", "ours")
    assert (row.metrics["ndcg@10"].value, row.metrics["ndcg@10"].people) == (0.625, 3)
    assert {at: figure["ndcg@10"].value for at, figure in row.by_cutoff.items()} == {
        FIRST: 0.5,
        SECOND: 0.75,
    }
    assert (found.asked, found.answered) == (3, 3)


def test_people_without_an_answer_are_asked_but_not_answered():
    """Each person is counted once, however often she was asked."""
    values = figures(Family.OURS, ndcg_10=[1, NAN, NAN])
    part = task({"ours": values}, ["ann", "bob", "cyd"], [2, 0, 0])
    again = task({"ours": values}, ["ann", "bob", "dan"], [1, 0, 0])
    found = summed(result({Task.PEOPLE: part}), result({Task.PEOPLE: again}, SECOND)).tasks[0]
    assert (found.asked, found.answered) == (4, 1)
    assert found.rows[0].metrics["ndcg@10"].people == 1


def test_a_system_that_ran_at_one_cutoff_has_no_figure_of_the_other():
    """And is compared where it ran."""
    both = {"ours": figures(Family.OURS, ndcg_10=np.full(40, 0.5))}
    with_rival = both | {"ease": figures(Family.BASELINE, ndcg_10=np.full(40, 0.25))}
    found = summed(
        result({Task.PEOPLE: task(with_rival, people(40))}),
        result({Task.PEOPLE: task(both, people(40, 40))}, SECOND),
    ).tasks[0]
    ease = next(row for row in found.rows if row.system == "ease")
    assert list(ease.by_cutoff) == [FIRST]
    assert found.comparisons[0].ratio.value == 2
    assert found.comparisons[0].difference.people == 40
    assert [one.cutoff for one in found.comparisons_by_cutoff] == [FIRST]


def test_a_figure_of_all_lists_counts_those_who_were_asked_where_it_is_known():
    """29 people of a cutoff at which the model in force ran, and not fifty others besides."""
    ours = {
        count: figures(Family.OURS, whole={"coverage@10": 0.4}, ndcg_10=np.full(count, 0.5))
        for count in (29, 50)
    }
    current = figures(Family.CURRENT, whole={"coverage@10": 0.2}, ndcg_10=np.full(29, 0.5))
    found = summed(
        result({Task.PEOPLE: task({"ours": ours[29], "current": current}, people(29))}),
        result({Task.PEOPLE: task({"ours": ours[50]}, people(50, 29))}, SECOND),
    ).tasks[0]
    coverage = next(one for one in found.comparisons if one.metric == "coverage@10")
    assert coverage.difference.people == 29
    assert (coverage.p, coverage.verdict) == (None, "no difference shown")
    shown = {row.system: row.metrics["coverage@10"].people for row in found.rows}
    assert shown == {"ours": 79, "current": 29}


def test_rows_are_ours_then_rivals_best_first_then_sources():
    """The best rival is a baseline, however good a source is alone."""
    found = summed(result({Task.PEOPLE: two_rivals()})).tasks[0]
    assert [row.system for row in found.rows] == ["ours", "strong_one", "weak", "signal"]
    assert found.best_rival == "strong_one"


def test_only_tasks_that_were_asked_are_told():
    """Each with its title, what it asks, and its primary metric."""
    part = task({"ours": figures(Family.OURS, ndcg_5=[1.0])}, ["ann"])
    found = summed(result({Task.FADING: part}))
    assert [one.task for one in found.tasks] == ["fading"]
    assert found.tasks[0].primary == "ndcg@5"
    assert found.tasks[0].title
    assert "180 days" in found.tasks[0].explanation


def test_the_declared_comparisons_are_with_every_baseline_and_nothing_else():
    """On the primary metric; Holm counts those of all tasks, but not those by cutoff.

    A source alone is compared, too, without having been declared.
    """
    ties = task(
        {
            "ours": figures(Family.OURS, ndcg_5=noisy(0.5, 60, 5)),
            "recency": figures(Family.BASELINE, ndcg_5=noisy(0.5, 60, 6)),
        },
        people(60),
    )
    found = summed(result({Task.PEOPLE: two_rivals(), Task.REACTIVATION: ties}))
    compared = [one for part in found.tasks for one in part.comparisons]
    assert [one.rival for one in compared if one.p_holm is None] == ["signal"]
    declared = [one for one in compared if one.p_holm is not None]
    assert [(one.task, one.rival, one.metric) for one in declared] == [
        ("people", "weak", "ndcg@10"),
        ("people", "strong_one", "ndcg@10"),
        ("reactivation", "recency", "ndcg@5"),
    ]
    assert [one.verdict for one in declared] == ["better", "better", "no difference shown"]
    lowest = 2 / 401
    assert [one.p for one in declared[:2]] == pytest.approx([lowest] * 2)
    assert [one.p_holm for one in declared[:2]] == pytest.approx([3 * lowest] * 2)
    assert declared[2].p_holm == declared[2].p
    by_cutoff = [one for part in found.tasks for one in part.comparisons_by_cutoff]
    assert len(by_cutoff) == 3
    assert all(one.p_holm is None and one.cutoff == FIRST for one in by_cutoff)


def test_the_model_in_force_is_compared_on_every_metric_and_its_direction():
    """A higher Gini is worse; these comparisons are not among the declared."""
    levels = {"coverage@10": 0.4, "exposure gini@10": 0.4}
    systems = {
        "ours": figures(Family.OURS, whole=levels, ndcg_10=noisy(0.5, 50, 1)),
        "current": figures(
            Family.CURRENT, whole=dict.fromkeys(levels, 0.2), ndcg_10=noisy(0.3, 50, 2)
        ),
        "weak": figures(Family.BASELINE, ndcg_10=noisy(0.1, 50, 3)),
    }
    found = summed(result({Task.PEOPLE: task(systems, people(50))})).tasks[0]
    against = {one.metric: one for one in found.comparisons if one.rival == "current"}
    assert {name: one.verdict for name, one in against.items()} == {
        "ndcg@10": "better",
        "coverage@10": "better",
        "exposure gini@10": "worse",
    }
    assert against["coverage@10"].ratio.value == pytest.approx(2)
    assert all(one.p_holm is None for one in against.values())
    weak = next(one for one in found.comparisons if one.rival == "weak")
    assert weak.p_holm == weak.p
    assert found.best_rival == "weak"


def test_strata_are_means_of_their_askers_and_answers():
    """Metrics of strata stand among the strata, and not in the table."""
    systems = {
        "ours": figures(
            Family.OURS, **{"ndcg_10": [1, 0, 0.5, NAN], "ndcg_10 · two hops": [1, NAN, 0, NAN]}
        ),
        "weak": figures(Family.BASELINE, ndcg_10=[0, 0, 0.25, NAN]),
        "signal": figures(Family.SOURCE, ndcg_10=[0, 0, 0, NAN]),
    }
    strata = {"contacts of the asker": ["10+", "0–2", "0–2", "3–9"]}
    part = task(systems, people(4), [1, 1, 1, 0], strata)
    found = summed(result({Task.PEOPLE: part})).tasks[0]
    told = {(one.grouping, one.name): one for one in found.strata}
    assert list(told) == [
        ("contacts of the asker", "0–2"),
        ("contacts of the asker", "10+"),
        ("distance of the answer", "two hops"),
    ]
    few = told["contacts of the asker", "0–2"]
    assert few.people == 2
    assert {name: one.value for name, one in few.metrics.items()} == {"ours": 0.25, "weak": 0.125}
    near = told["distance of the answer", "two hops"]
    assert (near.people, near.metrics["ours"].value, near.metrics["weak"].value) == (2, 0.5, None)
    assert list(found.rows[0].metrics) == ["ndcg@10"]


def test_contacts_have_no_distance():
    """Of dormant ties nobody asks how many hops away they are."""
    values = {"ndcg_5": [1, 0], "ndcg_5 · two hops": [1, 0], "ndcg_5 · popular": [1, 0]}
    part = task({"ours": figures(Family.OURS, **values)}, people(2))
    found = summed(result({Task.REACTIVATION: part})).tasks[0]
    assert [one.name for one in found.strata] == ["popular"]


def test_json_has_every_figure_and_no_other_number():
    """Undefined is null, six digits are kept, numbers of NumPy are plain ones."""
    document = replace(
        summed(result({Task.PEOPLE: two_rivals()})),
        settings={"seed": np.int64(3), "list": (1, 2.0), "none": None, "on": True},
        groups={"a": NAN, "b": 0.123456789, "c": float("inf")},
    )
    text = to_json(document)
    found = json.loads(text, parse_constant=pytest.fail)
    assert text.endswith("}\n")
    assert found["groups"] == {"a": None, "b": 0.123457, "c": None}
    assert found["settings"] == {"seed": 3, "list": [1, 2.0], "none": None, "on": True}
    assert found["tasks"][0]["rows"][0]["metrics"]["ndcg@10"]["value"] == 0.5
    assert list(found) == list(Document.__dataclass_fields__)


def test_the_same_results_give_the_same_json():
    """Byte by byte; and another seed gives other intervals."""
    results = [result({Task.PEOPLE: two_rivals()})]
    first, same, other = (
        to_json(summed(*results, config=EvaluateConfig(resamples=200, seed=seed)))
        for seed in (0, 0, 1)
    )
    assert first == same
    assert first != other


def test_results_stay_as_they_are():
    """Nothing that is handed over is changed."""
    part = two_rivals()
    before = {name: one.people["ndcg@10"].copy() for name, one in part.figures.items()}
    summed(result({Task.PEOPLE: part}))
    assert all((part.figures[name].people["ndcg@10"] == v).all() for name, v in before.items())
