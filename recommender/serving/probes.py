"""Says whether a worker lives and may be sent calls: over gRPC and HTTP, apart from the calls.

They are up before the models are, and are answered most of all when no other thread is free.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import grpc
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from recommender.serving.addresses import Address
from recommender.serving.door import Door, server
from recommender.serving.health import Health
from recommender.serving.lanes import Turns
from recommender.serving.listening import listen
from recommender.serving.options import OPTIONS
from recommender.serving.readiness import Readiness
from recommender.serving.web import TEXT, Page, Web


class Probes:
    """The ports for probes of one worker, where it has any."""

    def __init__(
        self,
        readiness: Readiness,
        health_address: Address | None,
        metrics_address: Address | None,
    ) -> None:
        self.readiness = readiness
        self.health = Health(readiness)
        self.metrics: Callable[[], bytes] = lambda: b""
        self.health_address: Address | None = None
        self.metrics_address: Address | None = None
        self._server: grpc.Server | None = None
        self._door: Door | None = None
        self._web: Web | None = None
        try:
            if health_address is not None:
                self._listen(health_address)
            if metrics_address is not None:
                self._web = Web(metrics_address, "serve.metrics_listen", self._pages())
                self.metrics_address = self._web.address
        except Exception:
            self.stop()
            raise

    def _listen(self, address: Address) -> None:
        self._door = Door(Turns(1, float("inf")), self.health.enter)
        self._server = server(self._door, OPTIONS)
        self.health_address = listen(self._server, address, "serve.health_listen")
        self._server.start()

    def _pages(self) -> dict[str, Page]:
        return {"/livez": self._livez, "/readyz": self._readyz, "/metrics": self._metrics}

    def _livez(self) -> tuple[HTTPStatus, str, bytes]:
        return HTTPStatus.OK, TEXT, b"live\n"

    def _readyz(self) -> tuple[HTTPStatus, str, bytes]:
        missing = self.readiness.missing()
        if not missing:
            return HTTPStatus.OK, TEXT, b"ready\n"
        said = "".join(f"{what}\n" for what in missing)
        return HTTPStatus.SERVICE_UNAVAILABLE, TEXT, f"not ready\n{said}".encode()

    def _metrics(self) -> tuple[HTTPStatus, str, bytes]:
        return HTTPStatus.OK, CONTENT_TYPE_LATEST, self.metrics()

    def stop(self) -> None:
        """Close the ports."""
        if self._server is not None:
            self._server.stop(0).wait()
        if self._door is not None:
            self._door.close()
        if self._web is not None:
            self._web.stop()
