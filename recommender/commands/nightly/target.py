"""Where everyone's lists go, as a run sees it: what is there, and whether it is whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recommender.commands.nightly.plan import Plan
from recommender.domain.errors import CorruptVersionError, InvalidArgumentError, RecommenderError


def whole(plan: Plan, run: str) -> bool:
    """Whether the lists of this run of the export are there, every file as it was written."""
    from recommender.batch.verify import check_files  # noqa: PLC0415  (pyarrow is slow to load)

    try:
        return bool(check_files(plan.lists)["run"] == run)
    except (CorruptVersionError, InvalidArgumentError):
        return False


def facts(plan: Plan) -> Mapping[str, Any] | None:
    """What the manifest of the lists says, nothing where there is none; None: nobody can tell."""
    from recommender.batch.places import place_at  # noqa: PLC0415  (pyarrow is slow to load)

    try:
        return place_at(plan.lists).published() or {}
    except (RecommenderError, OSError, ValueError):  # the run has failed of something already
        return None
