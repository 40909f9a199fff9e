"""What all tests need."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from recommender.domain.cores import cores
from recommender.serving.run import allow_many_files
from tests.sharing import Shared, shared

if TYPE_CHECKING:
    from tests.world_builder import Built

__all__ = ["shared"]

# Small worlds stay open while tests look at them, and each is a model of a hundred files.
allow_many_files()

LONG = (
    "on_spark",
    "cli/nightly",
)
"""Files and folders of tests that take long; begun last, one worker would end them alone."""

TOGETHER = "tests/on_spark/local"
"""A folder whose tests share what takes long to begin, and so a worker."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more worker than cores: tests wait now and then, for servers and processes."""
    return cores() + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Each file to one worker, where tests go by files; what is of `TOGETHER` to the same."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # it is not there in a plain run

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return TOGETHER if nodeid.startswith(TOGETHER) else super()._split_scope(nodeid)

    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes long first."""
    here = Path(__file__).parent
    items.sort(key=lambda item: not any(item.path.is_relative_to(here / long) for long in LONG))


@pytest.fixture(scope="session")
def built(shared: Shared) -> Callable[[str], Built]:
    """A function from the name of a world to it, ingested and trained; do not change it."""
    from tests.world_builder import build, standing
    from tests.worlds import WORLDS

    known: dict[str, Built] = {}

    def world(name: str) -> Built:
        if name not in known:
            facts = WORLDS[name]()
            folder = shared(f"world-{name}", lambda folder: build(facts, folder))
            known[name] = standing(facts, folder)
        return known[name]

    return world
