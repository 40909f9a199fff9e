"""One guarded call: bytes in, bytes out, a status for every error, one line in the log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import grpc
import structlog
from google.protobuf.message import DecodeError, Message

from recommender.domain.errors import InvalidArgumentError
from recommender.serving.context import CallContext
from recommender.serving.refusals import Refusal, refusal_of

log = structlog.get_logger()

Request = TypeVar("Request", bound=Message)
Admit = Callable[[grpc.ServicerContext], CallContext]
"""Makes the context of a call, or raises what refuses it."""
Call = Callable[[bytes, grpc.ServicerContext], bytes]
StreamCall = Callable[[bytes, grpc.ServicerContext], Iterator[bytes]]


def guarded(
    name: str,
    method: Callable[[Request, CallContext], Message],
    request_type: type[Request],
    admit: Admit,
) -> Call:
    """The RPC `name` as gRPC calls it.

    Reading and writing the messages happens inside, so that their failures get a status of ours
    too and not gRPC's words about an exception.
    """

    def call(content: bytes, context: grpc.ServicerContext) -> bytes:
        outcome = answered(content, context)
        if isinstance(outcome, Refusal):
            context.abort_with_status(outcome.to_status())
        return outcome

    def answered(content: bytes, context: grpc.ServicerContext) -> bytes | Refusal:
        started = time.perf_counter()
        try:
            reply = method(_read(request_type, content), admit(context)).SerializeToString()
        except Exception as error:  # noqa: BLE001 - nothing else stands between it and the caller
            refusal = refusal_of(error)
            _report(name, started, refusal, error)
            return refusal
        _report(name, started)
        return reply

    return call


def guarded_stream(
    name: str,
    method: Callable[[Request, CallContext], Iterator[Message]],
    request_type: type[Request],
    admit: Admit,
) -> StreamCall:
    """The RPC `name` with a stream of answers, as gRPC calls it; guarded as those with one are.

    A stream that fails ends with its status after the answers that went before.
    """

    def call(content: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
        started = time.perf_counter()
        try:
            for reply in method(_read(request_type, content), admit(context)):
                yield reply.SerializeToString()
        except Exception as error:  # noqa: BLE001 - nothing else stands between it and the caller
            refusal = refusal_of(error)
            _report(name, started, refusal, error)
        else:
            _report(name, started)
            return
        context.abort_with_status(refusal.to_status())

    return call


def _read(request_type: type[Request], content: bytes) -> Request:
    try:
        return request_type.FromString(content)
    except DecodeError:
        raise InvalidArgumentError(
            "request", f"not a valid {request_type.DESCRIPTOR.full_name}"
        ) from None


def _report(
    name: str, started: float, refusal: Refusal | None = None, error: Exception | None = None
) -> None:
    elapsed = round((time.perf_counter() - started) * 1000, 3)
    if refusal is None:
        log.info("call", method=name, code="OK", ms=elapsed)
    elif refusal.reference:
        log.error(
            "call",
            method=name,
            code=refusal.code.name,
            ms=elapsed,
            reference=refusal.reference,
            exc_info=error,
        )
    else:
        log.info("call", method=name, code=refusal.code.name, ms=elapsed, reason=refusal.reason)
