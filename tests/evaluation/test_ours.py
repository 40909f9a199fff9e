"""Our own lists: what the pipeline answers, whatever the block, within whom the question names."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from evaluation import ours
from evaluation.tasks import Question
from recommender.domain.config import Dials
from recommender.domain.slate import Kind, Query
from recommender.live import Live
from recommender.pipeline import recommend
from tests.world_builder import build
from tests.worlds import dormant_pair, workplaces


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """People of two organisations, hardly any of whom have met."""
    return build(workplaces(), tmp_path_factory.mktemp("workplaces")).pipeline.model


def asked(model, pool: sp.csr_matrix | None = None) -> Question:
    """Everybody asks."""
    everyone = np.arange(len(model.person_ids), dtype=np.int32)
    return Question(askers=everyone, panel=everyone >= 0, pool=pool, relevant={})


def test_lists_are_what_the_pipeline_answers(model):
    """Line by line, the same people in the same order, and -1 behind them."""
    lists = ours.answer(model, asked(model), depth=6)
    assert lists.shape == (8, 6)
    assert lists.dtype == np.int32
    for row, line in enumerate(lists):
        expected = recommended(model, row, limit=6)
        assert line[: len(expected)].tolist() == expected
        assert (line[len(expected) :] == -1).all()


def test_blocks_do_not_show(model, monkeypatch):
    """Three askers at once or all: the same lists."""
    whole = ours.answer(model, asked(model), depth=5)
    monkeypatch.setattr(ours, "BLOCK", 3)
    np.testing.assert_array_equal(ours.answer(model, asked(model), depth=5), whole)


def test_only_those_are_answered_whom_the_question_names(model):
    """The last half of each full list, in the order it had there, from the first place on."""
    whole = ours.answer(model, asked(model), depth=8)
    wanted = [line[line >= 0][len(line[line >= 0]) // 2 :] for line in whole]
    lines = np.repeat(np.arange(8), [len(line) for line in wanted])
    cells = (np.ones(len(lines)), (lines, np.concatenate(wanted)))
    lists = ours.answer(model, asked(model, sp.csr_matrix(cells, (8, 8))), depth=2)
    for line, people in zip(lists, wanted, strict=True):
        assert line[line >= 0].tolist() == people[:2].tolist()


def test_nobody_is_answered_where_the_question_names_nobody(model):
    """An empty pattern leaves nothing but empty places."""
    assert (ours.answer(model, asked(model, sp.csr_matrix((8, 8))), depth=3) == -1).all()


def test_dials_are_passed_on(model):
    """All the weight on diversity changes some order, as it does in the pipeline."""
    dials = Dials(like_mindedness=0, collaboration=0, diversity=1)
    lists = ours.answer(model, asked(model), 8, dials)
    assert lists[3][lists[3] >= 0].tolist() == recommended(model, 3, limit=8, dials=dials)


def test_quiet_ties_are_asked_for_with_their_silence(tmp_path):
    """Olga's tie of 200 days ago is dormant after 90 days and not after 300."""
    world = build(dormant_pair(), tmp_path)
    olga, question = world.row("olga"), asked(world.pipeline.model)
    for days, expected in ((90, [world.row("ian")]), (300, [])):
        lists = ours.answer(
            world.pipeline.model, question, 3, kind=Kind.REACTIVATION, min_silence_days=days
        )
        assert lists[olga][lists[olga] >= 0].tolist() == expected


def recommended(model, row: int, **query) -> list[int]:
    """What the pipeline answers to one person."""
    rows = recommend(Live(model), Query(askers=[row], **query))[0].rows[0]
    return rows[rows >= 0].tolist()
