"""The models of this server: the one it serves, and those beside it on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from recommender.domain.answer import ModelInfo
from recommender.domain.errors import (
    CorruptVersionError,
    InvalidArgumentError,
    VersionNotFoundError,
)
from recommender.domain.versions import MANIFEST, list_versions
from recommender.serving import replies
from recommender.v1 import model_service_pb2 as pb

_PREFIX = "models/"


class Catalog:
    """Models by name. What is asked for is only ever compared with names found on disk.

    path: a folder of versions, or one version, which then stands alone.
    served: what the model that answers says of itself; changes when another one does.
    read_info: reads what another model says of itself; raises CorruptVersionError.
    """

    def __init__(
        self, path: Path, served: ModelInfo, read_info: Callable[[Path], ModelInfo]
    ) -> None:
        self.root = None if (path / MANIFEST).is_file() else path
        self.served = served
        self.read_info = read_info

    def names(self) -> list[str]:
        """Names of all models, newest first; the served one even where its folder is gone."""
        beside = list_versions(self.root) if self.root else []
        return sorted({*beside, self.served.name}, reverse=True)

    def get(self, resource: str) -> pb.Model:
        """The model with this resource name. Raises as `name_of`."""
        return self.describe(self.name_of(resource))

    def name_of(self, resource: str) -> str:
        """The name of the model with this resource name.

        Raises InvalidArgumentError where it is no model's name, VersionNotFoundError where there
        is no such model.
        """
        name = resource.removeprefix(_PREFIX)
        if not resource.startswith(_PREFIX) or not name or "/" in name:
            raise InvalidArgumentError("name", "must have the form models/{model}")
        if name not in self.names():
            raise VersionNotFoundError(resource)
        return name

    def resource(self, name: str) -> str:
        """The resource name of a model."""
        return _PREFIX + name

    def describe(self, name: str) -> pb.Model:
        """The model of this name, which `names` has listed."""
        if self.root is None or name == self.served.name:
            return replies.model(self.served, pb.MODEL_STATE_SERVING)
        try:
            return replies.model(self.read_info(self.root / name), pb.MODEL_STATE_AVAILABLE)
        except CorruptVersionError:
            return replies.refused_model(name)
