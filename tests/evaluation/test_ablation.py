"""Parts left out, and alone: who is then listed, and what each part carries."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from evaluation import ours, reduced
from evaluation.ablation import ablations, found_by, shares
from evaluation.reasons.terms import TERMS
from evaluation.reduced import Kept, alone, nothing, without
from evaluation.summary.ablation import POOL
from evaluation.systems import Family
from evaluation.tasks import Question
from recommender.domain.pool import from_byte
from recommender.domain.slate import FACTORS, SIGNALS, Kind, Query
from recommender.packed import whole
from recommender.ranking.relevance import SIGNAL_WEIGHTS
from recommender.rerank.little_seen import reserve

WHOLE = Kept(np.ones(len(TERMS), bool), np.ones(len(SIGNALS), bool))
COLUMNS = ("rows", "relevance", "factors", "diversity", "signals", "shared_topic", "reserved")


@pytest.fixture(scope="module")
def known(past):
    return past.known


@pytest.fixture(scope="module")
def everyone(known):
    return np.arange(known.people, dtype=np.int32)


def people(model):
    """The stored candidates of new people."""
    return whole(model.pools[Kind.PEOPLE])


def question(askers):
    """New people for `askers`."""
    return Question(askers=askers, panel=askers >= 0, pool=None, relevant={})


def found(pool, person):
    """Whom a pool holds for a person, with their signals, best first."""
    mine = slice(pool.indptr[person], pool.indptr[person + 1])
    return dict(zip(pool.rows[mine].tolist(), pool.signals[mine], strict=True))


def test_a_model_that_keeps_everything_is_the_same_to_the_bit(known, everyone):
    """Every column, relevance and reserved seats among them, computed anew."""
    model = known.pipeline.model
    again = people(reduced.reduced(model, WHOLE, everyone))
    np.testing.assert_array_equal(again.indptr, people(model).indptr)
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(again, name), getattr(people(model), name), name)


@pytest.mark.parametrize("part", ["active_in_topics", "learning"])
def test_the_askers_get_the_same_whether_others_are_asked_too(known, everyone, part):
    """Reserved seats depend on everybody's lists, not on who is asked."""
    model = known.pipeline.model
    whole = people(reduced.reduced(model, without(part), everyone))
    few = people(reduced.reduced(model, without(part), everyone[[5, 20, 21]]))
    assert len(few.rows) == few.indptr[-1] > 0
    for person in (5, 20, 21):
        here, there = (slice(p.indptr[person], p.indptr[person + 1]) for p in (few, whole))
        for name in COLUMNS:
            np.testing.assert_array_equal(getattr(few, name)[here], getattr(whole, name)[there])


def test_blocks_do_not_show(known, everyone, monkeypatch):
    """Seven people at once or all."""
    model, kept = known.pipeline.model, without("shared_objects")
    whole = people(reduced.reduced(model, kept, everyone))
    monkeypatch.setattr(reduced, "BLOCK", 7)
    pieces = people(reduced.reduced(model, kept, everyone))
    for name in ("indptr", *COLUMNS):
        np.testing.assert_array_equal(getattr(pieces, name), getattr(whole, name))


@pytest.mark.parametrize("source", SIGNALS)
def test_without_a_source_those_go_whom_it_alone_found(known, everyone, source):
    """And nobody else, for anybody."""
    model, column = known.pipeline.model, SIGNALS.index(source)
    left = people(reduced.reduced(model, without(source), everyone))
    gone = 0
    for person in everyone:
        before = found(people(model), person)
        kept = {row for row, signal in before.items() if np.delete(signal, column).any()}
        assert set(found(left, person)) == kept
        gone += len(before) - len(kept)
    # Here almost everybody is active, so whom another source finds that one finds too.
    assert gone > 0 or source != "active_lately"


@pytest.mark.parametrize("source", SIGNALS)
def test_a_source_alone_lists_whom_it_found_by_its_signal(known, everyone, source):
    """Strongest first; of equal signals the lower row."""
    model, column = known.pipeline.model, SIGNALS.index(source)
    left = people(reduced.reduced(model, alone(source), everyone))
    for person in everyone:
        mine = {row: s[column] for row, s in found(people(model), person).items() if s[column]}
        assert list(found(left, person)) == sorted(mine, key=lambda row: (-int(mine[row]), row))
    weighed = from_byte(left.signals[:, column]) * np.float32(SIGNAL_WEIGHTS[source])
    np.testing.assert_allclose(left.relevance, weighed, rtol=1e-3)  # as it is kept


@pytest.mark.parametrize("factor", FACTORS)
def test_a_factor_finds_nobody_and_loses_nobody(known, everyone, factor):
    """Without it or of it alone, the same candidates, whose relevances add up to the whole."""
    model = known.pipeline.model
    left, only = (
        people(reduced.reduced(model, kept, everyone)) for kept in (without(factor), alone(factor))
    )
    for person in everyone[::10]:
        mine = slice(*people(model).indptr[[person, person + 1]])
        order = np.argsort(people(model).rows[mine])
        whole = people(model).relevance[mine][order]
        parts = [
            pool.relevance[mine][np.argsort(pool.rows[mine])].astype(float) for pool in (left, only)
        ]
        assert (
            sorted(left.rows[mine]) == sorted(only.rows[mine]) == sorted(people(model).rows[mine])
        )
        np.testing.assert_allclose(sum(parts), whole, rtol=2e-3, atol=1e-3)  # each as it is kept


def test_seats_are_reserved_for_the_new_order(known, everyone):
    """As training reserves them, and not as they were."""
    model = known.pipeline.model
    left = people(reduced.reduced(model, without("active_in_topics"), everyone))
    contacts = np.diff(model.ties.indptr)
    expected = reserve(left.indptr, left.rows, from_byte(model.active), contacts)
    np.testing.assert_array_equal(left.reserved, expected)
    assert expected.any()


def test_the_model_itself_stays_as_it_is(known, everyone):
    """Arguments are never modified."""
    model = known.pipeline.model
    before = {name: getattr(people(model), name).copy() for name in COLUMNS}
    reduced.reduced(model, alone("trends"), everyone[:3])
    for name, column in before.items():
        np.testing.assert_array_equal(getattr(people(model), name), column)


def test_every_part_is_left_out_and_left_alone(known):
    """Nine factors and five sources, each by its name; and nothing, as the report looks it up."""
    systems = ablations(known, depth=10)
    named = {family: {s.name for s in systems if s.family is family} for family in Family}
    assert named[Family.WITHOUT] == {f"without {part}" for part in TERMS}
    assert named[Family.ALONE] == {f"{part} alone" for part in TERMS} | {POOL}
    assert len(systems) == 2 * len(TERMS) + 1


def test_nothing_alone_has_all_candidates_and_no_order_of_its_own(known, everyone):
    """Whom the whole has, by row, each with a relevance of 0."""
    model = known.pipeline.model
    left = people(reduced.reduced(model, nothing(), everyone))
    np.testing.assert_array_equal(left.indptr, people(model).indptr)
    assert not left.relevance.any()
    for person in everyone:
        assert list(found(left, person)) == sorted(found(people(model), person))


def test_a_factor_that_is_the_same_for_everybody_does_what_nothing_does(
    known, everyone, monkeypatch
):
    """And one that tells people apart does not: the figure is the floor of factors alone."""
    asked = question(everyone)
    systems = {system.name: system for system in ablations(known, depth=10)}
    floor = systems[POOL].answer(asked)
    assert (systems["communality alone"].answer(asked) != floor).any()
    mute = np.array([name != "communality" for name in TERMS])
    contributions = reduced.contributions
    monkeypatch.setattr(reduced, "contributions", lambda *given: contributions(*given) * mute)
    np.testing.assert_array_equal(systems["communality alone"].answer(asked), floor)


def test_a_part_that_carries_nothing_is_not_missed(known, everyone, monkeypatch):
    """With a weight of 0 the lists without it are ours, to the last place; else they are not."""
    asked, model = question(everyone), known.pipeline.model
    systems = {system.name: system for system in ablations(known, depth=10)}
    assert (systems["without learning"].answer(asked) != ours.answer(model, asked, 10)).any()
    weightless = np.array([name != "learning" for name in TERMS])

    def weighed(*features):
        return contributions(*features) * weightless

    contributions = reduced.contributions
    monkeypatch.setattr(reduced, "contributions", weighed)
    light = reduced.reduced(model, WHOLE, everyone)
    np.testing.assert_array_equal(
        systems["without learning"].answer(asked), ours.answer(light, asked, 10)
    )


def test_answers_are_lists_as_deep_as_asked(known, everyone):
    """int32 [b, depth], in the order of the askers."""
    askers = everyone[[7, 3, 90]]
    for system in ablations(known, depth=4)[:2]:
        lists = system.answer(question(askers))
        assert lists.dtype == np.int32
        assert lists.shape == (3, 4)
        np.testing.assert_array_equal(lists[1:2], system.answer(question(askers[1:2])))


def test_shares_are_those_of_the_terms_of_who_is_shown(known):
    """By hand for one asker: positive terms over their sum, mean over ten people."""
    slate, _ = known.pipeline.recommend(Query(askers=[11], limit=10))
    usual, own = known.pipeline.model.usual, []
    for slot in range(slate.rows.shape[1]):
        signals = dict(zip(SIGNALS, slate.signals[0, slot], strict=True))
        positive = [SIGNAL_WEIGHTS[name] * value for name, value in signals.items()]
        lead = slate.factors[0, slot] - usual
        weights = [1.2, 0.4, 0.4, 0.4, 1.2, 1.2, 1.6, 1.2, 0.4]
        factors = np.maximum(weights * slate.confidence[0, slot] * lead, 0)
        own.append(positive[3] / (sum(positive) + factors.sum()))
    told = shares(known, np.array([11], np.int32))
    # Relevance looks terms up by rounded codes.
    assert told["active_in_topics"] == pytest.approx(np.mean(own), abs=2e-3)


def test_shares_of_all_parts_make_a_whole(known, everyone):
    """They sum to 1, and each is a share."""
    told = shares(known, everyone)
    assert list(told) == list(TERMS)
    assert sum(told.values()) == pytest.approx(1, abs=1e-5)
    assert min(told.values()) >= 0


def test_shares_of_nobody_are_undefined(known):
    """NaN, not 0."""
    assert np.isnan(list(shares(known, np.zeros(0, np.int32)).values())).all()


def test_a_source_is_credited_with_whom_it_alone_found(known, everyone):
    """Where only those are relevant, it finds them all and no other source finds any."""
    for column, source in enumerate(SIGNALS):
        wanted = np.zeros((known.people, known.people))
        for person in everyone:
            for row, signal in found(people(known.pipeline.model), person).items():
                wanted[person, row] = signal[column] > 0 and not np.delete(signal, column).any()
        if not wanted.any():
            continue
        told = found_by(known, everyone, sp.csr_matrix(wanted), depth=known.people)
        for other in SIGNALS:
            assert told[other] == (pytest.approx((1, 1) if other == source else (0, 0)))


def test_relevant_people_who_are_not_stored_count_against_every_source(known):
    """Half of the relevant are found at best where half are stored; her own row never is."""
    asker = 11
    stored = found(people(known.pipeline.model), asker)
    best = max(stored, key=lambda row: stored[row][SIGNALS.index("active_in_topics")])
    wanted = sp.csr_matrix(([1.0, 1.0], ([0, 0], [best, asker])), (1, known.people))
    told = found_by(known, np.array([asker], np.int32), wanted, depth=known.people)
    assert told["active_in_topics"][0] == 0.5
    assert max(recall for recall, _ in told.values()) == 0.5


def test_askers_without_an_answer_are_left_out_of_what_sources_find(known, everyone):
    """The mean is over the others; with nobody left it is undefined."""
    model = known.pipeline.model
    first = int(people(model).rows[people(model).indptr[11]])
    wanted = sp.csr_matrix(([1.0], ([11], [first])), (known.people, known.people))
    together = found_by(known, everyone, wanted, depth=5)
    assert together == found_by(known, everyone[[11]], wanted[[11]], depth=5)
    nobody = found_by(known, everyone, sp.csr_matrix(wanted.shape), depth=5)
    assert np.isnan(list(nobody.values())).all()
