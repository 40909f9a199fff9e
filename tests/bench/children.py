"""Steps in processes of their own, so that each has its own time and its own peak memory."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_SECONDS = 1800.0
"""A step that takes longer is ended, and the run fails."""
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Cost:
    """What one step took: seconds without start and imports, and the whole process's peak MiB."""

    seconds: float
    peak_mib: float


def run_step(name: str, *arguments: object) -> Cost:
    """Do step `name` of `tests.bench.steps` in a process of its own."""
    told = talk("tests.bench.steps", name, *arguments)
    return Cost(told["seconds"], told["peak_kib"] * 1024 / _MIB)


def talk(module: str, *arguments: object) -> dict[str, float]:
    """Run a module of ours to its end; what it says is one JSON object."""
    done = subprocess.run(
        command(module, *arguments),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} {arguments} failed:\n{done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def command(module: str, *arguments: object) -> list[str]:
    """The command line of a module."""
    return [sys.executable, "-m", module, *map(str, arguments)]
