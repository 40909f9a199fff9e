"""Where commands speak: results on standard output, progress and logs on standard error."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from recommender.commands.ending import told_to_end
from recommender.domain import progress as domain
from recommender.domain.interrupts import hear

WIDTH_WHEN_PIPED = 110
"""Columns to fill where standard output is no terminal that has a width of its own."""

_LOG_EVERY_SECONDS = 10.0


def output() -> Console:
    """Standard output: coloured on a terminal, plain elsewhere."""
    wide = None if sys.stdout.isatty() else WIDTH_WHEN_PIPED
    return Console(width=wide, highlight=False)


def say(*parts: RenderableType) -> None:
    """Print for people."""
    console = output()
    for part in parts:
        console.print(part)


def warn(text: str) -> None:
    """Say on standard error, in one line, what was not done as asked."""
    print("pln: warning:", " ".join(text.split()), file=sys.stderr)  # noqa: T201


def say_json(document: object) -> None:
    """Print one JSON document for machines."""
    print(json.dumps(plain(document), ensure_ascii=False, allow_nan=False))  # noqa: T201


def plain(value: object) -> Any:
    """`value` as what JSON has: objects by field, paths and times as text, NaN as null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        utc = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        return utc.isoformat().replace("+00:00", "Z")
    return _plain_scalar(value)


def _plain_scalar(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "item"):
        return _plain_scalar(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


@contextmanager
def watched() -> Iterator[domain.Progress]:
    """A listener for long jobs, which schedulers can end: a bar on a terminal, else log lines."""
    with told_to_end():
        if sys.stderr.isatty():
            with _bars() as listener:
                yield _heeded(listener)
        else:
            yield _heeded(_log_lines())


def _heeded(listener: domain.Progress) -> domain.Progress:
    """`listener`, beyond which no job goes on that was told to end."""

    def report(step: str, share: float, detail: str = "", /) -> None:
        hear()
        listener(step, share, detail)

    return report


@contextmanager
def _bars() -> Iterator[domain.Progress]:
    """One line that says the step under way and how far it is; gone at the end."""
    columns = (
        *(SpinnerColumn(), TextColumn("{task.description}"), BarColumn()),
        *(TextColumn("{task.fields[detail]}"), TimeElapsedColumn()),
    )
    bars = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bars.add_task("", total=1.0, detail="")

    def listener(step: str, share: float, detail: str = "", /) -> None:
        bars.update(task, description=step, completed=share, detail=detail)

    with bars:
        yield listener


def _log_lines() -> domain.Progress:
    """A line of JSON when a step begins or ends, and now and then in between."""
    import structlog  # noqa: PLC0415  (not needed on a terminal)

    log = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    said: dict[str, float] = {}

    def listener(step: str, share: float, detail: str = "", /) -> None:
        now = monotonic()
        if step not in said or share >= 1.0 or now - said[step] >= _LOG_EVERY_SECONDS:
            said[step] = now
            told = {"detail": detail} if detail else {}
            log.info("progress", step=step, share=round(share, 3), **told)

    return listener
