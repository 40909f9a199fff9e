"""The log of a run: a file of JSON lines. What cannot be written is lost, and stops nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

import structlog

from recommender.domain.progress import Progress
from recommender.serving.logs import LossyFile


@contextmanager
def open_log(path: Path) -> Iterator[Any]:
    """A logger that adds to the file at `path`, each line once it is said."""
    with path.open("a", encoding="utf-8", buffering=1) as file:
        yield structlog.wrap_logger(
            structlog.WriteLogger(cast("TextIO", LossyFile(file))),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False, default=str),
            ],
        )


def logged(log: Any, step: str, progress: Progress) -> Progress:
    """The same listener, named after the step, with a line of the log for each part that begins."""
    said: set[str] = set()

    def listener(part: str, share: float, detail: str = "", /) -> None:
        if part not in said:
            said.add(part)
            log.info("part began", step=step, part=part)
        progress(f"{step}: {part}", share, detail)

    return listener
