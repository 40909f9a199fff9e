"""Worlds that what happened since is tried on."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def cliques(built):
    return built("two_cliques")
