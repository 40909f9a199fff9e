"""A gRPC server that does nothing but hand out one message: `… MESSAGE_FILE THREADS`.

What ours is held against: the same options, threads and request type, and an answer of the same
bytes, which it does not even have to write.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc

from recommender.serving.options import OPTIONS
from recommender.v1.recommendation_service_pb2 import DESCRIPTOR, RecommendPeopleRequest

SERVICE = DESCRIPTOR.services_by_name["RecommendationService"].full_name
METHOD = "RecommendPeople"


def main(message: str, threads: str) -> None:
    """Serve until ended."""
    reply = Path(message).read_bytes()
    pool = ThreadPoolExecutor(int(threads))
    server = grpc.server(pool, options=OPTIONS, maximum_concurrent_rpcs=2 * int(threads))
    handler: grpc.RpcMethodHandler[RecommendPeopleRequest, bytes] = (
        grpc.unary_unary_rpc_method_handler(
            lambda request, context: reply, request_deserializer=RecommendPeopleRequest.FromString
        )
    )
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(SERVICE, {METHOD: handler}),)
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(json.dumps({"event": "listening", "address": f"127.0.0.1:{port}"}), file=sys.stderr)
    server.wait_for_termination()


if __name__ == "__main__":
    main(*sys.argv[1:])
