"""A world with somebody of whom nothing is known."""

from __future__ import annotations

import pytest

from tests.world_builder import build
from tests.worlds import workplaces


@pytest.fixture(scope="session")
def blank(tmp_path_factory):
    """The workplaces, and a declared person who never did anything."""
    return build(workplaces().person("blank"), tmp_path_factory.mktemp("blank"))
