"""Every world, built once for all tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.world_builder import Built, build
from tests.worlds import WORLDS


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A function from the name of a world to it, ingested and trained; do not change it."""
    known: dict[str, Built] = {}

    def world(name: str) -> Built:
        if name not in known:
            known[name] = build(WORLDS[name](), tmp_path_factory.mktemp(name))
        return known[name]

    return world


@pytest.fixture(params=WORLDS, scope="session")
def any_world(request, built):
    """Each world in turn."""
    return built(request.param)


@pytest.fixture
def model(built, tmp_path):
    """A copy of a model to spoil: it has people, ties, objects, goals and blocks."""
    return Path(shutil.copytree(built("barred_pairs").model_folder, tmp_path / "model"))
