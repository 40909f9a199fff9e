"""A model has room for those who come, and stays as it was for all who share it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from recommender.domain.ids import Row, StringTable
from recommender.domain.learner import Discoverability, Profile
from recommender.live.grown import MOST, Grown, GrownTable
from tests.recommender.live.changes import after, decides, worked


def test_a_flood_of_new_people_ends_somewhere(cliques, monkeypatch):
    monkeypatch.setattr("recommender.live.grown.MOST", 3)
    pipeline = after(cliques, *[worked(f"new{i}", "a-talk") for i in range(10)])
    assert sum(pipeline.live.row(f"new{i}") is not None for i in range(10)) == 3
    assert MOST >= 1000


def test_room_grows_with_those_who_come(cliques, monkeypatch):
    """Past the room that was made at first, with nothing lost."""
    monkeypatch.setattr("recommender.live.grown.ROOM", 2)
    grown = Grown(cliques.pipeline.model)
    names = [f"new{i}" for i in range(9)]
    rows = [grown.add(name) for name in names]
    assert rows == list(range(len(cliques.people), len(cliques.people) + 9))
    assert [grown.row(name) for name in names] == rows
    assert grown.model.hidden[rows].all()
    assert grown.model.person_ids.take(rows) == names
    assert (grown.model.main_topics[: len(cliques.people)] == grown.base.main_topics).all()
    assert grown.row("a1") == cliques.row("a1")


def test_a_word_has_one_code_however_often_it_is_said(cliques):
    """And the words of a model, in whatever order, are looked through once."""
    looked, grown = Counter(), Grown(cliques.pipeline.model)

    class Watched(GrownTable):
        def __getitem__(self, row):
            looked[row] += 1
            return super().__getitem__(row)

    grown.model = replace(grown.model, languages=Watched(StringTable.of(["nl", "en"])))
    said = ["en", "tlh", "nl", "tlh", "eo", "en", "eo"]
    assert [grown.language(word) for word in said] == [1, 2, 0, 2, 3, 1, 3]
    assert max(looked.values()) == 1


def test_the_mapped_model_itself_is_never_written_to(cliques):
    """Other workers share it."""
    model = cliques.pipeline.model
    before = {name: getattr(model, name).copy() for name in ("hidden", "organisation", "level")}
    after(
        cliques,
        decides(
            "a1", discoverability=Discoverability.NOBODY, profile=Profile(organisation="X", level=1)
        ),
    )
    for name, values in before.items():
        assert (getattr(model, name) == values).all()
    assert model.person_ids.row("a1") == Row(0)
