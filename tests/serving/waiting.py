"""Waiting for what comes about by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PATIENCE_SECONDS = 60.0
"""After which a test says that it never came, rather than hang."""


def until(there: Callable[[], object]) -> None:
    """Return once `there` holds."""
    over = time.monotonic() + PATIENCE_SECONDS
    while not there():
        assert time.monotonic() < over, "what was waited for never came"
        threading.Event().wait(0.01)
