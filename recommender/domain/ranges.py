"""Ranges of settings."""

from __future__ import annotations

import math

from recommender.domain.errors import InvalidArgumentError


def at_least(name: str, value: float, low: float) -> None:
    """Raise InvalidArgumentError naming the setting unless `value` is finite and >= `low`."""
    if not (math.isfinite(value) and value >= low):
        raise InvalidArgumentError(name, f"{value} is below {low}")


def between(name: str, value: float, low: float, high: float) -> None:
    """Raise InvalidArgumentError naming the setting unless `value` lies in [low, high]."""
    if not low <= value <= high:
        raise InvalidArgumentError(name, f"{value} is not between {low} and {high}")


def one_of(name: str, value: str, *allowed: str) -> None:
    """Raise InvalidArgumentError naming the setting unless `value` is one of `allowed`."""
    if value not in allowed:
        raise InvalidArgumentError(name, f"{value!r} is not one of {', '.join(allowed)}")
