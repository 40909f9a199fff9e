"""Reasons held against facts: what is true passes, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.known import Known
from evaluation.reasons.asked import ask
from evaluation.reasons.claims import Claim, claims
from evaluation.reasons.facts import Facts
from evaluation.reasons.truth import CHECKS, truth
from ingestion.snapshot import ingest
from recommender.domain.answer import ReasonKind
from recommender.domain.slate import Kind
from recommender.domain.times import microseconds
from recommender.factors.habits import Pace
from recommender.matrices import load_snapshot
from recommender.pipeline import Pipeline
from recommender.reasons import CODE
from tests.world_builder import AS_OF, INGEST, TRAIN, World, ago
from tests.worlds import WORLDS


def snapshot_of(world: World, folder):
    """What is ingested of a world."""
    report = ingest(world.write(folder / "tables"), folder / "snapshots", INGEST, AS_OF)
    return load_snapshot(report.snapshot)


@pytest.fixture(scope="module")
def known_world(tmp_path_factory):
    """A function from the name of a world to what is known of it; do not change it."""
    known: dict[str, Known] = {}

    def world(name: str) -> Known:
        if name not in known:
            snapshot = snapshot_of(WORLDS[name](), tmp_path_factory.mktemp(name))
            known[name] = Known.of(snapshot, TRAIN)
        return known[name]

    return world


def asked(known: Known, kind: Kind = Kind.PEOPLE):
    """Everybody's answers."""
    return ask(known, np.arange(known.people, dtype=np.int32), 10, kind)


WELL = ["two_cliques", "met_in_threads", "workplaces", "checkerboard", "two_tongues", "arrivals"]


@pytest.mark.parametrize("name", WELL)
def test_what_a_model_says_of_new_people_is_true(known_world, name):
    """All of it, for everybody to whom anything is said."""
    slate, reasons = asked(known_world(name))
    told = truth(known_world(name), slate, reasons)
    said = (reasons.kinds >= 0).any(axis=(1, 2))
    assert said.any()
    np.testing.assert_array_equal(told[said], 1)
    assert np.isnan(told[~said]).all()


def test_what_a_model_says_of_quiet_ties_is_true(known_world):
    """Olga and ian are told how often and when they talked."""
    known = known_world("dormant_pair")
    told = truth(known, *asked(known, Kind.REACTIVATION))
    assert np.nansum(told == 1) == 2
    assert np.nanmin(told) == 1


SPOILED = [
    ("met_in_threads", Kind.PEOPLE, "shared_objects", {"counts": 1}),
    ("met_in_threads", Kind.PEOPLE, "shared_objects", {"counts": -1}),
    ("two_camps", Kind.PEOPLE, "shared_contacts", {"counts": -1}),
    ("two_cliques", Kind.PEOPLE, "active_in_topics", {"topics": 1}),
    ("checkerboard", Kind.PEOPLE, "near_topics", {"topics": 4}),
    ("arrivals", Kind.PEOPLE, "goal_matches", {"topics": 1}),
    ("dormant_pair", Kind.REACTIVATION, "past_tie", {"counts": 1}),
]


@pytest.mark.parametrize(("name", "kind", "reason", "added"), SPOILED)
def test_a_reason_with_a_wrong_topic_or_count_is_untrue(known_world, name, kind, reason, added):
    """Of each list, just as many as were spoiled."""
    known = known_world(name)
    slate, reasons = asked(known, kind)
    spoiled = reasons.kinds == CODE[ReasonKind(reason)]
    changes = {}
    for column, by in added.items():
        values = getattr(reasons, column) + np.where(spoiled, by, 0)
        if column == "topics":
            values = np.where(spoiled, values % len(known.snapshot.topic_ids), values)
        changes[column] = values.astype(np.int32)
    told = truth(known, slate, replace(reasons, **changes))
    number = (reasons.kinds >= 0).sum(axis=(1, 2))
    assert spoiled.any()
    expected = 1 - spoiled.sum(axis=(1, 2))[number > 0] / number[number > 0]
    np.testing.assert_allclose(told[number > 0], expected)


def test_a_thread_that_only_one_took_part_in_is_no_shared_one(known_world):
    """Ada and bob met in three threads; carl and ada met in another, which is then named."""
    known = known_world("met_in_threads")
    slate, reasons = asked(known)
    wrong = known.pipeline.model.object_ids.row("t4")
    objects = np.where(reasons.counts == 3, wrong, reasons.objects)
    assert (reasons.counts == 3).any()
    assert np.nanmin(truth(known, slate, replace(reasons, objects=objects))) < 1


def test_reasons_of_somebody_else_are_untrue(known_world):
    """A1 and a2 share three contacts; the same said of a b shows."""
    known = known_world("two_cliques")
    slate, reasons = asked(known)
    asker = known.pipeline.row("a1")
    elsewhere = replace(slate, rows=np.where(slate.rows >= 0, known.pipeline.row("b1"), -1))
    assert truth(known, slate, reasons)[asker] == 1
    assert truth(known, elsewhere, reasons)[asker] < 1


def test_a_wrong_month_is_untrue(known_world):
    """The sentence takes the time of last contact from the model's ties."""
    known = known_world("dormant_pair")
    model = known.pipeline.model
    later = replace(model.ties, last=model.ties.last + 1)
    mistaken = Known(known.material, Pipeline(replace(model, ties=later)))
    slate, reasons = asked(known, Kind.REACTIVATION)
    assert np.nanmax(truth(mistaken, slate, reasons)) < 1


def test_a_factor_that_is_not_above_the_usual_is_no_strength(known_world):
    """The same reasons, where the usual is as high as can be."""
    known = known_world("workplaces")
    slate, reasons = asked(known)
    cited = (reasons.kinds >= 0) & (reasons.kinds < 9)
    high = replace(known.pipeline.model, usual=np.full(9, 2, np.float32))
    told = truth(Known(known.material, Pipeline(high)), slate, reasons)
    expected = 1 - cited.sum(axis=(1, 2)) / (reasons.kinds >= 0).sum(axis=(1, 2))
    assert cited.any()
    np.testing.assert_allclose(told, expected)


TITLES = {
    "pot": "Green tea in pots",
    "cup": "Drinking cups",
    "tin": "Green tea in tins",
    "aria": "Verdi sung aloud",
}
"""What ada, bob, lou and dov took part in."""


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    """Ada, and what links her to bob, cyd, dov and eve."""
    world = World()
    world.works("ada", "tea", 5, thing="pot").works("ada", "tea", 6, thing="cup")
    world.wants("ada", "silk").wants("bob", "silk", direction="offer")
    world.works("bob", "tea", 100, thing="pot").works("bob", "salt", 3, thing="cup")
    world.works("dov", "opera", 4, thing="aria").add(
        "skills", person_id="dov", topic_id="tea", level=3
    )
    world.add("activities", person_id="cyd", topic_id="tea", occurred_at=ago(4), verb="view")
    for name, home in (("bob", "Acme"), ("eve", "Acme"), ("dov", "Opus")):
        world.person(name, organisation=home)
    world.talk("ada", "eve", 40, 50, topic="tea").talk("bob", "eve", 40, topic="salt")
    world.talk("ada", "fay", 10).talk("bob", "fay", 10).person("fay", discoverable=False)
    world.talk("ada", "gus", 10).talk("bob", "gus", 10).blocks("gus", "bob")
    world.says("dov", "ada", 12)
    world.works("hal", "tea", 9).works("hal", "silk", 9).works("hal", "opera", 9)
    world.person("jo", joined_at=ago(300)).works("jo", "tea", 9)
    world.says("dov", "kim", 200).works("kim", "tea", 9).works("lou", "tea", 9, thing="tin")
    for thing, title in TITLES.items():
        world.add("objects", object_id=thing, title=title)
    for i in range(5):
        world.says(f"q{i}", "ida", 30).says("ida", f"q{i}", 29.5)
    return Facts(snapshot_of(world, tmp_path_factory.mktemp("facts")))


CLAIMS = [
    ("communality", "bob", {"topic": "tea"}, True),
    ("communality", "bob", {"topic": "salt"}, False),
    ("communality", "bob", {"topic": "silk"}, False),
    ("communality", "cyd", {"topic": "tea"}, False),
    ("similar_interests", "bob", {"topic": "tea"}, True),
    ("similar_interests", "dov", {"topic": "opera"}, False),
    ("active_in_topics", "bob", {"topic": "salt"}, True),
    ("active_in_topics", "bob", {"topic": "tea"}, False),
    ("active_in_topics", "cyd", {"topic": "tea"}, False),
    ("organisation", "bob", {"organisation": "Acme"}, True),
    ("organisation", "bob", {"organisation": "Opus"}, False),
    ("organisation", "dov", {"organisation": "Opus"}, False),
    ("organisation", "gus", {"organisation": ""}, False),
    ("network", "eve", {}, True),
    ("network", "cyd", {}, False),
    ("reputation", "bob", {}, True),
    ("reputation", "eve", {}, False),
    ("reputation", "cyd", {}, False),
    ("benevolence", "bob", {}, True),
    ("benevolence", "dov", {}, False),
    ("like_mindedness", "bob", {}, True),
    ("like_mindedness", "dov", {}, False),
    ("collaboration", "bob", {}, True),
    ("collaboration", "dov", {}, False),
    ("learning", "bob", {"topic": "silk", "levels": (0, 3)}, True),
    ("learning", "dov", {"topic": "tea", "levels": (1, 3)}, True),
    ("learning", "dov", {"topic": "tea", "levels": (3, 3)}, False),
    ("learning", "bob", {"topic": "salt", "levels": (0, 3)}, False),
    ("learning", "cyd", {"topic": "tea", "levels": (0, 3)}, False),
    ("trends", "bob", {}, True),
    ("trends", "dov", {}, False),
    ("similar_network", "bob", {}, True),
    ("similar_network", "dov", {}, False),
    ("shared_contacts", "bob", {"count": 1}, True),
    ("shared_contacts", "bob", {"count": 3}, False),
    ("shared_contacts", "cyd", {"count": 0}, False),
    ("shared_objects", "bob", {"thing": "pot", "count": 2}, True),
    ("shared_objects", "bob", {"thing": "pot", "count": 1}, False),
    ("shared_objects", "bob", {"thing": "jug", "count": 2}, False),
    ("shared_objects", "bob", {"thing": "pot", "topic": "tea", "count": 2, "within": 1}, True),
    ("shared_objects", "bob", {"thing": "pot", "topic": "tea", "count": 2, "within": 2}, False),
    ("shared_objects", "bob", {"thing": "pot", "topic": "salt", "count": 2, "within": 1}, False),
    ("network_walk", "bob", {}, True),
    ("network_walk", "cyd", {}, False),
    ("turned_to_by_contacts", "bob", {}, True),
    ("turned_to_by_contacts", "dov", {}, False),
    ("addressed_in_topics", "eve", {}, True),
    ("addressed_in_topics", "cyd", {}, False),
    ("active_lately", "bob", {}, True),
    ("active_lately", "eve", {}, False),
    ("active_in_topics", "hal", {"topic": "tea", "count": 2}, True),
    ("active_in_topics", "hal", {"topic": "tea", "count": 3}, False),
    ("active_in_topics", "hal", {"topic": "opera", "count": 2}, False),
    ("benevolence", "ida", {"pace": Pace.DAY}, True),
    ("benevolence", "ida", {"pace": Pace.HOUR}, False),
    ("benevolence", "bob", {"pace": Pace.WEEK}, False),
    ("near_topics", "dov", {"topic": "opera"}, True),
    ("near_topics", "bob", {"topic": "tea"}, False),
    ("near_topics", "eve", {"topic": "opera"}, False),
    ("goal_matches", "bob", {"topic": "silk"}, True),
    ("goal_matches", "hal", {"topic": "silk"}, True),
    ("goal_matches", "bob", {"topic": "tea"}, False),
    ("goal_matches", "dov", {"topic": "silk"}, False),
    ("similar_titles", "lou", {}, True),
    ("similar_titles", "dov", {}, False),
    ("similar_titles", "hal", {}, False),
    ("newcomers", "hal", {}, True),
    ("newcomers", "bob", {}, False),
    ("newcomers", "gus", {}, False),
    ("newcomers", "jo", {}, False),
    ("newcomers", "kim", {}, False),
    ("bridges", "hal", {"topic": "tea"}, True),
    ("bridges", "hal", {"topic": "opera"}, False),
    ("bridges", "bob", {"topic": "tea"}, False),
    ("past_tie", "eve", {"count": 4, "last": 39.99, "topic": "tea"}, True),
    ("past_tie", "eve", {"count": 4, "last": 39.99}, True),
    ("past_tie", "eve", {"count": 4, "last": 39.99, "topic": "salt"}, False),
    ("past_tie", "eve", {"count": 3, "last": 39.99}, False),
    ("past_tie", "eve", {"count": 4, "last": 40}, False),
    ("past_tie", "bob", {"count": 0}, False),
]


@pytest.mark.parametrize(("kind", "contact", "said", "true"), CLAIMS)
def test_a_claim_about_ada_and_another_is_true_or_not(facts, kind, contact, said, true):
    """One link at a time, each once where it is there and once where it is not."""
    topics, people = facts.snapshot.topic_ids, facts.snapshot.person_ids
    claim = Claim(
        kind=ReasonKind(kind),
        asker=people.row("ada"),
        contact=people.row(contact),
        topic=topics.row(said["topic"]) if "topic" in said else -1,
        thing=said.get("thing", ""),
        count=said.get("count", 0),
        levels=said.get("levels", (0, 0)),
        within=said.get("within", 0),
        pace=said.get("pace", Pace.UNKNOWN),
        organisation=said.get("organisation", ""),
        last=microseconds(ago(said["last"])) if "last" in said else 0,
    )
    assert bool(CHECKS[claim.kind](facts, claim)) is true


def test_every_kind_of_reason_has_a_check_that_is_tried_both_ways():
    """The table above leaves none out."""
    assert set(CHECKS) == set(ReasonKind)
    for true in (True, False):
        assert {ReasonKind(kind) for kind, _, _, held in CLAIMS if held is true} == set(ReasonKind)


def test_claims_say_what_is_shown(known_world):
    """In the ids and words of the caller, in the order of the answer."""
    known = known_world("met_in_threads")
    slate, reasons = asked(known)
    said = list(claims(known, slate, reasons))
    assert len(said) == (reasons.kinds >= 0).sum()
    ada, bob = (known.pipeline.row(name) for name in ("ada", "bob"))
    met = [c for c in said if (c.asker, c.contact, c.kind) == (ada, bob, "shared_objects")]
    assert [(claim.count, claim.thing in {"t1", "t2", "t3"}) for claim in met] == [(3, True)]
