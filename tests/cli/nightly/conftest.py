"""A community after a night that went well, and what the next one comes to."""

from __future__ import annotations

import pytest

from tests.cli.nightly import world


@pytest.fixture(scope="session")
def first_night(shared):
    return shared("first-night", world.begin)


@pytest.fixture(scope="session")
def second_night(shared, first_night):
    """What is made of the next day's data where nothing goes wrong."""

    def make(folder):
        world.next_day(world.copy(first_night, folder))
        done = world.night(folder)
        assert done.returncode == 0, done.stderr

    return shared("second-night", make)


@pytest.fixture
def host(first_night, tmp_path):
    """A community of one's own, on the next day."""
    folder = world.copy(first_night, tmp_path / "host")
    world.next_day(folder)
    return folder
