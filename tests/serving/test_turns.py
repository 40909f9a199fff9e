"""Answers in turn, over a fake that notices when two are computed side by side."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from recommender.domain.ids import Row
from recommender.domain.slate import Query
from recommender.serving import turns
from recommender.serving.turns import InTurn
from tests.serving.fakes import PEOPLE, FakeRecommender


@dataclass
class Crowded(FakeRecommender):
    """Counts who is inside, and lets go of the interpreter while somebody is."""

    inside: int = 0
    most: int = 0

    def told(self, query):
        self.inside += 1
        self.most = max(self.most, self.inside)
        for _ in range(50):
            os.sched_yield()
        self.inside -= 1
        return query

    def network(self, person, most=None):
        self.told(Query(askers=[person]))
        return super().network(person, most)


def test_answers_never_overlap(monkeypatch):
    """Whatever the threads, one answer is computed at a time, and all are given."""
    crowded = Crowded()
    monkeypatch.setattr(turns, "written", FakeRecommender().answer)
    in_turn = InTurn(crowded)
    with ThreadPoolExecutor(8) as pool:
        lists = list(pool.map(lambda row: in_turn.answer(Query(askers=[Row(row)])), range(40)))
        networks = list(pool.map(lambda row: in_turn.network(Row(row)), range(40)))
    assert crowded.most == 1
    assert lists == [FakeRecommender().answer(Query(askers=[Row(row)])) for row in range(40)]
    assert [each.person_id for each in networks] == PEOPLE[:40]


def test_a_failed_answer_ends_its_turn():
    """Whoever comes next is answered."""
    in_turn = InTurn(FakeRecommender())
    with pytest.raises(IndexError):
        in_turn.network(Row(len(PEOPLE)))
    assert in_turn.network(Row(0)).person_id == PEOPLE[0]
    assert in_turn.row(PEOPLE[1]) == 1
    assert in_turn.info == FakeRecommender().info
