"""Where runs keep what they say: a folder each, the newest one under a name that stays.

WORK/lock, journal.json
WORK/runs/20250301T020000/nightly-20250301T020000.log, report.json, report.md
WORK/latest → runs/20250301T020000
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from recommender.domain.errors import OutputError
from recommender.domain.writing import ASIDE, fsync

RUNS, LATEST, REPORT = "runs", "latest", "report.json"


def new_run(work: Path, now: datetime) -> str:
    """Make the folder of a run that begins; returns its name, which is nobody else's."""
    stamp = now.strftime("%Y%m%dT%H%M%S")
    try:
        (work / RUNS).mkdir(parents=True, exist_ok=True)
        for again in count(2):
            with suppress(FileExistsError):
                (work / RUNS / stamp).mkdir()
                return stamp
            stamp = f"{now:%Y%m%dT%H%M%S}-{again}"
    except OSError as error:
        raise OutputError(
            f"{work} cannot be written to ({error.strerror}); name another folder in nightly.work"
        ) from None
    raise AssertionError  # count() does not end


def point_at(work: Path, run: str) -> None:
    """Let LATEST lead to the folder of `run`, atomically."""
    aside = work / f"{ASIDE}{LATEST}"
    aside.unlink(missing_ok=True)
    aside.symlink_to(Path(RUNS) / run)
    os.replace(aside, work / LATEST)  # noqa: PTH105  (a link is renamed, not what it leads to)
    fsync(work)


def runs(work: Path) -> list[str]:
    """Names of the runs that left a folder, the oldest first."""
    return sorted(path.name for path in (work / RUNS).glob("[!.]*") if path.is_dir())


def report_of(work: Path, run: str) -> dict[str, Any] | None:
    """What the report of a run says; None where there is none to read."""
    with suppress(OSError, ValueError):
        document = json.loads((work / RUNS / run / REPORT).read_bytes())
        return document if isinstance(document, dict) else None
    return None


def last_done(work: Path, before: str) -> dict[str, Any] | None:
    """The report of the newest run before `before` that came to its end; None for none."""
    for run in reversed(runs(work)):
        told = report_of(work, run) if run < before else None
        if told is not None and told.get("outcome") == "done":
            return told
    return None
