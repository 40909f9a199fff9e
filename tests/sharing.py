"""What takes long to make and nobody changes, made once for all workers that run tests."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

Shared = Callable[[str, Callable[[Path], object]], Path]
"""From a name, and what makes a folder that is not there yet, to the folder."""


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """Makes a folder of a name, unless another worker has; leave what is in it as it is."""
    own = tmp_path_factory.getbasetemp()
    root = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def folder(name: str, make: Callable[[Path], object]) -> Path:
        found, made = root / f"shared-{name}", root / f"shared-{name}.made"
        with (root / f"shared-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # another may be at it, whom to wait for is cheaper
            if not made.exists():
                shutil.rmtree(found, ignore_errors=True)  # of one that failed half-way
                make(found)
                made.touch()
        return found

    return folder
