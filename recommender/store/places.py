"""Where the learner store is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from recommender.domain.serve_config import AUTO, ServeConfig
from recommender.domain.versions import MANIFEST

NONE = "none"
SQLITE = "sqlite:///"
FILE = "learners.db"
"""The learner store of those who name none."""


def store_url(model: Path | None, config: ServeConfig) -> str:
    """The URL of the learner store; empty where there is to be none."""
    if config.store == NONE:
        return ""
    if config.store != AUTO:
        return config.store
    file = Path(config.access).parent / FILE if model is None else _file_beside(model)
    return f"{SQLITE}{file.absolute()}"


def left_behind(models: Iterable[Path], url: str) -> list[Path]:
    """Learner stores beside models that do not count any more where an empty one is made at `url`.

    So where tenants and tokens have come to what was served for one.
    """
    if not url.startswith(SQLITE) or Path(url.removeprefix(SQLITE)).exists():
        return []
    return [file for file in map(_file_beside, models) if file.is_file()]


def _file_beside(model: Path) -> Path:
    """The store of those who serve this model alone."""
    # One version is a folder that nobody writes to: beside it, then.
    return (model.parent if (model / MANIFEST).is_file() else model) / FILE
