"""The dial, its prices, the parts of the model and what else a report tells, by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from evaluation.systems import Family
from evaluation.tasks import Task
from tests.evaluation.cutoff_results import (
    NAN,
    SECOND,
    dial_task,
    figures,
    noisy,
    people,
    result,
    summed,
    task,
    two_rivals,
)


def test_the_dial_is_told_in_its_order_with_every_metric():
    """Ascending, whatever the order in which it ran."""
    found = summed(result({Task.PEOPLE: dial_task()})).dials
    assert [point.dial for point in found] == [0.0, 0.1, 0.5, 1.0]
    assert found[2].metrics["ndcg@10"].value == pytest.approx(0.96)
    assert found[2].metrics["exposure gini@10"].value == pytest.approx(0.5)


def test_prices_are_the_best_within_each_loss():
    """By hand: 4 % lost buys .4 at .5; 10 % lost buys no more coverage, but a lower Gini."""
    found = summed(result({Task.PEOPLE: dial_task()})).prices
    told = {
        (one.metric, one.loss): (one.better, one.start, one.value, one.dial, one.lost)
        for one in found
    }
    expected = {
        ("coverage@10", 0.02): ("higher", 0.2, 0.2, 0.1, 0.0),
        ("coverage@10", 0.05): ("higher", 0.2, 0.4, 0.5, 0.04),
        ("coverage@10", 0.1): ("higher", 0.2, 0.4, 0.5, 0.04),
        ("exposure gini@10", 0.02): ("lower", 0.8, 0.8, 0.1, 0.0),
        ("exposure gini@10", 0.05): ("lower", 0.8, 0.5, 0.5, 0.04),
        ("exposure gini@10", 0.1): ("lower", 0.8, 0.4, 1.0, 0.1),
    }
    assert list(told) == list(expected)
    for key, (better, *numbers) in expected.items():
        assert told[key][0] == better
        assert told[key][1:] == pytest.approx(numbers)


def test_prices_say_how_sure_gain_and_loss_are():
    """Paired with where NDCG is highest: the same people at both places."""
    draw = np.random.default_rng(0)
    level, varied = draw.random(60) * 0.1 + 0.8, draw.normal(0, 0.2, 60)
    noise = varied - varied.mean()
    systems = {
        "a": figures(Family.DIAL, 0.0, ndcg_10=level, novelty_10=np.full(60, 5.0)),
        "b": figures(Family.DIAL, 0.5, ndcg_10=level * 0.96, novelty_10=5.01 + noise),
    }
    found = summed(result({Task.PEOPLE: task(systems, people(60))})).prices
    price = next(one for one in found if (one.metric, one.loss) == ("novelty@10", 0.05))
    assert (price.dial, price.start_dial) == (0.5, 0.0)
    assert price.gained.value == pytest.approx(0.01)
    assert price.gained.low < 0 < price.gained.high
    cost = (price.cost.low, price.cost.value, price.cost.high)
    assert cost == pytest.approx((0.04, 0.04, 0.04))


def test_without_a_dial_or_ndcg_there_are_no_prices():
    """Nothing to give up."""
    nowhere = summed(result({Task.PEOPLE: two_rivals()}))
    assert (nowhere.dials, nowhere.prices) == ([], [])
    zero = figures(Family.DIAL, 0.5, {"coverage@10": 0.5}, ndcg_10=np.zeros(9))
    assert summed(result({Task.PEOPLE: task({"d": zero}, people(9))})).prices == []


def test_parts_are_held_against_the_whole():
    """Paired differences, what each carries, and what each finds, weighted by who had an answer."""
    systems = {
        "ours": figures(Family.OURS, ndcg_10=noisy(0.5, 40, 1)),
        "shared_contacts": figures(Family.SOURCE, ndcg_10=noisy(0.3, 40, 2)),
        "without shared_contacts": figures(Family.WITHOUT, ndcg_10=noisy(0.5, 40, 1)),
        "without reputation": figures(Family.WITHOUT, ndcg_10=noisy(0.4, 40, 1)),
        "reputation alone": figures(Family.ALONE, ndcg_10=noisy(0.2, 40, 3)),
        "without trends": figures(Family.WITHOUT, ndcg_10=noisy(0.6, 40, 1)),
    }
    one = task(systems, people(40), 1)
    other = task(systems, people(40), [1] * 10 + [0] * 30)
    facts = [
        {"shares": {"reputation": 0.5}, "found_by": {"shared_contacts": [0.5, 0.125]}},
        {"shares": {"reputation": 0.0}, "found_by": {"shared_contacts": [0.25, 0.0]}},
    ]
    found = summed(
        result({Task.PEOPLE: one}, facts=facts[0]),
        result({Task.PEOPLE: other}, SECOND, facts=facts[1]),
    ).ablation
    assert [(left.part, left.kind) for left in found] == [
        ("reputation", "factor"),
        ("trends", "factor"),
        ("shared_contacts", "source"),
    ]
    reputation, trends, contacts = found
    assert reputation.without.value == pytest.approx(-0.1)
    assert [left.verdict for left in found] == ["worse", "better", "no difference shown"]
    assert reputation.alone.value == pytest.approx(0.2)
    assert reputation.share == pytest.approx(0.4)
    assert (reputation.recall, reputation.marginal) == (None, None)
    assert (trends.alone.value, trends.share) == (None, None)
    assert contacts.alone.value == pytest.approx(0.3)
    assert (contacts.recall, contacts.marginal) == pytest.approx((0.45, 0.1))


def test_candidates_in_no_order_are_told_apart_from_the_parts():
    """They are no part of the model, and what every part alone is held against."""
    systems = {
        "reputation alone": figures(Family.ALONE, ndcg_10=noisy(0.2, 40, 3)),
        "nothing alone": figures(Family.ALONE, ndcg_10=noisy(0.1, 40, 4)),
    }
    found = summed(result({Task.PEOPLE: task(systems, people(40))}))
    assert [left.part for left in found.ablation] == ["reputation"]
    assert found.pool.value == pytest.approx(0.1)
    assert found.pool.low < 0.1 < found.pool.high


def test_candidates_in_no_order_are_not_told_of_some_cutoffs_alone():
    """Parts are told of both: a figure of one could not be held against theirs."""
    both = {"reputation alone": figures(Family.ALONE, ndcg_10=noisy(0.2, 40, 3))}
    more = both | {"nothing alone": figures(Family.ALONE, ndcg_10=noisy(0.1, 40, 4))}
    first, second = (result({Task.PEOPLE: task(one, people(40))}) for one in (more, both))
    assert summed(first, dataclasses.replace(second, cutoff=SECOND)).pool is None
    assert summed(result({})).pool is None


def test_reasons_are_told_by_themselves():
    """Over those who were given any, and not in the table."""
    values = {"ndcg_10": [1, 0], "reason truth": [1, NAN], "distinctness": [0.5, 0.75]}
    found = summed(result({Task.PEOPLE: task({"ours": figures(Family.OURS, **values)}, people(2))}))
    assert list(found.reasons) == ["reason truth", "distinctness"]
    assert (found.reasons["reason truth"].value, found.reasons["reason truth"].people) == (1, 1)
    assert found.reasons["distinctness"].value == 0.625
    assert list(found.tasks[0].rows[0].metrics) == ["ndcg@10"]


def test_predictions_are_pooled_over_cutoffs():
    """Half of what was held for ½ came true at one cutoff, all at the other: ¾ of all."""
    first = np.array([[0.5] * 4, [0, 1, 0, 1]])
    second = np.array([[0.5] * 4, [1] * 4])
    found = summed(
        result({}, predictions={"returns": first, "never": np.zeros((2, 0))}),
        result({}, SECOND, predictions={"returns": second}),
    ).reliability
    assert len(found) == 1
    assert (found[0].name, found[0].count, found[0].bins) == ("returns", 8, [(0.5, 0.75, 8)])
    assert (found[0].error, found[0].brier) == (0.25, 0.25)


def test_groups_are_means_over_the_cutoffs_that_have_them():
    """In the order of their names."""
    found = summed(
        result({}, groups={"b": 0.5, "a": 0.25}), result({}, SECOND, groups={"b": 0.0, "a": NAN})
    )
    assert list(found.groups.items()) == [("a", 0.25), ("b", 0.25)]


def test_cutoffs_are_told_as_they_were():
    """Facts and who was left out, and why."""
    found = summed(result({}, facts={"people": 7}, left_out={"ease": "too large"}))
    assert found.cutoffs[0].facts == {"people": 7}
    assert found.cutoffs[0].left_out == {"ease": "too large"}
    assert (found.title, found.version, found.settings) == ("A community", "1.0", {"seed": 1})
