"""The models of a server, for those who run it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import grpc

from recommender.client.calls import Calls
from recommender.v1 import model_service_pb2 as pb
from recommender.v1.model_service_pb2_grpc import ModelServiceStub


class Administration(Calls):
    """The RPCs of ModelService."""

    _administering: grpc.Channel

    def model(self, name: str) -> pb.Model:
        """One model, by its resource name `models/{model}`."""
        return self._one(self._models.GetModel, pb.GetModelRequest(name=name))

    def models(self) -> Iterator[pb.Model]:
        """All models of the server, the newest first."""

        def ask(token: str) -> pb.ListModelsResponse:
            return self._one(self._models.ListModels, pb.ListModelsRequest(page_token=token))

        for page in self._pages(ask):
            yield from page.models

    def activate(
        self, name: str, *, validate_only: bool = False, request_id: str = ""
    ) -> pb.ActivateModelResponse:
        """Make a model the one that answers; or only check it, with `validate_only`."""
        request = pb.ActivateModelRequest(
            name=name, validate_only=validate_only, request_id=request_id
        )
        return self._write(self._models.ActivateModel, request)

    @cached_property
    def _models(self) -> ModelServiceStub:
        return ModelServiceStub(self._administering)
