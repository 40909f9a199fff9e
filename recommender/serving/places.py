"""Where the models of tenants and the learner store are. Free of gRPC."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from recommender.domain.errors import InvalidArgumentError
from recommender.domain.serve_config import AUTO, ServeConfig
from recommender.domain.versions import MANIFEST
from recommender.serving.access import DEFAULT, Access

NONE = "none"
SQLITE = "sqlite:///"
FILE = "learners.db"
"""The learner store of those who name none."""


def model_paths(model: Path | None, access: Access | None, file: str) -> dict[str, Path]:
    """Where each tenant's models are, by its name.

    model: as named beside the access file, which must not be; file: the access file's path.
    Raises InvalidArgumentError where nothing or too much is named.
    """
    if access is None:
        if model is None:
            raise InvalidArgumentError("--model", "missing; name a model or a folder of models")
        return {DEFAULT: model}
    if model is not None:
        raise InvalidArgumentError("--model", f"{file} names each tenant's model; leave it out")
    return {name: entry.model for name, entry in access.tenants.items()}


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
