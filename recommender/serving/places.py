"""Where the models of tenants are. Free of gRPC."""

from __future__ import annotations

from pathlib import Path

from recommender.domain.errors import InvalidArgumentError
from recommender.serving.access import DEFAULT, Access


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
