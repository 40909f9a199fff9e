"""Two models side by side: tiny worlds that differ in one known way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.against import compare_models
from evaluation.doubt import UNDECIDED
from recommender.commands.console import plain
from recommender.domain.slate import Query
from recommender.pipeline import Pipeline
from tests.evaluation.compared import CONFIG, later, people_lists, turned


def test_a_model_is_no_different_from_itself(crowd):
    """Lists overlap wholly, nobody gains or loses, and no metric shows a difference."""
    later_contacts = later(*((f"p{i:02d}", f"p{i + 1:02d}") for i in range(29)))
    against = compare_models(crowd, crowd, later_contacts, CONFIG)
    compared = people_lists(against)
    assert compared.overlap.jaccard.value == compared.overlap.rbo.value == 1
    assert compared.overlap.identical.value == 1
    assert compared.overlap.first_changed.value == 0
    assert compared.most_changed == []
    assert compared.exposure.moved == 0
    assert compared.exposure.gainers == compared.exposure.losers == []
    assert compared.outcome.same == compared.outcome.people == 29
    assert compared.outcome.gainers == compared.outcome.losers == []
    assert {one.verdict for one in [*compared.metrics, compared.outcome.measured]} == {UNDECIDED}
    assert (against.only_a, against.only_b, against.known_to_both) == (0, 0, 31)


def test_whoever_has_been_met_loses_her_place(cliques, met):
    """A lists a1 and a2 to one another, B no more: both lose exposure there, by name."""
    against = compare_models(cliques, met, None, CONFIG)
    compared = people_lists(against)
    changed = {one.person_id: one for one in compared.most_changed}
    assert {"a1", "a2"} <= set(changed)
    losers = {one.person_id: one for one in compared.exposure.losers}
    assert {"a1", "a2"} <= set(losers)
    assert all(one.a > one.b for one in losers.values())
    assert all(one.a < one.b for one in compared.exposure.gainers)
    assert compared.overlap.jaccard.value < 1
    assert 0 < compared.exposure.moved <= 1


def test_people_are_matched_by_id_and_newcomers_are_counted(cliques, met):
    """Zoe is only in B: her exposure is part of the groups, and she is not asked."""
    against = compare_models(cliques, met, None, CONFIG)
    assert (against.known_to_both, against.only_a, against.only_b) == (10, 0, 1)
    assert against.asked == 10
    known = {g.name: g for g in people_lists(against).exposure.groups if g.grouping == "known to"}
    assert known["only B"].people == 1
    assert known["only B"].a == 0
    assert known["only B"].b > 0
    assert known["both models"].b == pytest.approx(1 - known["only B"].b)
    assert "zoe" in {one.person_id for one in people_lists(against).exposure.gainers}
    back = compare_models(met, cliques, None, CONFIG)
    assert (back.only_a, back.only_b) == (1, 0)
    assert "zoe" in {one.person_id for one in people_lists(back).exposure.losers}


def test_swapping_the_models_swaps_gain_and_loss(cliques, met):
    """And leaves overlap as it is."""
    there, back = (
        people_lists(compare_models(a, b, None, CONFIG))
        for a, b in ((cliques, met), (met, cliques))
    )
    assert there.overlap == back.overlap
    assert there.exposure.moved == pytest.approx(back.exposure.moved)
    assert [p.person_id for p in there.exposure.gainers] == [
        p.person_id for p in back.exposure.losers
    ]
    for one, other in zip(there.metrics, back.metrics, strict=True):
        assert one.metric == other.metric
        assert one.paired.difference.value == pytest.approx(-other.paired.difference.value)


def test_shares_of_exposure_add_up(cliques, met):
    """Every grouping that holds everybody comes to one whole on either side."""
    groups = people_lists(compare_models(cliques, met, None, CONFIG)).exposure.groups
    for grouping in ("contacts of the recommended", "known to"):
        own = [group for group in groups if group.grouping == grouping]
        assert sum(group.a for group in own) == pytest.approx(1)
        assert sum(group.b for group in own) == pytest.approx(1)
        assert sum(group.people for group in own) == 11


def test_organisations_of_the_recommended_are_compared(cliques, met):
    """Only b1 to b5 work at Bees; whoever declares nothing is in no group."""
    groups = people_lists(compare_models(cliques, met, None, CONFIG)).exposure.groups
    [bees] = [group for group in groups if group.grouping == "organisation"]
    assert (bees.name, bees.people) == ("Bees", 5)
    assert 0 < bees.a < 1
    assert 0 < bees.b < 1


def test_both_models_are_measured_by_the_same_communities(cliques):
    """A's own numbering is of no account: everyone in one community there changes no figure."""
    model = cliques.model
    merged = Pipeline(replace(model, community=np.zeros_like(model.community)))
    metrics = people_lists(compare_models(merged, cliques, None, CONFIG)).metrics
    assert {"community recall@10", "weak-tie share@10"} <= {one.metric for one in metrics}
    for one in metrics:
        assert one.a == one.b, one.metric
        assert one.a.value is not None


def test_lists_are_those_that_are_served(met):
    """As many people, and as many of them with a reason, as the pipeline answers with."""
    metrics = people_lists(compare_models(met, met, None, CONFIG)).metrics
    figures = {one.metric: one.a.value for one in metrics}
    answers = met.answer(Query(askers=range(11), limit=10))
    assert figures["people listed"] == pytest.approx(np.mean([len(one) for one in answers]))
    reasoned = [np.mean([bool(offer.reasons) for offer in one]) for one in answers if one]
    assert figures["share with a reason"] == pytest.approx(np.mean(reasoned))


def test_a_few_people_show_no_difference(cliques, met):
    """Ten people are too few to claim anything by."""
    metrics = people_lists(compare_models(cliques, met, None, CONFIG)).metrics
    assert {one.verdict for one in metrics} == {UNDECIDED}


def test_overlap_is_told_by_how_many_contacts_the_asker_has(crowd):
    """Thirty people have one contact, one has thirty."""
    by_contacts = people_lists(compare_models(crowd, turned(crowd), None, CONFIG)).by_contacts
    assert by_contacts["0–2"].people == 30
    assert "3–9" not in by_contacts


def test_no_more_people_are_asked_than_the_limit_says(crowd):
    """The same ones for the same seed."""
    few = replace(CONFIG, askers=7)
    after = later(*((f"p{i:02d}", f"p{i + 1:02d}") for i in range(29)))
    against = compare_models(crowd, crowd, after, few)
    assert against.asked == 7
    assert people_lists(against).outcome.people == 7
    assert plain(compare_models(crowd, crowd, after, few)) == plain(against)
