"""Caveats and introducers held against facts: what is true passes, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.known import Known
from evaluation.reasons.asides import CHECKS, aside_truth, could_introduce, truth_of
from evaluation.reasons.asked import ask
from evaluation.reasons.facts import Facts
from ingestion.snapshot import ingest
from recommender.asides import CAVEATS, find_asides
from recommender.domain.answer import CaveatKind
from recommender.domain.slate import Query
from recommender.matrices import load_snapshot
from recommender.pipeline import rules_of
from tests.world_builder import AS_OF, INGEST, World, ago


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    """Ada sees gus and eve talk in the pot; others are away, silent, new or of other minds."""
    world = World().works("ada", "tea", 5, thing="pot").works("eve", "tea", 6)
    for who, whom, day in (("gus", "eve", 40), ("eve", "gus", 39), ("bea", "eve", 8)):
        world.add(
            "interactions",
            person_id=who,
            contact_id=whom,
            occurred_at=ago(day),
            verb="reply",
            object_id="pot",
        )
    world.talk("ada", "gus", 5).talk("ada", "bea", 5).talk("bea", "eve", 7)
    world.works("far", "tea", 75)
    for i in range(6):
        world.says(f"p{i}", "mute", 30).says(f"p{i}", "kind", 30).says("kind", f"p{i}", 29)
        world.says("ada", f"left{i}", 200, topic="tea").says("twin", f"left{i}", 200, topic="tea")
        world.says("foe", f"right{i}", 200, topic="tea")
    world.says("mute", "p0", 29).works("twin", "tea", 2).works("foe", "tea", 2)
    folder = tmp_path_factory.mktemp("asides")
    report = ingest(world.write(folder / "tables"), folder / "snapshots", INGEST, AS_OF)
    return Facts(load_snapshot(report.snapshot))


SAID = [
    ("away", "far", 10, True),
    ("away", "far", 11, False),
    ("away", "eve", 0, False),
    ("rarely_answers", "mute", 0, True),
    ("rarely_answers", "kind", 0, False),
    ("rarely_answers", "eve", 0, False),
    ("seldom_agree", "foe", 0, True),
    ("seldom_agree", "twin", 0, False),
    ("seldom_agree", "far", 0, False),
    ("new_here", "far", 0, True),
    ("new_here", "twin", 0, False),
    ("new_here", "kind", 0, False),
]


@pytest.mark.parametrize(("kind", "contact", "weeks", "true"), SAID)
def test_a_caveat_about_somebody_is_true_or_not(facts, kind, contact, weeks, true):
    """Each once where it is so and once where it is not."""
    ada, other = (facts.snapshot.person_ids.row(name) for name in ("ada", contact))
    assert CHECKS[CaveatKind(kind)](facts, ada, other, weeks) is true


def test_every_kind_of_caveat_is_tried_both_ways():
    """The table above leaves none out."""
    assert set(CHECKS) == set(CaveatKind)
    for true in (True, False):
        assert {CaveatKind(kind) for kind, _, _, held in SAID if held is true} == set(CaveatKind)


def test_only_who_was_seen_with_somebody_could_introduce_her(facts):
    """Gus talked with eve in the pot; bea did so elsewhere, and in the pot spoke alone."""
    ada, eve, gus, bea, far = (
        facts.snapshot.person_ids.row(name) for name in ("ada", "eve", "gus", "bea", "far")
    )
    assert could_introduce(facts, ada, eve, gus)
    assert not could_introduce(facts, ada, eve, bea)
    assert not could_introduce(facts, ada, eve, far)
    assert not could_introduce(facts, bea, eve, gus)


def test_what_a_model_tells_of_a_community_is_true(past):
    """And where others are named, or other caveats given, that shows."""
    known: Known = past.known
    askers = np.arange(known.people, dtype=np.int32)
    slate, reasons = ask(known, askers, 10)
    told = aside_truth(known, slate, reasons)
    assert np.nanmin(told) == 1
    asides = find_asides(
        known.pipeline.model, rules_of(known.pipeline.live), Query(askers=()), slate
    )
    named = (asides.introducers >= 0).any(axis=1)
    assert named.any()
    wrong = np.where(asides.introducers >= 0, slate.rows, -1)  # everyone introduces herself
    assert np.nanmax(truth_of(known, slate, replace(asides, introducers=wrong))[named]) < 1
    new = np.where(asides.caveats >= 0, CAVEATS.index(CaveatKind.RARELY_ANSWERS), -1)
    said = (asides.caveats >= 0).any(axis=1) & ~named
    assert np.nanmin(truth_of(known, slate, replace(asides, caveats=new))[said]) < 1
