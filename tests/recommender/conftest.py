"""Worlds in turn, and a model to spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.worlds import WORLDS


@pytest.fixture(params=WORLDS, scope="session")
def any_world(request, built):
    """Each world in turn."""
    return built(request.param)


@pytest.fixture
def model(built, tmp_path):
    """A copy of a model to spoil: it has people, ties, objects, goals and blocks."""
    return Path(shutil.copytree(built("barred_pairs").model_folder, tmp_path / "model"))
