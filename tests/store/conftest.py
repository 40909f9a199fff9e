"""A store on every kind of database, and a clock that tests can set."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from recommender.store import LearnerStore
from tests.databases import KINDS, database
from tests.store.values import NOW


class Clock:
    """Time stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=KINDS)
def url(request, tmp_path):
    with database(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def store(url, clock):
    found = LearnerStore.open(url, patience=30, clock=clock)
    yield found
    found.close()


@pytest.fixture
def file_store(tmp_path, clock):
    """A store in `tmp_path / "learners.db"`, for what is SQLite's alone."""
    found = LearnerStore.open(f"sqlite:///{tmp_path / 'learners.db'}", clock=clock)
    yield found
    found.close()
