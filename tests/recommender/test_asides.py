"""Caveats where they are true, one at most; introducers only where the asker saw the contact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender.asides import CAVEATS, find_asides
from recommender.domain.answer import CaveatKind
from recommender.domain.slate import FACTORS, Kind, Query
from recommender.filters import build_rules
from recommender.live import Live
from recommender.phrases import SAID
from recommender.pipeline import Pipeline, rules_of
from recommender.ties import build_ties
from recommender.ties.introducers import Introducers
from tests.recommender.factors.looked import look
from tests.world_builder import World, ago, build


def meets(world: World, a: str, b: str, day: float, thing: str) -> World:
    """Both address one another in an object."""
    for who, whom, at in ((a, b, day), (b, a, day - 0.5)):
        world.add(
            "interactions",
            person_id=who,
            contact_id=whom,
            occurred_at=ago(at),
            verb="reply",
            topic_id="tea",
            object_id=thing,
        )
    return world


def introduced(me_in: str = "pot", mine: float = 5, theirs: str = "pot") -> World:
    """Me and mid talk; mid and you met in an object; me took part in another, or in the same."""
    world = World().works("me", "tea", 3, thing=me_in).talk("me", "mid", mine, topic="tea")
    for name in ("you", "mid"):
        world.works(name, "tea", 4, 9, thing=theirs)
    return meets(world, "mid", "you", 40, theirs)


def offer(made, asker="me", other="you", **query):
    """What `asker` is told of `other`."""
    [people] = made.pipeline.answer(Query(askers=[made.row(asker)], limit=50, **query))
    return {one.person_id: one for one in people}[other]


def found(world, folder):
    """Who is found to introduce me to you."""
    seen = look(world, folder)
    ties = build_ties(seen.snapshot)
    rules = build_rules(seen.snapshot, ties)
    find = Introducers(seen.snapshot, ties, rules.blocked + rules.unwanted, rules.hidden)
    [row] = find(*(np.array([seen.row(name)], np.int32) for name in ("me", "you"))).tolist()
    return seen.snapshot.person_ids[row] if row >= 0 else None


def test_a_contact_whom_the_asker_saw_with_somebody_is_named(tmp_path):
    """By id and name."""
    made = build(introduced().person("mid", display_name="Mid Way"), tmp_path)
    named = offer(made).introducer
    assert named is not None
    assert (named.id, named.label) == ("mid", "Mid Way")


NEVER = {
    "the asker was not there": introduced(me_in="cup"),
    "the tie is old": introduced(mine=100),
    "the asker alone writes": World()
    .works("me", "tea", 3, thing="pot")
    .says("me", "mid", 5, topic="tea"),
    "she does not want to be found": introduced().person("mid", discoverable=False),
    "she blocked the asker": introduced().blocks("mid", "me"),
    "the asker muted her": introduced().blocks("me", "mid", "mute"),
    "the other blocked her": introduced().blocks("you", "mid"),
    "the other dismissed her": introduced().blocks("you", "mid", "dismiss"),
}


@pytest.mark.parametrize("why", NEVER)
def test_nobody_is_named_where(why, tmp_path):
    """One condition at a time is missing."""
    world = NEVER[why]
    if why == "the asker alone writes":
        world = meets(world.works("you", "tea", 4, thing="pot"), "mid", "you", 40, "pot")
    assert found(world, tmp_path) is None


def test_one_way_is_no_contact_that_could_be_seen(tmp_path):
    """Mid wrote to you in the pot; you never wrote back there, only elsewhere."""
    world = World().works("me", "tea", 3, thing="pot").talk("me", "mid", 5, topic="tea")
    world.works("you", "tea", 4, thing="pot").talk("mid", "you", 6, topic="tea")
    world.add(
        "interactions",
        person_id="mid",
        contact_id="you",
        occurred_at=ago(7),
        verb="reply",
        object_id="pot",
    )
    assert found(world, tmp_path) is None


def test_the_strongest_tie_introduces(tmp_path):
    """Both know you from the pot; me talks to close all the time."""
    world = introduced().talk("me", "close", *range(1, 40), topic="tea")
    assert found(meets(world, "close", "you", 30, "pot"), tmp_path) == "close"


def test_an_introducer_who_may_no_more_be_shown_vanishes(tmp_path):
    """Left out of this call, hidden, blocked by the asker, or by the other, since training."""
    made = build(introduced(), tmp_path)
    assert offer(made, excluded=frozenset({made.row("mid")})).introducer is None
    model, mid = made.pipeline.model, made.row("mid")
    hidden = model.hidden.copy()
    hidden[mid] = True
    blocked = {
        name: (model.blocked + one(model, made.row(name), mid)).tocsr() for name in ("me", "you")
    }
    changed = [replace(model, hidden=hidden)]
    changed += [replace(model, blocked=pattern) for pattern in blocked.values()]
    for other in changed:
        [people] = Pipeline(other).answer(Query(askers=[made.row("me")], limit=50))
        assert [o.introducer for o in people if o.person_id == "you"] == [None]


def one(model, row, column):
    """A pattern with one cell."""
    pattern = model.blocked.copy().tolil()
    pattern[row, column] = 1
    return pattern.tocsr()


def test_ties_need_no_introducer(any_world):
    """Of reactivations none has one; and nobody introduces herself."""
    rows = [any_world.row(person) for person in any_world.people]
    for kind in (Kind.PEOPLE, Kind.REACTIVATION):
        lists = any_world.pipeline.answer(Query(askers=rows, kind=kind, limit=50))
        for person, offers in zip(any_world.people, lists, strict=True):
            for told in offers:
                if told.introducer is not None:
                    assert kind is Kind.PEOPLE
                    assert told.introducer.id not in {person, told.person_id}


def caveat(made, **changes):
    """The caveat on you, where the model says other things of them."""
    model, row = made.pipeline.model, made.row("you")
    columns = {"weeks_away": 0, "answers": 0, "newcomer": False, **changes}
    spoiled = {}
    for name, value in columns.items():
        spoiled[name] = getattr(model, name).copy()
        spoiled[name][row] = value
    query = Query(askers=[made.row("me")], limit=50)
    slate, _ = (pipeline := Pipeline(replace(model, **spoiled))).recommend(query)
    asides = find_asides(pipeline.model, rules_of(pipeline.live), query, slate)
    code = int(asides.caveats[slate.rows == row][0])
    return CAVEATS[code] if code >= 0 else None


def test_the_gravest_caveat_is_told_and_where_nothing_is_to_be_said_none(tmp_path):
    """Away, rarely answers, new: one after the other is taken away."""
    made = build(introduced(), tmp_path)
    said = {"weeks_away": 20, "answers": 1, "newcomer": True}
    assert caveat(made, **said) is CaveatKind.AWAY
    assert caveat(made, **(said | {"weeks_away": 65_535})) is CaveatKind.RARELY_ANSWERS
    assert caveat(made, **(said | {"weeks_away": 8, "answers": 2})) is CaveatKind.NEW_HERE
    assert caveat(made) is None


def test_people_who_seldom_agree_are_told_so_where_their_views_are_known(tmp_path):
    """Shared topics, low agreement, and enough confidence; each alone is not enough."""
    made = build(introduced(), tmp_path)
    query = Query(askers=[made.row("me")], limit=50)
    slate, _ = made.pipeline.recommend(query)

    def told(communality, agreement, known):
        values, sure = slate.factors.copy(), slate.confidence.copy()
        values[..., FACTORS.index("communality")] = communality
        values[..., FACTORS.index("like_mindedness")] = agreement
        sure[..., FACTORS.index("like_mindedness")] = known
        changed = replace(slate, factors=values, confidence=sure)
        model = replace(made.pipeline.model, newcomer=np.zeros(len(made.people), bool))
        kinds = find_asides(model, rules_of(Live(model)), query, changed).caveats[
            slate.rows == made.row("you")
        ]
        return kinds.tolist() == [CAVEATS.index(CaveatKind.SELDOM_AGREE)]

    assert told(0.9, 0.1, 0.8)
    assert not told(0.9, 0.1, 0.4)
    assert not told(0.9, 0.5, 0.8)
    assert not told(0.2, 0.1, 0.8)


def test_every_caveat_has_a_sentence(tmp_path):
    """Without a full stop; the weeks are said."""
    assert set(CaveatKind) == set(CAVEATS)
    assert SAID[-len(CAVEATS) :] == CAVEATS
    world = introduced().works("gone", "tea", 75).talk("mid", "gone", 80, topic="tea")
    told = offer(build(world, tmp_path), other="gone").caveat
    assert told is not None
    assert (told.kind, told.text) == (CaveatKind.AWAY, "Not seen active for 10 weeks")
