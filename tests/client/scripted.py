"""A server that answers any method as it is told, and remembers how it was called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import grpc


@dataclass
class Call:
    method: str
    content: bytes
    metadata: dict[str, str]
    seconds: float


Answer = Callable[[Call, grpc.ServicerContext], bytes]


def empty(call: Call, context: grpc.ServicerContext) -> bytes:
    """Any message with nothing set."""
    return b""


@dataclass
class Scripted(grpc.GenericRpcHandler):
    """address: where it listens. answer: what it does; streams get one message."""

    answer: Answer = empty
    calls: list[Call] = field(default_factory=list)
    address: str = ""

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler | None:
        if not details.method.startswith("/recommender.v1."):
            return None  # no health service, as with older servers
        metadata = dict(details.invocation_metadata)

        def one(content: bytes, context: grpc.ServicerContext) -> bytes:
            self.calls.append(Call(details.method, content, metadata, context.time_remaining()))
            return self.answer(self.calls[-1], context)

        def many(content: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
            yield one(content, context)

        if details.method.endswith("/StreamRecommendations"):
            return grpc.unary_stream_rpc_method_handler(many)
        return grpc.unary_unary_rpc_method_handler(one)


@contextmanager
def scripted(
    answer: Answer = empty, credentials: grpc.ServerCredentials | None = None
) -> Iterator[Scripted]:
    """Such a server, on a port of its own."""
    found = Scripted(answer)
    server = grpc.server(ThreadPoolExecutor(4), [found], options=[("grpc.so_reuseport", 0)])
    if credentials is None:
        port = server.add_insecure_port("127.0.0.1:0")
    else:
        port = server.add_secure_port("127.0.0.1:0", credentials)
    found.address = f"127.0.0.1:{port}"
    server.start()
    try:
        yield found
    finally:
        server.stop(0).wait()
