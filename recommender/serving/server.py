"""The gRPC server: its options, what is registered on it, and the sockets it listens on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, cast

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from recommender.domain.config import ServeConfig
from recommender.domain.errors import AddressInUseError
from recommender.serving.addresses import Address
from recommender.serving.calls import Admit, guarded, guarded_stream
from recommender.serving.context import CallContext, new_request_id
from recommender.serving.event_service import EventService
from recommender.serving.learner_service import LearnerService
from recommender.serving.services import ModelService, NetworkService, RecommendationService
from recommender.serving.tenants import Tenant
from recommender.v1 import (
    event_service_pb2,
    learner_service_pb2,
    model_service_pb2,
    network_service_pb2,
    recommendation_service_pb2,
)

OPTIONS: list[tuple[str, int]] = [
    ("grpc.so_reuseport", 0),  # else two servers share a port without a word
    ("grpc.max_receive_message_length", 1 << 20),
    ("grpc.max_send_message_length", 4 << 20),
    ("grpc.max_metadata_size", 8 << 10),
    ("grpc.max_concurrent_streams", 100),
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

_FOREVER = 1e9
"""Seconds; gRPC gives a larger number where a caller names no deadline."""

Methods = dict[str, Callable[[Any, CallContext], Message | Iterator[Message]]]
"""What answers each RPC of a service; those that stream give an iterator of messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that takes calls, the server of its probes where it has one, and their addresses."""

    calls: grpc.Server
    pool: ThreadPoolExecutor
    health: health.HealthServicer
    address: Address
    probes: grpc.Server | None
    probe_address: Address | None


def start(tenant: Tenant, config: ServeConfig) -> Running:
    """Listen and answer for `tenant`.

    Raises AddressInUseError or InvalidArgumentError where that cannot be.
    """
    status = health.HealthServicer(experimental_non_blocking=True)
    pool = ThreadPoolExecutor(config.threads, thread_name_prefix="call")
    calls = grpc.server(pool, options=OPTIONS, maximum_concurrent_rpcs=2 * config.threads)
    register(calls, implemented(), admitting(tenant), status, reflected=config.reflection)
    address = listen(calls, Address.parse(config.listen, "serve.listen"), "serve.listen")
    probes, probe_address = None, None
    if config.health_listen:
        # Its own threads: probes must be answered most of all when no other thread is free.
        probes = grpc.server(ThreadPoolExecutor(2, thread_name_prefix="probe"), options=OPTIONS)
        health_pb2_grpc.add_HealthServicer_to_server(status, probes)
        wanted = Address.parse(config.health_listen, "serve.health_listen")
        probe_address = listen(probes, wanted, "serve.health_listen")
        probes.start()
    calls.start()
    return Running(
        calls=calls,
        pool=pool,
        health=status,
        address=address,
        probes=probes,
        probe_address=probe_address,
    )


def admitting(tenant: Tenant) -> Admit:
    """Takes every call as one of `tenant`."""

    def admit(context: grpc.ServicerContext) -> CallContext:
        left = context.time_remaining()
        deadline = time.monotonic() + left if left is not None and left < _FOREVER else None
        return CallContext(
            tenant=tenant,
            in_force=tenant.in_force,
            request_id=new_request_id(),
            deadline=deadline,
        )

    return admit


def implemented() -> dict[ServiceDescriptor, Methods]:
    """The methods that this server has, by service; gRPC answers UNIMPLEMENTED for the rest."""
    recommendations = RecommendationService()
    networks = NetworkService()
    models = ModelService()
    learners = LearnerService()
    events = EventService()
    return {
        recommendation_service_pb2.DESCRIPTOR.services_by_name["RecommendationService"]: {
            "RecommendPeople": recommendations.RecommendPeople,
            "RecommendReactivations": recommendations.RecommendReactivations,
            "RecommendMaintenance": recommendations.RecommendMaintenance,
        },
        network_service_pb2.DESCRIPTOR.services_by_name["NetworkService"]: {
            "GetNetwork": networks.GetNetwork
        },
        learner_service_pb2.DESCRIPTOR.services_by_name["LearnerService"]: {
            "GetLearner": learners.GetLearner,
            "UpdateLearner": learners.UpdateLearner,
            "CreateBlock": learners.CreateBlock,
            "DeleteBlock": learners.DeleteBlock,
            "ListBlocks": learners.ListBlocks,
            "ErasePerson": learners.ErasePerson,
        },
        event_service_pb2.DESCRIPTOR.services_by_name["EventService"]: {
            "WriteEvents": events.WriteEvents,
            "WriteFeedback": events.WriteFeedback,
        },
        model_service_pb2.DESCRIPTOR.services_by_name["ModelService"]: {
            "GetModel": models.GetModel,
            "ListModels": models.ListModels,
        },
    }


def register(
    server: grpc.Server,
    services: dict[ServiceDescriptor, Methods],
    admit: Admit,
    status: health.HealthServicer,
    *,
    reflected: bool,
) -> None:
    """Put `services`, health and, if asked for, reflection on `server`."""
    names = [service.full_name for service in services]
    for service, methods in services.items():
        server.add_generic_rpc_handlers((handler(service, methods, admit),))
    for name in names:
        status.set(name, health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(status, server)
    if reflected:
        names += [health.SERVICE_NAME, reflection.SERVICE_NAME]
        reflection.enable_server_reflection(names, server)


def handler(service: ServiceDescriptor, methods: Methods, admit: Admit) -> grpc.GenericRpcHandler:
    """A handler of exactly these methods of a service."""
    handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {}
    for name, method in methods.items():
        described = service.methods_by_name[name]
        request_type = GetMessageClass(described.input_type)
        full_name = f"{service.full_name}/{name}"
        if described.server_streaming:
            streams = cast("Callable[[Any, CallContext], Iterator[Message]]", method)
            stream = guarded_stream(full_name, streams, request_type, admit)
            handlers[name] = grpc.unary_stream_rpc_method_handler(stream)
        else:
            answers = cast("Callable[[Any, CallContext], Message]", method)
            call = guarded(full_name, answers, request_type, admit)
            handlers[name] = grpc.unary_unary_rpc_method_handler(call)
    return grpc.method_handlers_generic_handler(service.full_name, handlers)


def listen(server: grpc.Server, address: Address, field: str) -> Address:
    """Bind `server` to `address`; returns it with the port that it got."""
    address.try_out(field)
    try:
        port = server.add_insecure_port(str(address))
    except RuntimeError:
        port = 0
    if port == 0:
        raise AddressInUseError(f"{field}: {address} is in use by another program")
    return Address(address.host, port)
