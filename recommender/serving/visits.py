"""One call, from its arrival to the last byte, without gRPC's Python server.

That server makes some dozen objects for every call, and hands it from thread to thread; here a
call is three events of gRPC's core: it has come, its request has come, its answer has gone. A
stream has one more for each of its answers. No thread ever waits for a caller.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import grpc
from grpc._cython import cygrpc  # type: ignore[attr-defined]

Metadata: TypeAlias = Sequence[tuple[str, str | bytes]]

_NO_FLAGS = 0


class Caller(Protocol):
    """What is known of a call from outside; gRPC's ServicerContext has it, too."""

    def time_remaining(self) -> float | None:
        """Seconds until the caller's deadline; None or very many where there is none."""
        ...

    def invocation_metadata(self) -> Any:
        """Pairs of key and value."""
        ...


@dataclass(frozen=True, slots=True)
class Parting:
    """How a call ends. content: the answer; None where `status` says why there is none.

    A stream whose answers have all gone ends with neither. metadata: what goes along, after all
    else.
    """

    content: bytes | None
    status: grpc.Status | None = None
    metadata: Metadata = ()


Answering: TypeAlias = Callable[[bytes, Caller], Parting]
"""What answers one RPC of one tenant; never raises."""


class Awaited:
    """A tag of gRPC's core: what is to be told of an event."""

    __slots__ = ()

    def come(self, event: Any) -> None:
        """Take the event, in the thread that polls; must not wait."""


GONE = Awaited()
"""The tag of answers on their way, of which nothing more is to be done."""


class Visit(Awaited):
    """One call that was let in. Also the tag of the event that its request has come.

    work: called with the visit and its request, once that has come; must not raise. gone: called
    instead where the caller goes away first.
    """

    __slots__ = ("_call", "_deadline", "_gone", "_metadata", "_work")

    def __init__(
        self, event: Any, work: Callable[[Visit, bytes], None], gone: Callable[[], None]
    ) -> None:
        self._call = event.call
        self._deadline = event.call_details.deadline
        self._metadata = event.invocation_metadata
        self._work = work
        self._gone = gone
        self._call.start_server_batch((cygrpc.ReceiveMessageOperation(_NO_FLAGS),), self)

    def come(self, event: Any) -> None:
        """Take the request from the event that has this as its tag."""
        content = event.batch_operations[0].message() if event.success else None
        if content is None:
            self._gone()
            self._call.cancel(cygrpc.StatusCode.invalid_argument, b"the call has no request")
        else:
            self._work(self, content)

    def give_up(self) -> None:
        """Wait for the request no longer; the event then comes without one."""
        self._call.cancel(cygrpc.StatusCode.deadline_exceeded, b"the call's request did not come")

    def time_remaining(self) -> float:
        """Seconds until the caller's deadline, 0 once it has passed."""
        return max(float(self._deadline) - time.time(), 0.0)

    def invocation_metadata(self) -> Metadata:
        """Pairs of key and value, as they came."""
        metadata: Metadata = self._metadata
        return metadata

    def tell(self, content: bytes, tag: Awaited, *, first: bool) -> None:
        """Send one of several answers; `tag` is told once it was taken, or the caller has gone."""
        answer = cygrpc.SendMessageOperation(content, _NO_FLAGS)
        begin = (cygrpc.SendInitialMetadataOperation(None, _NO_FLAGS),) if first else ()
        self._call.start_server_batch((*begin, answer), tag)

    def follow(self, tag: Awaited) -> None:
        """Have `tag` told once the caller has gone. Not for one who is to be given a parting."""
        self._call.start_server_batch((cygrpc.ReceiveCloseOnServerOperation(_NO_FLAGS),), tag)

    def end(self, parting: Parting, *, begun: bool = False) -> None:
        """Answer, or say why not; a caller who has gone is not told. begun: something was told."""
        end(self._call, parting, begun=begun)


def end(call: Any, parting: Parting, *, begun: bool = False) -> None:
    """End a call of gRPC's core. begun: answers went before."""
    # Operations hold what belongs to their one call, so none can be used twice.
    first = () if begun else (cygrpc.SendInitialMetadataOperation(None, _NO_FLAGS),)
    last = cygrpc.ReceiveCloseOnServerOperation(_NO_FLAGS)
    if parting.content is None:
        call.start_server_batch((*first, _farewell(parting), last), GONE)
        return
    answer = cygrpc.SendMessageOperation(parting.content, _NO_FLAGS)
    call.start_server_batch((*first, answer, _well(parting), last), GONE)


def _farewell(parting: Parting) -> Any:
    """The operation that says why there is no answer, or that there are no more."""
    status = parting.status
    if status is None:
        return _well(parting)
    details = (status.details or "").encode()
    metadata = (*(status.trailing_metadata or ()), *parting.metadata)
    return cygrpc.SendStatusFromServerOperation(metadata, status.code.value[0], details, _NO_FLAGS)


def _well(parting: Parting) -> Any:
    return cygrpc.SendStatusFromServerOperation(
        parting.metadata, cygrpc.StatusCode.ok, b"", _NO_FLAGS
    )
