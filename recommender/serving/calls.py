"""One guarded call: bytes in, bytes out, a status for every error, and word of how it ended."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from time import perf_counter
from typing import TypeVar

import grpc
from google.protobuf.message import DecodeError, Message

from recommender.domain.errors import InvalidArgumentError
from recommender.serving.context import CallContext, new_request_id
from recommender.serving.flows import Streaming
from recommender.serving.refusals import REQUEST_ID, Refusal, refusal_of
from recommender.serving.report import Book
from recommender.serving.visits import Answering, Caller, Parting

Request = TypeVar("Request", bound=Message)
Begin = Callable[[Caller, str], CallContext]
"""Makes the context of a call with this id, or raises what refuses it."""
Reply = Message | bytes
"""An answer, or the bytes of one."""

_CANCELLED = Refusal(
    code=grpc.StatusCode.CANCELLED, reason="CANCELLED", message="the caller has gone"
)


def guarded(
    method: Callable[[Request, CallContext], Reply],
    request_type: type[Request],
    begin: Begin,
    book: Book,
) -> Answering:
    """An RPC with one answer, for one tenant.

    Reading and writing the messages happens inside, so that their failures get a status of ours,
    too.
    """

    def call(content: bytes, caller: Caller) -> Parting:
        started = perf_counter()
        request_id = new_request_id()
        known = None
        try:
            known = begin(caller, request_id)
            reply = _bytes(method(_read(request_type, content), known))
        except Exception as error:  # noqa: BLE001 - nothing else stands between it and the caller
            refusal = refusal_of(error)
            book.ended(request_id, started, known, caller, refusal, error)
            return Parting(None, refusal.to_status(request_id))
        book.ended(request_id, started, known, caller)
        return Parting(reply, metadata=((REQUEST_ID, request_id),))

    return call


def guarded_stream(
    method: Callable[[Request, CallContext], Iterator[Reply]],
    request_type: type[Request],
    begin: Begin,
    book: Book,
) -> Streaming:
    """An RPC with a stream of answers, for one tenant; guarded as those with one are.

    A stream that fails ends with its status after the answers that went before.
    """

    def call(content: bytes, caller: Caller) -> Generator[bytes | Parting]:
        started = perf_counter()
        request_id = new_request_id()
        known, failure = None, None
        refusal: Refusal | None = _CANCELLED  # unless the end is reached
        try:
            known = begin(caller, request_id)
            for reply in method(_read(request_type, content), known):
                yield _bytes(reply)
            refusal = None
        except Exception as error:  # noqa: BLE001 - nothing else stands between it and the caller
            refusal, failure = refusal_of(error), error
        finally:
            book.ended(request_id, started, known, caller, refusal, failure)
        if refusal is None:
            yield Parting(None, metadata=((REQUEST_ID, request_id),))
        else:
            yield Parting(None, refusal.to_status(request_id))

    return call


def _bytes(reply: Reply) -> bytes:
    return reply if isinstance(reply, bytes) else reply.SerializeToString()


def _read(request_type: type[Request], content: bytes) -> Request:
    try:
        return request_type.FromString(content)
    except DecodeError:
        raise InvalidArgumentError(
            "request", f"not a valid {request_type.DESCRIPTOR.full_name}"
        ) from None
