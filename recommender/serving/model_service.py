"""The models of a tenant, and which one answers. Served on the admin listener alone."""

from __future__ import annotations

import threading

from recommender.serving import requests
from recommender.serving.context import CallContext
from recommender.serving.lists import next_token
from recommender.serving.reload import Reloader
from recommender.serving.repeats import Repeats
from recommender.serving.stored import act_once, name_of
from recommender.v1 import model_service_pb2 as pb


class ModelService:
    """The models that this server has for a tenant."""

    def __init__(self, reloader: Reloader) -> None:
        self.reloader = reloader
        self._repeats = Repeats()
        # Of two repetitions at once the second waits for the answer of the first.
        self._turn = threading.Lock()

    def GetModel(self, request: pb.GetModelRequest, call: CallContext) -> pb.Model:  # noqa: N802 - the RPC's name
        """One model."""
        return call.tenant.catalog.get(request.name)

    def ListModels(  # noqa: N802 - the RPC's name
        self, request: pb.ListModelsRequest, call: CallContext
    ) -> pb.ListModelsResponse:
        """All models, the newest first."""
        catalog = call.tenant.catalog
        page = requests.page(request, catalog.served.name)
        names = catalog.names()
        end = page.offset + page.size
        return pb.ListModelsResponse(
            models=[catalog.describe(name) for name in names[page.offset : end]],
            next_page_token=next_token(page, end, len(names), catalog.served.name),
        )

    def ActivateModel(  # noqa: N802 - the RPC's name
        self, request: pb.ActivateModelRequest, call: CallContext
    ) -> pb.ActivateModelResponse:
        """Have another model answer, on every worker of every server that has this folder."""
        if not name_of(request) or request.validate_only:
            return self._activated(request, call)
        with self._turn:
            if call.tenant.store is None:
                return self._repeats.once(
                    call.tenant.name, request, lambda: self._activated(request, call)
                )
            return act_once(
                call, request, pb.ActivateModelResponse, lambda: self._activated(request, call)
            )

    def _activated(
        self, request: pb.ActivateModelRequest, call: CallContext
    ) -> pb.ActivateModelResponse:
        catalog = call.tenant.catalog
        name = catalog.name_of(request.name)
        before = self.reloader.activate(call.tenant, name, check_only=request.validate_only)
        return pb.ActivateModelResponse(
            model=catalog.describe(name), previous_model=catalog.resource(before)
        )
