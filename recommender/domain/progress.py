"""How long jobs say how far they are, without knowing who listens."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with what is being done and the share of that step that is done, in [0, 1]."""

    def __call__(self, step: str, share: float, detail: str = "", /) -> None:
        """detail: how much that is, and how fast it goes, in words."""
        ...


def silent(step: str, share: float, detail: str = "", /) -> None:
    """A listener that says nothing."""
