"""Logs of a server: one event, one line of JSON on stderr. Free of gRPC."""

from __future__ import annotations

import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

LONGEST_VALUE = 200
LONGEST_TRACE = 6000


def configure() -> None:
    """Send every event of this process to stderr as a line of JSON of at most about 8 KiB."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            cut,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", LossyFile(sys.stderr))),
        cache_logger_on_first_use=False,
    )


class LossyFile:
    """A text file that loses what it cannot take, so that no call is lost for a line about it.

    A full disk or a collector that went away must not stop a server.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """Write, where that can be done."""
        with suppress(OSError, ValueError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        """Pass on what was written, where that can be done."""
        with suppress(OSError, ValueError):
            self._file.flush()


def cut(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Shorten what is long: values at their end, traces at their start, as the end says most.

    >>> cut(None, "info", {"event": "x", "id": "y" * 300})["id"] == "y" * 200 + "…"
    True
    """
    for key, value in event.items():
        if not isinstance(value, str):
            continue
        if key == "exception" and len(value) > LONGEST_TRACE:
            event[key] = "…" + value[-LONGEST_TRACE:]
        elif key != "exception" and len(value) > LONGEST_VALUE:
            event[key] = value[:LONGEST_VALUE] + "…"
    return event
