"""Two models side by side: which of them foresaw what people did next."""

from __future__ import annotations

import pytest

from evaluation.against import compare_models
from recommender.domain.slate import Kind
from tests.evaluation.compared import CONFIG, first_of, later, people_lists, turned
from tests.world_builder import build
from tests.worlds import dormant_pair


def test_the_model_that_foresaw_who_would_meet_is_better(crowd):
    """B lists for everyone whom she then addressed; A is the same with its lists turned round."""
    worse = turned(crowd)
    chosen = [(f"p{i:02d}", first_of(crowd, f"p{i:02d}")) for i in range(30)]
    outcome = people_lists(compare_models(worse, crowd, later(*chosen), CONFIG)).outcome
    assert outcome.people == 30
    assert outcome.measured.b.value == 1
    assert outcome.measured.verdict == "better"
    assert (outcome.better, outcome.worse) == (30, 0)
    assert outcome.losers == []
    back = people_lists(compare_models(crowd, worse, later(*chosen), CONFIG)).outcome
    assert back.measured.verdict == "worse"
    assert (back.better, back.worse) == (0, 30)


def test_only_what_could_have_been_foreseen_is_an_answer(cliques, met):
    """Not contacts one has, oneself, or people nobody knows; nor what is no later contact."""
    after = later(("a1", "a2"), ("a1", "a1"), ("a1", "stranger"), ("stranger", "a1"), ("a3", "a4"))
    assert people_lists(compare_models(cliques, met, after, CONFIG)).outcome is None
    after = later(("a1", "b1"), ("zoe", "a1"))
    outcome = people_lists(compare_models(cliques, met, after, CONFIG)).outcome
    assert outcome.people == 1  # a1; zoe could not be asked of A


@pytest.mark.parametrize(("after", "people"), [(89.9, 1), (90.0, 0)])
def test_new_people_are_judged_within_their_days(cliques, met, after, people):
    """Later than that, somebody counts as not met."""
    told = compare_models(cliques, met, later(("a3", "b1"), after=after), CONFIG)
    outcome = people_lists(told).outcome
    assert (0 if outcome is None else outcome.people) == people


def test_reactivations_are_judged_by_dormant_ties_that_came_back(tmp_path):
    """Olga turns to ian again: an answer there, and none among new people."""
    pipeline = build(dormant_pair(), tmp_path).pipeline
    against = compare_models(pipeline, pipeline, later(("olga", "ian"), ("olga", "fay")), CONFIG)
    people, reactivation = against.lists
    assert reactivation.kind is Kind.REACTIVATION
    assert people.outcome is None
    assert reactivation.outcome.people == 1
    assert reactivation.outcome.measured.a.value == 1
