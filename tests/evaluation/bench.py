"""An outside scorer of recommendations, which people without it can do without.

A folder, named by the environment variable REAL_BENCH (otherwise ../shared/bench beside this
checkout), whose bench.py cuts networks at a time and scores answers by definitions of its own.
"""

from __future__ import annotations

import importlib.util
import os
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "bench"


@cache
def load_bench() -> ModuleType:
    """The scorer as a module; skips the test where there is none."""
    path = Path(os.environ.get("REAL_BENCH", BESIDE)) / "bench.py"
    if not path.is_file():
        pytest.skip(f"no outside scorer at {path}; REAL_BENCH names its folder")
    spec = importlib.util.spec_from_file_location("outside_scorer", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
