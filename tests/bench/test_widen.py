"""The maker of big models: what it makes is a model, and each copy in it is the small one."""

from __future__ import annotations

import pytest

from recommender.domain.slate import Kind, Query
from recommender.pipeline import Pipeline
from tests.bench.widen import widen
from tests.world_builder import build
from tests.worlds import WORLDS

COPIES = 12


@pytest.mark.parametrize("world", ["barred_pairs", "two_cliques"])
def test_each_copy_answers_as_the_small_model(world, tmp_path):
    """It opens, which checks all there is, and lists, reasons and networks stay within a copy."""
    small = build(WORLDS[world](), tmp_path / "small")
    wide = Pipeline.open(widen(small.model_folder, tmp_path / "wide", COPIES))
    ids = small.pipeline.model.person_ids
    assert wide.info.person_count == COPIES * len(ids)
    for copy in (0, 7, COPIES - 1):
        for person in ids.take(range(len(ids))):
            for kind in Kind:
                mine, theirs = (
                    answered(pipeline, name, kind)
                    for pipeline, name in ((small.pipeline, person), (wide, f"{copy:02}{person}"))
                )
                assert [(f"{copy:02}{one}", rest) for one, rest in mine] == theirs


def test_the_only_copy_answers_the_same_people(tmp_path):
    """So that it can take the place of the small model under callers."""
    small = build(WORLDS["two_cliques"](), tmp_path / "small")
    same = Pipeline.open(widen(small.model_folder, tmp_path / "same", 1))
    for person in small.pipeline.model.person_ids.take(range(same.info.person_count)):
        for kind in Kind:
            assert answered(same, person, kind) == answered(small.pipeline, person, kind)


def answered(pipeline, person, kind):
    """Who is on a list, with scores and reasons."""
    query = Query(askers=[pipeline.row(person)], kind=kind, limit=50)
    return [
        (one.person_id, (one.score, [reason.text for reason in one.reasons]))
        for one in pipeline.answer(query)[0]
    ]
