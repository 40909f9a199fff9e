"""Runs `pln` as people do: as a process, by its installed entry point."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PLN = Path(sys.executable).parent / "pln"
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}


def run_pln(*arguments, **options):
    """Run `pln` to its end, without settings from outside."""
    environ = ENVIRON | options.pop("environ", {})
    command = [PLN, *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environ, **options
    )


@pytest.fixture(scope="session")
def pln():
    return run_pln


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """A small demo, kept: the folder, and what `pln demo --json` said."""
    out = tmp_path_factory.mktemp("demo")
    done = run_pln("demo", "--people", 150, "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    return out, json.loads(done.stdout)
