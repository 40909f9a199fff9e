"""How long jobs say how far they are, without knowing who listens."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of that step that is done, in [0, 1]."""


def silent(step: str, share: float) -> None:
    """A listener that says nothing."""
