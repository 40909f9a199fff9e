"""A community after a night that went well, and what the next one comes to."""

from __future__ import annotations

import pytest

from tests.cli.nightly import world


@pytest.fixture(scope="session")
def first_night(tmp_path_factory):
    return world.begin(tmp_path_factory.mktemp("nights") / "first")


@pytest.fixture(scope="session")
def second_night(first_night):
    """What is made of the next day's data where nothing goes wrong."""
    folder = world.copy(first_night, first_night.parent / "second")
    world.next_day(folder)
    done = world.night(folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def host(first_night, tmp_path):
    """A community of one's own, on the next day."""
    folder = world.copy(first_night, tmp_path / "host")
    world.next_day(folder)
    return folder
