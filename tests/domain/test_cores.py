"""How many processors there are to work with."""

from __future__ import annotations

import os

import pytest

from recommender.domain import cores as cores_of
from recommender.domain.cores import cores, quota


@pytest.mark.parametrize(
    ("said", "worth"),
    [
        ("150000 100000\n", 2),
        ("200000 100000\n", 2),
        ("1000 100000\n", 1),
        ("max 100000\n", None),
        ("", None),
        ("1 0\n", None),
        (None, None),
    ],
)
def test_a_quota_of_time_is_worth_so_many_cores(tmp_path, monkeypatch, said, worth):
    """Rounded up; no more cores are counted than those. Where nothing is said, all are."""
    file = tmp_path / "cpu.max"
    if said is not None:
        file.write_text(said)
    assert quota(file) == worth
    monkeypatch.setattr(cores_of, "quota", lambda: worth)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)))
    assert cores() == (worth or 8)


def test_where_a_process_is_let_onto_all_cores_they_are_counted(monkeypatch):
    """Not every system tells which ones a process is let onto."""
    monkeypatch.setattr(cores_of, "quota", lambda: None)
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert cores() == 6
