"""Every reason is true, and every kind can be said."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from recommender.asides import find_asides
from recommender.domain.answer import CaveatKind, ReasonKind
from recommender.domain.ids import Row
from recommender.domain.slate import FACTORS, SIGNALS, Kind, Query
from recommender.live import Live
from recommender.packed import whole
from recommender.phrases import TEMPLATES
from recommender.pipeline import recommend, rules_of
from recommender.present import Told, recommendations, tie_places
from recommender.reasons import CODE, KINDS, MOST, find_reasons
from recommender.telling import worth_saying
from tests.recommender.truth import Truth
from tests.world_builder import World, ago, build


def offers(world, kind=Kind.PEOPLE):
    """Every asker, and everyone she is offered."""
    askers = [world.row(person) for person in world.people]
    lists = world.pipeline.answer(Query(askers=askers, kind=kind, limit=100))
    return [
        (asker, offer)
        for asker, offered in zip(world.people, lists, strict=True)
        for offer in offered
    ]


def reasons(world, asker, other, kind=Kind.PEOPLE):
    """The reasons for one offer, by kind."""
    found = [
        offer.reasons for a, offer in offers(world, kind) if (a, offer.person_id) == (asker, other)
    ]
    return {reason.kind: reason for reason in found[0]}


def proof(world, asker, other, kind=Kind.PEOPLE):
    """What the model could point at for one candidate, by column of its pool."""
    pool, row = whole(world.pipeline.model.pools[kind]), world.row(asker)
    mine = slice(pool.indptr[row], pool.indptr[row + 1])
    at = mine.start + pool.rows[mine].tolist().index(world.row(other))
    return {f.name: getattr(pool, f.name)[at] for f in fields(pool) if f.name != "indptr"}


@pytest.mark.parametrize("kind", [Kind.PEOPLE, Kind.REACTIVATION])
def test_every_reason_holds_against_the_events(any_world, kind):
    """Recomputed from the raw facts, for everyone and everybody offered."""
    truth = Truth(any_world.world)
    for asker, offer in offers(any_world, kind):
        for reason in offer.reasons:
            assert truth.lies(asker, offer.person_id, reason) == []


@pytest.mark.parametrize("kind", [Kind.PEOPLE, Kind.REACTIVATION])
def test_there_are_up_to_three_reasons_weightiest_first(any_world, kind):
    """Each kind once; a past tie before all others, what is told to everyone after them."""
    for _, offer in offers(any_world, kind):
        kinds = [reason.kind for reason in offer.reasons]
        assert len(set(kinds)) == len(kinds) <= MOST
        shares = [reason.share for reason in offer.reasons]
        assert sum(shares) <= 1 + 1e-5
        if kind is Kind.REACTIVATION:
            assert kinds[0] is ReasonKind.PAST_TIE
            shares = shares[1:]
        if ReasonKind.ACTIVE_LATELY in kinds:
            assert kinds[-1] is ReasonKind.ACTIVE_LATELY
            shares = shares[:-1]
        assert shares == sorted(shares, reverse=True)


def test_every_kind_of_reason_has_a_sentence_and_a_number():
    """The nine factors, the signals, and the past tie."""
    assert set(KINDS) == set(ReasonKind)
    assert set(TEMPLATES) == {*ReasonKind, *CaveatKind}
    assert [str(kind) for kind in KINDS] == [*FACTORS, *SIGNALS, "past_tie"]


def test_the_right_reason_is_given_where_there_is_one(built):
    """Shared contacts in the clique, shared threads among readers, activity for a newcomer."""
    assert proof(built("two_cliques"), "a1", "a2")["contact_count"] == 3
    threads = reasons(built("met_in_threads"), "ada", "bob")
    assert threads[ReasonKind.SHARED_OBJECTS].count == 3
    assert threads[ReasonKind.SHARED_OBJECTS].objects[0].id in {"t1", "t2", "t3"}
    new = reasons(built("newcomer"), "nell", "kit")
    assert new[ReasonKind.ACTIVE_IN_TOPICS].topics[0].id == "bees"


def test_a_past_tie_says_how_often_when_and_about_what(built):
    """Nine days of talk both ways about soil, last in December."""
    told = reasons(built("dormant_pair"), "olga", "ian", Kind.REACTIVATION)[ReasonKind.PAST_TIE]
    assert told.count == 18
    assert [topic.id for topic in told.topics] == ["soil"]
    assert told.text == "You were in contact 18 times, mostly about soil, last in December 2023"


def test_hidden_people_are_not_counted_as_contacts_in_common(tmp_path):
    """Of three contacts in common one is hidden; and where all are, nothing is said."""
    world = World()
    for mid in ("m1", "m2", "shy"):
        world.talk("me", mid, 3).talk(mid, "you", 3)
    world.talk("me", "shy2", 4).talk("shy2", "they", 4)
    for name in ("me", "you", "they"):
        world.works(name, "tea", 1)
    for name in ("shy", "shy2"):
        world.person(name, discoverable=False)
    made = build(world.works("m1", "jam", 1), tmp_path)
    assert proof(made, "me", "you")["contact_count"] == 2
    assert proof(made, "me", "they")["contact_count"] == 0
    assert ReasonKind.SHARED_CONTACTS not in reasons(made, "me", "they")


def test_nobody_hidden_or_blocked_is_named_anywhere(built):
    """No answer, reason or network names somebody who may not be seen."""
    for name in ("hidden_people", "barred_pairs", "everyone_blocked"):
        world = built(name)
        truth = Truth(world.world)
        for asker in world.people:
            ties = world.pipeline.network(world.row(asker)).ties
            seen = [tie.contact_id for tie in ties]
            for kind in (Kind.PEOPLE, Kind.REACTIVATION):
                seen += world.recommended(asker, kind, limit=100)
            assert not [other for other in seen if truth.barred(asker, other)]


def test_an_opener_is_made_for_reactivations_alone(built):
    """It names the month and the topic, and asks."""
    world = built("dormant_pair")
    [(_, offer)] = [(a, o) for a, o in offers(world, Kind.REACTIVATION) if a == "olga"]
    assert "December 2023" in offer.opener
    assert "soil" in offer.opener
    assert "sk what" in offer.opener
    assert all(offer.opener == "" for _, offer in offers(world))


def test_threads_in_common_are_told_by_what_most_of_them_are_about(tmp_path):
    """Of four threads that ada and bob share, two are on art; one of these is named."""
    world = World()
    for thing, topic in {"t1": "art", "t2": "art", "t3": "tea", "t4": "jam", "t5": "art"}.items():
        world.works("ada", topic, 3, 4, thing=thing)
        if thing != "t5":
            world.works("bob", topic, 5, thing=thing)
    made = build(world, tmp_path)
    found = proof(made, "ada", "bob")
    model = made.pipeline.model
    assert (found["object_count"], found["topic_object_count"]) == (4, 2)
    assert model.object_ids[found["shared_object"]] in {"t1", "t2"}
    assert model.topic_ids[model.object_topic[found["shared_object"]]] == "art"


def test_topics_in_which_somebody_is_active_lately_are_counted(tmp_path):
    """Bob was in two of ada's three topics in the last 60 days, and in one that is not hers."""
    world = World().works("ada", "art", 3).works("ada", "tea", 200).works("ada", "jam", 3)
    world.works("bob", "art", 5).works("bob", "tea", 9).works("bob", "jam", 99)
    made = build(world.works("bob", "salt", 2), tmp_path)
    assert proof(made, "ada", "bob")["active_count"] == 2


def test_empty_slots_have_no_reasons(built):
    """Lines of a block differ in length."""
    world = built("newcomer")
    rows = [world.row(person) for person in world.people]
    slate, found = world.pipeline.recommend(Query(askers=rows, limit=100))
    empty = slate.rows < 0
    assert (found.kinds[empty] == -1).all()
    assert (found.shares[empty] == 0).all()
    assert np.isneginf(slate.scores[empty]).all()


def test_contacts_who_block_the_asker_or_are_blocked_are_not_counted(tmp_path):
    """Mid blocks me: mid2 alone may be counted as a contact in common with you."""
    world = World()
    for middle in ("mid", "mid2"):
        world.talk("me", middle, 3, 9, topic="tea").talk("you", middle, 4, 8, topic="tea")
    for name in ("me", "you", "mid", "mid2"):
        world.works(name, "tea", 1, 2, 5)
    made = build(world.blocks("mid", "me"), tmp_path)
    assert proof(made, "me", "you")["contact_count"] == 1


def test_nobody_is_called_active_lately_who_was_not(built):
    """Without a topic of the last weeks, what is left of older activity is no reason."""
    model = built("hub").pipeline.model
    pool = whole(model.pools[Kind.PEOPLE])
    stale = replace(pool, active_topic=np.full_like(pool.active_topic, -1))
    slate, _ = recommend(Live(model), Query(askers=[Row(0), Row(1)], limit=100))
    lately = [CODE[kind] for kind in (ReasonKind.ACTIVE_IN_TOPICS, ReasonKind.ACTIVE_LATELY)]
    slate = replace(slate, signals=np.ones_like(slate.signals))
    told = find_reasons(Live(model), slate, Kind.PEOPLE)
    assert np.isin(told.kinds, lately).any()
    old = find_reasons(Live(model), replace(slate, pool=stale), Kind.PEOPLE)
    assert not np.isin(old.kinds, lately).any()


LINKS = ("near_topics", "goal_matches", "similar_titles", "newcomers", "bridges")


@pytest.mark.parametrize("link", LINKS)
def test_a_link_is_true_of_everyone_whom_it_alone_would_speak_for(any_world, link):
    """Whatever else would be said before it, in lists where it is the one signal there is."""
    model, truth = any_world.pipeline.model, Truth(any_world.world)
    rows = [any_world.row(person) for person in any_world.people]
    slate, _ = recommend(Live(model), Query(askers=rows, limit=100))
    only = np.where(np.array(SIGNALS) == link, slate.signals, 0).astype(np.float32)
    slate = replace(slate, signals=only, factors=np.zeros_like(slate.factors))
    told, query = find_reasons(Live(model), slate, Kind.PEOPLE), Query(askers=rows, limit=100)
    lists = recommendations(
        Told(
            model=model,
            query=query,
            slate=slate,
            reasons=told,
            places=tie_places(model, query, slate),
            asides=find_asides(model, rules_of(Live(model)), query, slate),
        )
    )
    for asker, offered in zip(any_world.people, lists, strict=True):
        for offer in offered:
            for reason in offer.reasons:
                assert reason.kind is ReasonKind(link)
                assert truth.lies(asker, offer.person_id, reason) == []


def test_having_looked_at_a_thing_is_not_having_taken_part_in_it(tmp_path):
    """Vi only viewed the thread that ada and bob wrote in."""
    world = World().works("ada", "art", 1, 2, thing="t").works("bob", "art", 2, 3, thing="t")
    for day in (1, 2, 3, 4):
        world.add(
            "activities",
            person_id="vi",
            topic_id="art",
            occurred_at=ago(day),
            verb="view",
            object_id="t",
        )
    made = build(world.works("vi", "art", 5), tmp_path)
    assert ReasonKind.SHARED_OBJECTS in reasons(made, "ada", "bob")
    assert ReasonKind.SHARED_OBJECTS not in reasons(made, "ada", "vi")


def test_nobody_is_said_to_be_ahead_who_is_not(tmp_path):
    """Of four who work on weaving, only those a level or more above lea are told to be ahead."""
    world = World().wants("lea", "weaving").works("lea", "cooking", 2)
    world.add("skills", person_id="lea", topic_id="weaving", level=2)
    for level in range(5):
        name = f"level{level}"
        world.add("skills", person_id=name, topic_id="weaving", level=level)
        world.works(name, "weaving", *range(1, 20))
    made = build(world, tmp_path)
    ahead = {
        offer.person_id
        for asker, offer in offers(made)
        if asker == "lea" and ReasonKind.LEARNING in {reason.kind for reason in offer.reasons}
    }
    assert ahead
    assert ahead <= {"level3", "level4"}


def test_where_no_term_weighs_enough_the_weightiest_is_said():
    """Nobody is left without a reason; elsewhere small terms are not worth saying."""
    for terms, kept in (
        ([0.02, 0.01, 0.0], [0.02, 0, 0]),
        ([0.5, 0.02, 0.0], [0.5, 0, 0]),
        ([0.0, 0.0, 0.0], [0, 0, 0]),
    ):
        ranked = np.zeros(len(KINDS), np.float32)
        ranked[:3] = terms
        worth_saying(ranked)
        np.testing.assert_array_equal(ranked[:3], np.float32(kept))
        assert not ranked[3:].any()
