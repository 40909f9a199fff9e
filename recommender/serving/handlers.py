"""What answers each RPC for each tenant, and who does the work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message_factory import GetMessageClass

from recommender.serving.admission import Guest
from recommender.serving.calls import Begin, Reply, guarded, guarded_stream
from recommender.serving.context import CallContext, DeadlineError
from recommender.serving.flows import Flow, Streaming
from recommender.serving.lanes import Lane, Turns, Work
from recommender.serving.report import Reporter
from recommender.serving.rpcs import QUICK, Rpc
from recommender.serving.visits import Answering, Caller, Visit

PRESSED = 0.8
"""Share of the calls that may be under way from which on the server is near its limit."""
_FOREVER = 1e9
"""Seconds; gRPC gives a larger number where a caller names no deadline."""

Answer = Callable[[Any, CallContext], Reply | Iterator[Reply]]
"""What answers an RPC; where it streams, an iterator of messages."""
Methods = Mapping[str, Answer]


def rpcs(services: Mapping[ServiceDescriptor, Methods]) -> dict[Rpc, Answer]:
    """What answers each RPC, of services with their methods by name."""
    return {
        Rpc(service, service.methods_by_name[name]): method
        for service, methods in services.items()
        for name, method in methods.items()
    }


def furnish(
    guest: Guest, answers: Mapping[Rpc, Answer], turns: Turns, reporter: Reporter, longest: float
) -> None:
    """Give a guest what answers its calls, in its lane.

    longest: seconds for a query without a stream.
    """
    for rpc, answer in answers.items():
        request_type = GetMessageClass(rpc.method.input_type)
        book = reporter.book(rpc.name, guest.tenant.name)
        if rpc.method.server_streaming:
            streams = cast("Callable[[Any, CallContext], Iterator[Reply]]", answer)
            begin = beginning(guest, turns, float("inf"))
            stream = guarded_stream(streams, request_type, begin, book)
            guest.calls[rpc.path] = streaming(stream, guest.lane, turns)
        else:
            replies = cast("Callable[[Any, CallContext], Reply]", answer)
            begin = beginning(guest, turns, longest if rpc.scope == "query" else float("inf"))
            call = guarded(replies, request_type, begin, book)
            put = turns.put_quick if rpc.name in QUICK else turns.put
            guest.calls[rpc.path] = visiting(call, guest.lane, turns, put)


def visiting(
    call: Answering, lane: Lane, turns: Turns, put: Callable[[Lane, Work], object]
) -> Callable[[Any], Visit]:
    """Begins visits that `call` answers; from then until it has, they count as under way.

    put: has work wait in a lane.
    """

    def arrived(visit: Visit, content: bytes) -> None:
        def work() -> None:
            try:
                visit.end(call(content, visit))
            finally:
                turns.leave(lane)

        put(lane, work)

    return entering(lane, turns, arrived)


def streaming(call: Streaming, lane: Lane, turns: Turns) -> Callable[[Any], Visit]:
    """Begins visits that `call` answers with a stream, which counts as under way up to its end."""

    def put(work: Work) -> None:
        turns.put(lane, work)

    def over() -> None:
        turns.leave(lane)

    def arrived(visit: Visit, content: bytes) -> None:
        Flow(visit, call(content, visit), put, over).begin()

    return entering(lane, turns, arrived)


def entering(
    lane: Lane, turns: Turns, arrived: Callable[[Visit, bytes], None]
) -> Callable[[Any], Visit]:
    """Begins visits that count as under way, up to where `arrived` leads once the request came."""

    def gone() -> None:
        turns.leave(lane)

    def begin(event: Any) -> Visit:
        visit = Visit(event, arrived, gone)
        turns.enter(lane)
        return visit

    return begin


def beginning(guest: Guest, turns: Turns, longest: float) -> Begin:
    """Makes the contexts of a tenant's calls, which may take `longest` seconds.

    Raises DeadlineError where the time was over before work began.
    """
    tenant, lane = guest.tenant, guest.lane

    def begin(caller: Caller, request_id: str) -> CallContext:
        left = caller.time_remaining()
        if left is None or left > _FOREVER:
            left = _FOREVER
        if left <= 0:
            raise DeadlineError
        left = min(left, longest)
        return CallContext(
            tenant=tenant,
            in_force=tenant.in_force,
            request_id=request_id,
            deadline=time.monotonic() + left if left < _FOREVER else None,
            pressed=lane.in_flight > PRESSED * guest.most or turns.in_flight > turns.pressed,
        )

    return begin
