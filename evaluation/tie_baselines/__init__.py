"""Known ways to rank quiet ties, one file each, for comparison."""

from __future__ import annotations

from typing import cast

from evaluation.plugins import installed
from evaluation.tie_baselines import (
    contact_activity,
    decayed_frequency,
    frequency,
    recency,
    shared_threads,
)
from evaluation.tie_baselines.base import TieBaseline

GROUP = "pln.tie_baselines"
"""The entry points under which other packages offer baselines for ties."""

TIE_BASELINES: dict[str, TieBaseline] = {
    "recency": cast("TieBaseline", recency),
    "frequency": cast("TieBaseline", frequency),
    "decayed_frequency": cast("TieBaseline", decayed_frequency),
    "contact_activity": cast("TieBaseline", contact_activity),
    "shared_threads": cast("TieBaseline", shared_threads),
}
"""What is built in: the tie itself first, then what its ends do."""


def tie_baselines() -> dict[str, TieBaseline]:
    """Those built in, then those of other packages by name.

    Raises InvalidArgumentError for one that cannot be loaded or whose name is taken.
    """
    return {**TIE_BASELINES, **installed(GROUP, TIE_BASELINES)}
