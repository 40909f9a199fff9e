"""Two models side by side: overlap by hand, and tiny worlds that differ in one known way."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from rich.console import Console

from evaluation.against import LaterContacts, against_view, compare_models, lines
from evaluation.against.overlap import jaccard, rank_biased_overlap
from evaluation.doubt import UNDECIDED
from recommender.commands.console import plain
from recommender.domain.config import EvaluateConfig
from recommender.domain.slate import Kind, Query
from recommender.pipeline import Pipeline
from tests.world_builder import build
from tests.worlds import dormant_pair, hub, two_cliques

CONFIG = EvaluateConfig(resamples=200)


def lists(*rows):
    return np.array(rows, np.int32)


def later(*pairs, after=0.0):
    """These pairs met, so many days after."""
    people, contacts = zip(*pairs, strict=True)
    days = np.full(len(pairs), after)
    return LaterContacts(person_ids=np.array(people), contact_ids=np.array(contacts), days=days)


def people_lists(against):
    return against.lists[0]


@pytest.fixture(scope="module")
def cliques(tmp_path_factory):
    """Two cliques; only a1 and a2 have yet to meet."""
    return build(two_cliques(), tmp_path_factory.mktemp("cliques")).pipeline


@pytest.fixture(scope="module")
def met(tmp_path_factory):
    """The same, after a1 and a2 have met, and somebody new has come; the b's work at Bees."""
    world = two_cliques().talk("a1", "a2", 1, 2, topic="a-talk")
    for place in range(1, 6):
        world.person(f"b{place}", organisation="Bees")
    world.person("a1", display_name="A\x1b[31mda")
    world.works("zoe", "a-talk", 1, 3).works("zoe", "b-talk", 2)
    return build(world, tmp_path_factory.mktemp("met")).pipeline


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """Thirty people around one: enough for a difference to be shown."""
    return build(hub(), tmp_path_factory.mktemp("hub")).pipeline


def test_jaccard_counts_people_on_both_lists_over_those_on_either():
    """Whatever their order; an empty list has nothing in common, two have no value."""
    a = lists([0, 1, 2], [0, 1, 2], [0, -1, -1], [-1, -1, -1])
    b = lists([2, 1, 0], [0, 3, -1], [-1, -1, -1], [-1, -1, -1])
    assert jaccard(a, b) == pytest.approx([1, 1 / 4, 0, np.nan], nan_ok=True)


def test_rank_biased_overlap_by_hand():
    """Of three, X = 0, 2, 2: (1 - p)/p · (0 + 2/2 p² + 2/3 p³) + 2/3 p³ at p = ½."""
    p = 0.5
    by_hand = (1 - p) / p * (0 + p**2 + 2 / 3 * p**3) + 2 / 3 * p**3
    assert rank_biased_overlap(lists([0, 1, 2]), lists([1, 0, 3]), p) == pytest.approx([by_hand])


def test_rank_biased_overlap_of_lists_of_different_length_by_hand():
    """Equation 32 with s = 1, l = 3, X = 1, 1, 1: the agreement of the short one goes on."""
    p = 0.9
    first = 1 * p + 1 / 2 * p**2 + 1 / 3 * p**3
    second = 1 * 1 / (1 * 2) * p**2 + 1 * 2 / (1 * 3) * p**3
    by_hand = (1 - p) / p * (first + second) + ((1 - 1) / 3 + 1 / 1) * p**3
    a, b = lists([0, -1, -1]), lists([0, 1, 2])
    assert by_hand == pytest.approx(1.0)
    assert rank_biased_overlap(a, b) == pytest.approx([by_hand])
    wrong = lists([1, -1, -1])
    first, second = 1 / 2 * p**2 + 1 / 3 * p**3, 0
    by_hand = (1 - p) / p * (first + second) + 1 / 3 * p**3
    assert rank_biased_overlap(wrong, b) == pytest.approx([by_hand])


def test_rank_biased_overlap_is_undefined_for_nothing_and_0_for_one_list():
    """NaN, so that people without lists count for neither side."""
    nothing = lists([-1, -1])
    assert np.isnan(rank_biased_overlap(nothing, nothing)).all()
    assert rank_biased_overlap(nothing, lists([3, 4])).tolist() == [0.0]


def test_a_change_at_the_top_weighs_more_than_one_at_the_end():
    """What is looked at most counts most."""
    whole = lists([0, 1, 2, 3])
    top, end = lists([9, 1, 2, 3]), lists([0, 1, 2, 9])
    assert rank_biased_overlap(whole, top) < rank_biased_overlap(whole, end)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    arrays(np.int32, (3, 6), elements=st.integers(0, 8)),
    arrays(np.int32, (3, 6), elements=st.integers(0, 8)),
    st.integers(0, 6),
    st.integers(0, 6),
)
def test_overlap_is_symmetric_and_between_0_and_1(a, b, length_a, length_b):
    """For lists of any length; with itself it is 1, and as a whole it is 1 only for equals."""
    a, b = (unique(rows, length) for rows, length in ((a, length_a), (b, length_b)))
    for overlap in (jaccard, rank_biased_overlap):
        values = overlap(a, b)
        assert values == pytest.approx(overlap(b, a), nan_ok=True)
        assert np.isnan(values).tolist() == ((a < 0) & (b < 0)).all(axis=1).tolist()
        assert ((values >= 0) & (values <= 1 + 1e-12) | np.isnan(values)).all()
        alone = overlap(a, a)
        assert alone[~np.isnan(alone)] == pytest.approx(1.0)


def unique(rows, length):
    """Rows cut to `length`, nobody listed twice, empty places last."""
    out = np.full(rows.shape, -1, np.int32)
    for line, row in enumerate(rows):
        kept = list(dict.fromkeys(row.tolist()))[:length]
        out[line, : len(kept)] = kept
    return out


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


def test_a_comparison_can_be_written_as_json_and_read_by_people(cliques, met):
    """No NaN, every kind of list, and both models by name."""
    against = compare_models(cliques, met, later(("a1", "b1")), CONFIG)
    told = json.loads(json.dumps(plain(against), allow_nan=False))
    assert [one["kind"] for one in told["lists"]] == ["people", "reactivation"]
    said = printed(against)
    for word in (cliques.info.name, met.info.name, "RBO", "only B", "zoe", "ndcg@10"):
        assert word in said
    for line in lines(against):
        assert " ".join(line.split()) in " ".join(said.split())


def test_a_comparison_of_equals_says_so_and_no_more(crowd):
    """All see the same list; where nothing came later, nobody is called better."""
    said = " ".join(lines(compare_models(crowd, crowd, None, CONFIG)))
    assert "100.0 % see the same list" in said
    assert "cannot be told" in said
    assert "better" not in said


def test_a_name_that_could_steer_a_terminal_does_not(cliques, met):
    """Names come from the host's data."""
    said = printed(compare_models(cliques, met, None, CONFIG))
    assert "\x1b" not in said
    assert "A[31mda" in said


def printed(against):
    console = Console(width=200, color_system=None)
    with console.capture() as capture:
        for view in against_view(against):
            console.print(view)
    return capture.get()


def turned(pipeline):
    """The same model with the relevance of new people turned round."""
    model = pipeline.model
    pool = model.pools[Kind.PEOPLE]
    pools = {**model.pools, Kind.PEOPLE: replace(pool, relevance=-pool.relevance)}
    return Pipeline(replace(model, pools=pools))


def first_of(pipeline, person):
    """Who stands first on the list of `person`."""
    slate, _ = pipeline.recommend(Query(askers=[pipeline.row(person)], limit=10))
    return pipeline.model.person_ids[int(slate.rows[0, 0])]
