"""Lists narrowed by attributes, events and organisations, as the model and what happened say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender import bundle
from recommender.domain.learner import Profile
from recommender.domain.slate import Barrier, Context, Query
from recommender.expressions import compile_filter
from recommender.narrowing import attributes
from tests.recommender.live.changes import NOW, after, decides, worked
from tests.world_builder import World, build


@pytest.fixture(scope="module")
def fair(tmp_path_factory):
    """Everybody works on tea; half took part in the fair, two homes, some languages and levels."""
    world = World()
    for place in range(8):
        name = f"p{place}"
        thing = "fair" if place % 2 else "desk"
        world.works(name, "tea", 1 + place, 9, thing=thing)
        world.person(
            name,
            organisation="Acme" if place < 4 else "Bolt",
            level=place / 2,
            languages=["en-GB"] if place in {1, 2} else ["nl"],
        )
    viewer = {"person_id": "p2", "topic_id": "tea", "verb": "view", "object_id": "fair"}
    world.add("activities", occurred_at="2024-06-01T00:00:00", weight=0.05, **viewer)
    return build(world, tmp_path_factory.mktemp("fair"))


def test_what_filters_look_at_is_the_model_s_own(fair):
    """Mapped from its files, and so there once for all workers."""
    model = bundle.load(fair.model_folder)[0]
    found = attributes(model)
    assert np.shares_memory(found.language_starts, model.speaks.indptr)
    assert np.shares_memory(found.organisation.codes, model.organisation)


def offered(pipeline, person, barrier, narrowing):
    query = Query(askers=[pipeline.row(person)], only=((barrier, narrowing),), limit=50)
    return {one.person_id for one in pipeline.answer(query)[0]}


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ('organisation = "Acme"', {"p1", "p2", "p3"}),
        ('organisation != "Acme" AND level >= 3', {"p6", "p7"}),
        ('languages:"en"', {"p1", "p2"}),
        ("level < 1", {"p1"}),
    ],
)
def test_a_filter_leaves_whom_it_holds_for(fair, text, people):
    found = fair.pipeline.by_filter(compile_filter(text))
    assert offered(fair.pipeline, "p0", Barrier.FILTER, found) == people


def test_a_context_leaves_those_who_took_part(fair):
    """Having looked at it is not taking part; nobody took part in what is not there."""
    pipeline = fair.pipeline
    at = pipeline.by_context(Context(objects=("fair",)))
    assert offered(pipeline, "p0", Barrier.CONTEXT, at) == {"p1", "p3", "p5", "p7"}
    both = pipeline.by_context(Context(objects=("fair",), organisation="Bolt"))
    assert offered(pipeline, "p0", Barrier.CONTEXT, both) == {"p5", "p7"}
    for context in (Context(objects=("nowhere",)), Context(organisation="Cord")):
        assert offered(pipeline, "p0", Barrier.CONTEXT, pipeline.by_context(context)) == set()


def test_who_came_to_the_event_since_is_there(fair):
    pipeline = after(fair, replace(worked("p4", "tea"), object_id="fair"))
    at = pipeline.by_context(Context(objects=("fair",)))
    assert "p4" in offered(pipeline, "p0", Barrier.CONTEXT, at)


def test_a_narrowing_made_before_somebody_came_knows_of_her(fair):
    """It is tied to the people when it is asked, not when it is made."""
    pipeline = after(fair)
    found = pipeline.by_filter(compile_filter('organisation = "Brand New"'))
    assert offered(pipeline, "p0", Barrier.FILTER, found) == set()
    came = decides("zoe", can=["tea"], profile=Profile(organisation="Brand New"))
    pipeline.live.apply([(1, came)], NOW)
    assert offered(pipeline, "p0", Barrier.FILTER, found) == {"zoe"}
