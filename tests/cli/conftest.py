"""Runs `pln` as people do: as a process, by its installed entry point.

What has much to load and asks nothing of the process runs `here`, in this one.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from recommender.cli import run

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


def run_here(*words, environ=None, cwd=None):
    """Run a command within this process; what it says, and its exit code, as of a process."""
    said, told = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(told):
        for name in os.environ.keys() - ENVIRON.keys():
            patch.delenv(name)
        for name, value in (environ or {}).items():
            patch.setenv(name, value)
        if cwd is not None:
            patch.chdir(cwd)
        code = run([*map(str, words)])
    return subprocess.CompletedProcess(words, code, said.getvalue(), told.getvalue())


@pytest.fixture(scope="session")
def here():
    return run_here


@pytest.fixture(scope="session")
def demo(shared):
    """A small demo, kept: the folder, and what `pln demo --json` said."""

    def make(out):
        done = run_here("demo", "--people", 150, "--out", out, "--json")
        assert done.returncode == 0, done.stderr
        (out / "said.json").write_text(done.stdout)

    out = shared("demo", make)
    return out, json.loads((out / "said.json").read_text())
