"""How many processors there are to work with."""

from __future__ import annotations

import math
import os
from pathlib import Path

QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""Where a container finds how much of its cores' time it has."""


def cores() -> int:
    """Cores that this process may use: those it is let onto, or what its quota is worth."""
    try:
        let_onto = len(os.sched_getaffinity(0))
    except AttributeError:  # not every system tells
        let_onto = os.cpu_count() or 1
    return min(let_onto, quota() or let_onto)


def quota(file: Path = QUOTA) -> int | None:
    """Cores that a container's quota of time is worth, rounded up; None where there is none.

    file: of control groups (version 2), as "150000 100000", microseconds in each so many, or "max".
    """
    try:
        time, period = file.read_text(encoding="ascii").split()
        return max(1, math.ceil(int(time) / int(period)))
    except (OSError, ValueError, ZeroDivisionError):
        return None
