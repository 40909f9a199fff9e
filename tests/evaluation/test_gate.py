"""The gate: what is read from its file, and whom it lets pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evaluation.document import Comparison, Document, Estimate, Row, TaskSummary
from evaluation.gate import Bounds, Gate, enforce, judge_gate, read_gate
from recommender import cli
from recommender.commands.console import plain
from recommender.domain.errors import GateError, InvalidArgumentError

NDCG = "people.ndcg@10"
WHOLE = f"""
[floors]
"{NDCG}" = 0.10
"reasons.reason truth" = 1
beyond_doubt = true

[ceilings]
"people.exposure gini@10" = 0.99

[current]
metrics = ["{NDCG}", "reactivation.ndcg@5"]
tolerance = 0.02
"""


def gate_file(folder, text):
    path = folder / "gate.toml"
    path.write_text(text, encoding="utf-8")
    return path


def figure(value, low=None, high=None):
    return Estimate(value=value, low=low, high=high, people=40)


def document(reasons=None, **tasks):
    """An evaluation that came to these figures: metric to estimate, by task."""
    summaries = [
        TaskSummary(
            task=task,
            title="",
            explanation="",
            primary="ndcg@10",
            asked=40,
            answered=40,
            best_rival="random",
            rows=[
                Row(system="ours", family="ours", metrics=metrics, by_cutoff={}),
                Row(system="random", family="baseline", metrics={}, by_cutoff={}),
            ],
            comparisons=[],
            comparisons_by_cutoff=[],
            strata=[],
        )
        for task, metrics in tasks.items()
    ]
    return Document(
        title="",
        version="",
        verdict=[],
        settings={},
        cutoffs=[],
        tasks=summaries,
        dials=[],
        prices=[],
        ablation=[],
        reasons=reasons or {},
        reliability=[],
        groups={},
    )


def comparison(verdict, ratio, metric="ndcg@10", cutoff=""):
    return Comparison(
        task="people",
        metric=metric,
        rival="current",
        cutoff=cutoff,
        ratio=ratio,
        difference=figure(0.0),
        effect=None,
        p=None,
        p_holm=None,
        verdict=verdict,
    )


def gate(path, **demands):
    return Gate(path=path / "gate.toml", **demands)


def passed(findings):
    return [finding.passed for finding in findings]


def test_a_whole_gate_is_read_as_it_is_written(tmp_path):
    """Every table and key, in the order of the file; whole numbers are numbers."""
    path = gate_file(tmp_path, WHOLE)
    assert read_gate(path) == Gate(
        path=path,
        floors=Bounds(limits={NDCG: 0.1, "reasons.reason truth": 1.0}, beyond_doubt=True),
        ceilings=Bounds(limits={"people.exposure gini@10": 0.99}),
        not_worse=(NDCG, "reactivation.ndcg@5"),
        tolerance=0.02,
    )


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ('[floor]\n"people.mrr" = 1', "floor", "did you mean floors?"),
        ('floors = 1\n[current]\nmetrics = ["people.mrr"]', "floors", "write [floors]"),
        ("[floors]\npeople.mrr = 0.1", "people", "in quotes"),
        ('[floors]\n"peple.mrr" = 0.1', "peple.mrr", "people, reciprocated"),
        ('[floors]\n"mrr" = 0.1', "mrr", "people.ndcg@10"),
        ('[ceilings]\n"people." = 0.1', "people.", "people.ndcg@10"),
        ('[floors]\n"people.mrr" = "0.1"', "people.mrr", "'0.1' is not a finite number"),
        ('[floors]\n"people.mrr" = true', "people.mrr", "not a finite number"),
        ('[floors]\n"people.mrr" = nan', "people.mrr", "not a finite number"),
        ("[floors]\nbeyond_doubt = 1", "floors.beyond_doubt", "true or false"),
        ("[current]\nmetric = []", "metric", "did you mean metrics?"),
        ('[current]\nmetrics = "people.mrr"', "current.metrics", "list of names"),
        ("[current]\nmetrics = [1]", "current.metrics", "list of names"),
        ('[current]\nmetrics = ["all"]', "all", "people.ndcg@10"),
        ("[current]\ntolerance = 1", "current.tolerance", "a share"),
        ("[current]\ntolerance = -0.1", "current.tolerance", "a share"),
        ("", "gate", "demands nothing"),
        ("[floors]\nbeyond_doubt = true", "gate", "demands nothing"),
    ],
)
def test_what_is_wrong_in_a_gate_is_named_with_place_and_remedy(tmp_path, text, key, said):
    """The key at fault, the file it stands in, and how it is right."""
    path = gate_file(tmp_path, text)
    with pytest.raises(InvalidArgumentError) as caught:
        read_gate(path)
    assert caught.value.field == key
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("text", ["[floors", "[floors]\npeople.ndcg@10 = 0.1"])
def test_a_file_that_is_not_toml_is_named(tmp_path, text):
    """Also where only the quotes of a name are missing, which is said."""
    path = gate_file(tmp_path, text)
    with pytest.raises(InvalidArgumentError, match=r"not TOML.*in quotes") as caught:
        read_gate(path)
    assert caught.value.field == str(path)


def test_a_gate_that_is_not_there_is_named(tmp_path):
    """No gate is not a gate that lets everybody pass."""
    with pytest.raises(InvalidArgumentError, match=r"gate\.toml: cannot be read"):
        read_gate(tmp_path / "gate.toml")


@pytest.mark.parametrize(("value", "good"), [(0.1, True), (0.0999, False)])
def test_a_floor_is_reached_by_the_value(tmp_path, value, good):
    """To stand on it is enough, whatever the interval."""
    demands = gate(tmp_path, floors=Bounds(limits={NDCG: 0.1}))
    found = judge_gate(demands, document(people={"ndcg@10": figure(value, 0.01, 0.5)}), [])
    assert passed(found) == [good]


@pytest.mark.parametrize(("value", "good"), [(0.99, True), (0.9901, False)])
def test_a_ceiling_is_kept_by_the_value(tmp_path, value, good):
    """To touch it is still allowed."""
    demands = gate(tmp_path, ceilings=Bounds(limits={"people.exposure gini@10": 0.99}))
    found = judge_gate(demands, document(people={"exposure gini@10": figure(value)}), [])
    assert passed(found) == [good]


@pytest.mark.parametrize(
    ("low", "high", "good"), [(0.2, 0.4, [True, True]), (0.1, 0.5, [False] * 2)]
)
def test_beyond_doubt_the_whole_interval_must_be_within(tmp_path, low, high, good):
    """The lower end for floors, the upper end for ceilings."""
    demands = gate(
        tmp_path,
        floors=Bounds(limits={NDCG: 0.2}, beyond_doubt=True),
        ceilings=Bounds(limits={NDCG: 0.4}, beyond_doubt=True),
    )
    measured = document(people={"ndcg@10": figure(0.3, low, high)})
    assert passed(judge_gate(demands, measured, [])) == good


def test_without_an_interval_nothing_is_beyond_doubt(tmp_path):
    """A value alone does not say how sure it is."""
    demands = gate(tmp_path, floors=Bounds(limits={NDCG: 0.2}, beyond_doubt=True))
    assert passed(judge_gate(demands, document(people={"ndcg@10": figure(0.9)}), [])) == [False]


def test_reasons_are_held_against_the_gate_by_their_own_names(tmp_path):
    """They belong to no task."""
    demands = gate(tmp_path, floors=Bounds(limits={"reasons.reason truth": 1.0}))
    for value, good in ((1.0, True), (0.999, False)):
        found = judge_gate(demands, document(reasons={"reason truth": figure(value)}), [])
        assert passed(found) == [good]


def test_a_handful_of_people_does_not_open_the_gate(tmp_path):
    """A figure of fewer than thirty shows nothing, however high it is."""
    few = Estimate(value=1.0, low=1.0, high=1.0, people=29)
    demands = gate(tmp_path, floors=Bounds(limits={NDCG: 0.1}))
    [finding] = judge_gate(demands, document(people={"ndcg@10": few}), [])
    assert not finding.passed
    assert "29 people" in finding.sentence


@pytest.mark.parametrize("measured", [document(people={"ndcg@10": figure(None)}), document()])
def test_a_figure_that_is_missing_reaches_no_bound_and_is_not_worse(tmp_path, measured):
    """Nobody could be judged: that is said, and no difference is made of it."""
    bound = Bounds(limits={NDCG: 0.1})
    demands = gate(tmp_path, floors=bound, ceilings=bound, not_worse=(NDCG,))
    found = judge_gate(demands, measured, [])
    assert passed(found) == [False, False, True]
    assert "nobody could be judged" in found[0].sentence


def test_a_metric_that_the_evaluation_has_not_is_an_error(tmp_path):
    """A slip of the pen is not a model that falls short, in whichever table it stands."""
    measured = document(people={"ndcg@10": figure(0.2), "mrr": figure(0.2)})
    bound = Bounds(limits={"people.ndgc@10": 0.1})
    for demands in ({"floors": bound}, {"ceilings": bound}, {"not_worse": ("people.ndgc@10",)}):
        with pytest.raises(InvalidArgumentError, match=r"did you mean people\.ndcg@10") as caught:
            judge_gate(gate(tmp_path, **demands), measured, [])
        assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize(
    ("verdict", "ratio", "tolerance", "good"),
    [
        ("worse", figure(0.8, 0.7, 0.9), 0.0, False),
        ("worse", figure(0.8, 0.7, 0.9), 0.05, False),
        ("worse", figure(0.8, 0.7, 0.9), 0.15, True),
        ("no difference shown", figure(0.8, 0.5, 1.2), 0.0, True),
        ("better", figure(1.2, 1.1, 1.3), 0.0, True),
        ("worse", figure(1.2, 1.1, 1.3), 0.05, False),
        ("worse", figure(1.2, 1.1, 1.3), 0.15, True),
        ("worse", figure(None), 0.15, False),
    ],
)
def test_only_worse_beyond_doubt_and_tolerance_keeps_the_gate_shut(
    tmp_path, verdict, ratio, tolerance, good
):
    """A ratio above 1 is worse where less is better; to nothing it is beyond any tolerance."""
    demands = gate(tmp_path, not_worse=(NDCG,), tolerance=tolerance)
    measured = document(people={"ndcg@10": figure(0.2)})
    found = judge_gate(demands, measured, [comparison(verdict, ratio)])
    assert passed(found) == [good]


def test_only_pooled_comparisons_of_the_named_metric_count(tmp_path):
    """A single cutoff or another metric keeps nobody out."""
    demands = gate(tmp_path, not_worse=(NDCG,))
    measured = document(people={"ndcg@10": figure(0.2), "mrr": figure(0.2)})
    worse = comparison("worse", figure(0.5, 0.4, 0.6))
    others = [replace(worse, metric="mrr"), replace(worse, cutoff="2024-07-01T00:00:00Z")]
    assert passed(judge_gate(demands, measured, others)) == [True]
    assert passed(judge_gate(demands, measured, [*others, worse])) == [False]


def test_all_that_falls_short_is_said_on_one_line_with_exit_code_1(tmp_path):
    """The figure, its interval and the demand; what was met is not repeated."""
    demands = gate(
        tmp_path, floors=Bounds(limits={NDCG: 0.1, "people.mrr": 0.2, "people.map@10": 0})
    )
    metrics = {"ndcg@10": figure(0.08, 0.07, 0.09), "mrr": figure(0.1), "map@10": figure(0.1)}
    with pytest.raises(GateError) as caught:
        enforce(judge_gate(demands, document(people=metrics), []))
    said = str(caught.value)
    assert "people.ndcg@10 is 0.08 [0.07, 0.09] (40 people); at least 0.1 is required" in said
    assert "people.mrr" in said
    assert "people.map@10" not in said
    assert "2 of 3" in said
    assert "\n" not in said
    assert cli.EXIT_CODES[type(caught.value)] == 1


def test_who_reaches_everything_passes(tmp_path):
    """And what was found can be written as JSON."""
    found = judge_gate(
        gate(tmp_path, floors=Bounds(limits={NDCG: 0.1})),
        document(people={"ndcg@10": figure(0.2, 0.1, 0.3)}),
        [],
    )
    enforce(found)
    [told] = plain(found)
    assert told["measured"]["value"] == 0.2
    assert told["required"] == "at least 0.1"
