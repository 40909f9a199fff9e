"""How much rests on the reasons: cases that can be worked out by hand, and the whole registry."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from evaluation import ours
from evaluation.reasons import judge_reasons
from evaluation.reasons.asked import ask
from evaluation.reasons.comprehensiveness import comprehensiveness, places_lost
from evaluation.reasons.coverage import coverage
from evaluation.reasons.distinctness import distinctness
from evaluation.reasons.sufficiency import sufficiency
from evaluation.reasons.terms import TERMS, at_random, cited, terms
from recommender.domain.slate import SIGNALS, Kind, Measured, Query
from recommender.live import Live
from recommender.measures import measured
from recommender.model import unknown_pool
from recommender.packed import rounded
from recommender.pipeline import filtered, sources
from recommender.ranking.relevance import SIGNAL_WEIGHTS, plain_tables
from recommender.reasons import KINDS, Reasons

NAMES = [
    "reason truth",
    "aside truth",
    "reason coverage",
    "comprehensiveness",
    "comprehensiveness, random control",
    "sufficiency",
    "sufficiency, random control",
    "distinctness",
]
ANY = SimpleNamespace(
    pipeline=SimpleNamespace(
        model=SimpleNamespace(
            usual=np.full(9, 0.5, np.float32), tables=plain_tables(), segment=np.zeros(9, np.uint8)
        )
    )
)
"""As much of what is known as the metrics of made-up answers look at."""


def shown(*lines: list[int], signals=None, factors=None) -> Measured:
    """A slate of these people; nothing is special about them unless given."""
    rows = np.array(lines, np.int32)
    return Measured(
        askers=np.arange(len(rows), dtype=np.int32),
        rows=rows,
        scores=np.zeros(rows.shape, np.float32),
        relevance=np.zeros(rows.shape, np.float32),
        factors=np.full((*rows.shape, 9), 0.5, np.float32) if factors is None else factors,
        confidence=np.ones((*rows.shape, 9), np.float32),
        headlines=np.zeros((*rows.shape, 3), np.float32),
        signals=np.zeros((*rows.shape, len(SIGNALS)), np.float32) if signals is None else signals,
        unsteered=np.zeros(rows.shape, np.float32),
        pool=unknown_pool(0),
        spotted=np.zeros(rows.shape, bool),
        places=np.zeros(rows.shape, np.int32),
        propensity=np.zeros(rows.shape, np.float32),
        entries=rows.astype(np.int64),
        goal_match=np.zeros(rows.shape, np.float32),
        goal_topics=np.full(rows.shape, -1, np.int32),
    )


def saying(*lines: list[str]) -> Reasons:
    """Reasons of these kinds, by line and slot, kinds parted by blanks."""
    kinds = np.full((len(lines), len(lines[0]), 3), -1, np.int8)
    for line, slots in enumerate(lines):
        for slot, said in enumerate(slots):
            for place, kind in enumerate(said.split()):
                kinds[line, slot, place] = KINDS.index(kind)
    nothing = np.full(kinds.shape, -1, np.int32)
    return Reasons(
        kinds=kinds,
        shares=np.zeros(kinds.shape, np.float32),
        confidence=np.ones(kinds.shape, np.float32),
        topics=nothing,
        objects=nothing,
        counts=nothing + 1,
        within=nothing + 1,
    )


def test_coverage_is_the_share_of_people_shown_with_a_reason():
    """Half of the first list, all of the second's one person; nobody is shown to the third."""
    slate = shown([5, 6], [5, -1], [-1, -1])
    said = saying(["trends", ""], ["learning network", ""], ["", ""])
    np.testing.assert_array_equal(coverage(ANY, slate, said), [0.5, 1, np.nan])


def test_distinctness_is_one_less_the_mean_overlap_of_pairs():
    """{a b}, {a}, {c}: overlaps ½, 0 and 0; one person is no pair."""
    slate = shown([5, 6, 7], [5, -1, -1])
    said = saying(["trends network", "trends", "learning"], ["trends", "", ""])
    np.testing.assert_allclose(distinctness(ANY, slate, said), [1 - 0.5 / 3, np.nan])


def test_lists_that_say_the_same_of_all_have_no_distinctness():
    """Whatever the order in which it is said; nothing of two people is the same too."""
    said = saying(["trends network", "network trends"], ["", ""], ["trends", "learning"])
    np.testing.assert_array_equal(distinctness(ANY, shown(*[[5, 6]] * 3), said), [0, 0, 1])


def test_sufficiency_is_the_share_of_what_raises_the_score():
    """Two signals of ½ and a factor below the usual: by its weight the first, and all of it."""
    signals = np.zeros((1, 2, len(SIGNALS)), np.float32)
    signals[0, :, [0, 2]] = 0.5
    factors = np.full((1, 2, 9), 0.5, np.float32)
    factors[..., 4] = 0.1
    slate = shown([5, 6], signals=signals, factors=factors)
    said = saying(["shared_contacts", "shared_contacts shared_objects"])
    first, other = (SIGNAL_WEIGHTS[name] for name in ("shared_contacts", "shared_objects"))
    expected = (first / (first + other) + 1) / 2
    np.testing.assert_allclose(sufficiency(ANY, slate, said), [expected], rtol=1e-6)


def test_sufficiency_is_undefined_where_nothing_raises_a_score():
    """Everything is as usual."""
    assert np.isnan(sufficiency(ANY, shown([5, 6]), saying(["trends", ""]))).all()


def test_places_are_lost_to_those_who_are_now_more_relevant():
    """Of 5, 4, 3 and 2 the first falls to 2.5, 5 and 1: behind two, none and three."""
    candidates = np.array([[5, 4, 3, 2, -np.inf]], np.float32)
    before = np.full((1, 3), 5, np.float32)
    after = np.array([[2.5, 5, 1]], np.float32)
    assert places_lost(candidates, before, after).tolist() == [[2, 0, 3]]


def test_equals_do_not_pass_one_another():
    """A place is one more than the number who are strictly more relevant."""
    candidates = np.array([[3, 3, 2, 2]], np.float32)
    lost = places_lost(candidates, np.array([[3, 2]], np.float32), np.array([[2, 2]], np.float32))
    assert lost.tolist() == [[1, 0]]


def test_comprehensiveness_is_what_leaving_out_the_cited_terms_costs(past):
    """Worked out anew, person by person, for three askers."""
    known, askers = past.known, np.array([3, 40, 77], np.int32)
    model = known.pipeline.model
    slate, said = ask(known, askers, 10)
    query = Query(askers=askers.tolist())
    everyone = measured(model, filtered(Live(model), query, sources(Live(model), query)))
    expected = []
    for line in range(3):
        others = dict(zip(everyone.rows[line], everyone.relevance[line], strict=True))
        drops = []
        for slot, row in enumerate(slate.rows[line]):
            values = dict(zip(KINDS, terms(model, slate)[line, slot], strict=False))
            kinds = [KINDS[kind] for kind in said.kinds[line, slot] if kind >= 0]
            left = others[row] - sum(values[kind] for kind in kinds)
            rivals = [score for other, score in others.items() if other not in {row, -1}]
            drops.append(sum(left < score <= others[row] for score in rivals))
        expected.append(np.mean(drops))
    np.testing.assert_allclose(comprehensiveness(known, slate, said), expected)
    assert min(expected) > 0


def test_terms_make_up_relevance(past):
    """Their sum over everyone shown; empty places have none."""
    slate, _ = ask(past.known, np.arange(50, dtype=np.int32), 10)
    values = terms(past.known.pipeline.model, slate)
    filled = slate.rows >= 0
    kept = rounded(values.sum(axis=-1)[filled])  # as a model keeps it
    np.testing.assert_allclose(kept, slate.relevance[filled], rtol=1e-3)
    assert (values[~filled] == 0).all()


def test_a_past_tie_is_no_term():
    """It is said first on lists of quiet ties, and adds nothing to the score of a new person."""
    assert cited(saying(["past_tie learning"])).sum() == 1
    assert cited(saying(["past_tie learning"]))[0, 0, TERMS.index("learning")]


def test_the_control_draws_as_many_terms_among_those_that_raise_the_score():
    """Two of three, seed by seed each pair; never what lowers it; all where there are too few."""
    values = np.array([[[0.3, -1, 0.5, 0, 0.2]]], np.float32)
    chosen = np.array([[[True, False, True, False, False]]])
    drawn = {tuple(np.flatnonzero(at_random(values, chosen, seed)[0, 0])) for seed in range(50)}
    assert drawn == {(0, 2), (0, 4), (2, 4)}
    assert at_random(values * 0, chosen, 0).sum() == 0


def test_controls_are_drawn_from_their_seed(past):
    """The same again with one seed, another with the next, and neither what the reasons cite."""
    known, askers = past.known, np.arange(60, dtype=np.int32)
    slate, said = ask(known, askers, 10)
    for metric in (comprehensiveness, sufficiency):
        first, again, other = (metric(known, slate, said, control=seed) for seed in (1, 1, 2))
        np.testing.assert_array_equal(first, again)
        assert (first != other).any()
        assert np.nanmean(metric(known, slate, said)) > np.nanmean(first)


def test_every_metric_has_a_value_for_every_asker(past):
    """By name, float64 [b], each where it is defined within its range."""
    told = judge_reasons(past.known, np.arange(past.known.people, dtype=np.int32), seed=4)
    assert list(told) == NAMES
    for name, values in told.items():
        assert values.dtype == np.float64
        assert values.shape == (past.known.people,)
        assert np.nanmin(values) >= 0
        assert np.nanmax(values) <= 1 or name.startswith("comprehensiveness")
    assert np.nanmin(told["reason coverage"]) == 1


def test_the_askers_of_a_block_do_not_show(past, monkeypatch):
    """Seven at once or all: what is not drawn at random is the same."""
    askers = np.arange(30, dtype=np.int32)
    whole = judge_reasons(past.known, askers)
    monkeypatch.setattr(ours, "BLOCK", 7)
    for name, values in judge_reasons(past.known, askers).items():
        np.testing.assert_array_equal(values, whole[name], name)


def test_nobody_can_be_asked(past):
    """No asker, no value, and no error."""
    told = judge_reasons(past.known, np.zeros(0, np.int32))
    assert {values.shape for values in told.values()} == {(0,)}


def test_answers_of_blocks_are_the_answers_of_all(past, monkeypatch):
    """Lines of different widths are filled up with empty places."""
    known, askers = past.known, np.arange(past.known.people, dtype=np.int32)
    slate, said = known.pipeline.recommend(
        Query(askers=askers.tolist(), kind=Kind.REACTIVATION, limit=10)
    )
    monkeypatch.setattr(ours, "BLOCK", 3)
    again, told = ask(known, askers, 10, Kind.REACTIVATION)
    np.testing.assert_array_equal(again.rows, slate.rows)
    for name in ("kinds", "topics", "objects", "counts"):
        np.testing.assert_array_equal(getattr(told, name), getattr(said, name), name)


@pytest.mark.parametrize("name", ["reason truth", "sufficiency", "distinctness"])
def test_an_asker_to_whom_nobody_is_shown_has_no_value(past, name, monkeypatch):
    """NaN, where all others are still judged."""
    known = past.known
    slate, said = ask(known, np.arange(5, dtype=np.int32), 10)
    empty = np.arange(5)[:, None] == 2
    slate.rows[np.broadcast_to(empty, slate.rows.shape)] = -1
    said.kinds[2] = -1
    monkeypatch.setattr("evaluation.reasons.ask", lambda *_: (slate, said))
    values = judge_reasons(known, np.arange(5, dtype=np.int32))[name]
    np.testing.assert_array_equal(np.isnan(values), empty[:, 0])
