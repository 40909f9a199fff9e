"""Logs of a server: one event, one line of JSON on stderr. Free of gRPC."""

from __future__ import annotations

import sys
from collections.abc import MutableMapping
from typing import Any

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
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


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
