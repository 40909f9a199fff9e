"""Who is let in: decided for every call as it arrives, before any of its content is read.

gRPC asks for the handler of a call in the one thread that also takes all other calls, so nothing
here may wait: a token is hashed and looked up, a bucket and a count are looked at. A call that is
let in gets a handler that works in its tenant's lane. One that is refused gets a handler that says
so in a thread of its own, without waiting for the request.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeAlias

import grpc
import structlog

from recommender.serving.access import DEFAULT, Access, Grant, Limits
from recommender.serving.context import new_request_id
from recommender.serving.lanes import Lane
from recommender.serving.limits import Bucket
from recommender.serving.refusals import Refusal, refusal_of
from recommender.serving.report import Refused
from recommender.serving.rpcs import Rpc
from recommender.serving.tenants import Tenant

log = structlog.get_logger()

WAIT_SECONDS = 0.05
"""After which a caller with too many calls under way may try again."""

Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Metadata = Iterable[tuple[str, str | bytes]] | None

TOKEN_INVALID = Refusal(
    code=grpc.StatusCode.UNAUTHENTICATED,
    reason="TOKEN_INVALID",
    message="no valid token; send the metadata 'authorization: Bearer TOKEN'",
)


@dataclass(slots=True, eq=False)
class Guest:
    """A tenant with its lane, and what it may use.

    handlers: what answers it, by the path of the RPC. most: calls that may be under way at once.
    """

    tenant: Tenant
    lane: Lane
    handlers: dict[str, Handler]
    most: int
    bucket: Bucket

    def allow(self, limits: Limits, usual: int) -> None:
        """Take up limits as the access file has them; `usual`: in flight where it names none."""
        self.most = limits.in_flight or usual
        if (self.bucket.rate, self.bucket.burst) != (limits.calls_per_second, limits.burst):
            self.bucket = Bucket(limits.calls_per_second, limits.burst)


class Admission(grpc.GenericRpcHandler):
    """Hands gRPC the handlers of calls that are let in, and of refusals for the others.

    access: what the access file says now; None where there is none, and the only tenant is let in.
    offered: calls that were let in; gRPC may still turn them away where there are too many.
    """

    def __init__(
        self,
        rpcs: Sequence[Rpc],
        guests: Sequence[Guest],
        access: Callable[[], Access | None],
        refused: Refused,
    ) -> None:
        self.offered = 0
        self._rpcs = {rpc.path: rpc for rpc in rpcs}
        self._guests = {guest.tenant.name: guest for guest in guests}
        self._access = access
        self._refused = refused
        self._refusing = ThreadPoolExecutor(1, thread_name_prefix="refuse")

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Handler | None:
        """The handler of a call; None where it is none of ours."""
        rpc = self._rpcs.get(handler_call_details.method)
        if rpc is None:
            return None
        try:
            found = self._decide(rpc, handler_call_details.invocation_metadata)
        except Exception as error:
            refusal = refusal_of(error)
            log.error("admission failed", reference=refusal.reference, exc_info=error)
            found = refusal, ""
        if isinstance(found, Guest):
            self.offered += 1
            return found.handlers[rpc.path]
        return self._refusing_handler(rpc, *found)

    def _decide(self, rpc: Rpc, metadata: Metadata) -> Guest | tuple[Refusal, str]:
        """The guest whose call it is, or why it is refused and to whom."""
        access = self._access()
        if access is None:
            guest = self._guests[DEFAULT]
        else:
            grant = granted(access, metadata, time.time())
            if grant is None or grant.tenant not in self._guests:
                return TOKEN_INVALID, ""
            if rpc.scope not in grant.scopes:
                return scope_missing(rpc.scope), grant.tenant
            guest = self._guests[grant.tenant]
        if guest.lane.in_flight >= guest.most:
            return in_flight_limited(guest.most), guest.tenant.name
        wait = guest.bucket.take(time.monotonic())
        if wait > 0:
            return rate_limited(guest.bucket.rate, wait), guest.tenant.name
        return guest

    def _refusing_handler(self, rpc: Rpc, refusal: Refusal, tenant: str) -> Handler:
        """A handler that refuses. It takes a stream, so as not to wait for a request."""
        self._refused.note(rpc.name, tenant, refusal)

        def refuse(_requests: object, context: grpc.ServicerContext) -> bytes:
            context.abort_with_status(refusal.to_status(new_request_id()))

        refuse.experimental_thread_pool = self._refusing  # type: ignore[attr-defined]
        return grpc.stream_unary_rpc_method_handler(refuse)

    def stop(self) -> None:
        """Let the refusing thread go."""
        self._refusing.shutdown(wait=False)


def granted(access: Access, metadata: Metadata, now: float) -> Grant | None:
    """What the caller's token allows at `now`, in seconds since 1970; None without a valid one."""
    found = [value for key, value in metadata or () if key == "authorization"]
    if len(found) != 1 or not isinstance(found[0], str):
        return None
    scheme, _, token = found[0].partition(" ")
    return access.grant(token.strip(), now) if scheme.lower() == "bearer" else None


def scope_missing(scope: str) -> Refusal:
    """The token is good, but not for this."""
    return Refusal(
        code=grpc.StatusCode.PERMISSION_DENIED,
        reason="SCOPE_MISSING",
        message=f"the token lacks the scope {scope!r} that this call needs",
        metadata={"scope": scope},
    )


def in_flight_limited(most: int) -> Refusal:
    """Too many calls at once."""
    return Refusal(
        code=grpc.StatusCode.RESOURCE_EXHAUSTED,
        reason="IN_FLIGHT_LIMITED",
        message=f"{most} calls are under way, which is all there is room for; try again shortly",
        retry_seconds=WAIT_SECONDS,
    )


def rate_limited(rate: float, wait: float) -> Refusal:
    """Too many calls in a short time."""
    return Refusal(
        code=grpc.StatusCode.RESOURCE_EXHAUSTED,
        reason="RATE_LIMITED",
        message=f"more than {rate:g} calls a second; wait as long as the retry info says",
        retry_seconds=wait,
    )
