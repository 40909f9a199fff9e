"""Whether a worker may be sent calls, and if not, what it waits for. Free of gRPC."""

from __future__ import annotations

from collections.abc import Callable

LOADING = "models are being opened"
DRAINING = "the server is ending"


class Readiness:
    """What keeps a worker from being ready; at first that its models are not there yet.

    `hooks` are asked every time; each names what it waits for, or nothing.
    """

    def __init__(self) -> None:
        self.hooks: list[Callable[[], list[str]]] = []
        self._stage: list[str] = [LOADING]

    def opened(self) -> None:
        """All models are open and calls are taken."""
        self._stage = []

    def draining(self) -> None:
        """No more calls should be sent here, for good."""
        self._stage = [DRAINING]

    def missing(self) -> list[str]:
        """What keeps the worker from being ready; empty: nothing."""
        return [*self._stage, *(what for hook in self.hooks for what in hook())]
