"""A small HTTP server for probes and metrics: /livez, /readyz, /metrics. Free of gRPC."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from recommender.serving.addresses import Address

Page = Callable[[], tuple[HTTPStatus, str, bytes]]
"""Status, content type and content of a page."""

TEXT = "text/plain; charset=utf-8"


class Web:
    """Answers GET for `pages`, by path, in threads of its own."""

    def __init__(self, address: Address, field: str, pages: dict[str, Page]) -> None:
        address.try_out(field)
        family, number = address.resolve(field)[0]
        handler = type("Handler", (_Handler,), {"pages": pages})
        server = type("Server", (_Server,), {"address_family": family})
        try:
            self._server: ThreadingHTTPServer = server((number, address.port), handler)
        except OSError as error:
            raise address.cannot_listen(field, error) from None
        self.address = Address(address.host, self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="web", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Close the port; pages under way are let go."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    allow_reuse_port = False
    address_family = socket.AF_INET

    def server_bind(self) -> None:
        """Bind without asking a name server for this machine's name, as the library does."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "", self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of callers who go away."""


class _Handler(BaseHTTPRequestHandler):
    pages: dict[str, Page]
    timeout = 10
    server_version = "pln"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer with the page of this path."""
        page = self.pages.get(self.path.partition("?")[0])
        if page is None:
            status, kind, content = HTTPStatus.NOT_FOUND, TEXT, b"not found\n"
        else:
            status, kind, content = page()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing: probes come every few seconds."""
