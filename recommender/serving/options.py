"""Options of every gRPC server of ours."""

from __future__ import annotations

OPTIONS: list[tuple[str, int]] = [
    ("grpc.so_reuseport", 0),  # else two servers share a port without a word
    ("grpc.max_receive_message_length", 1 << 20),
    ("grpc.max_send_message_length", 4 << 20),
    ("grpc.max_metadata_size", 8 << 10),
    # Far fewer would hold back at the client what is refused here, but gRPC counts calls that have
    # ended until Python lets go of them, and cuts off sound ones where these are too many.
    ("grpc.max_concurrent_streams", 100),
    # Calls that nobody has looked at yet; gRPC cuts off what is above without a word of ours.
    ("grpc.server.max_pending_requests", 10_000),
    ("grpc.server.max_pending_requests_hard_limit", 30_000),
    ("grpc.max_connection_age_ms", 300_000),  # frees threads held by streams that say nothing
    ("grpc.max_connection_age_grace_ms", 30_000),
    ("grpc.max_connection_idle_ms", 300_000),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 30_000),
    ("grpc.http2.max_ping_strikes", 2),
    ("grpc.server_handshake_timeout_ms", 10_000),
]
SHARED_PORT = [("grpc.so_reuseport", 1), *OPTIONS[1:]]
"""The same where workers share one port on purpose."""
