"""Who is let in: decided for every call as it arrives, before any of its content is read.

This happens in the one thread that also takes all other calls, so nothing here may wait: a token
is hashed and looked up, a bucket and a count are looked at. A call that is let in is answered in
its tenant's lane. One that is refused is told so at once, without waiting for the request.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

import grpc
import structlog

from recommender.serving.access import DEFAULT, Access, Grant, Limits
from recommender.serving.context import new_request_id
from recommender.serving.lanes import Lane
from recommender.serving.limits import Bucket
from recommender.serving.refusals import REQUEST_ID, Refusal, refusal_of
from recommender.serving.report import Refused
from recommender.serving.rpcs import Rpc
from recommender.serving.tenants import Tenant
from recommender.serving.visits import Parting, Visit

log = structlog.get_logger()

WAIT_SECONDS = 0.05
"""After which a caller with too many calls under way may try again."""

Begin: TypeAlias = Callable[[Any], Visit]
"""Begins the visit of a call that was let in, given gRPC's event of its arrival."""
Metadata = Iterable[tuple[str, str | bytes]] | None

TOKEN_INVALID = Refusal(
    code=grpc.StatusCode.UNAUTHENTICATED,
    reason="TOKEN_INVALID",
    message="no valid token; send the metadata 'authorization: Bearer TOKEN'",
)


@dataclass(slots=True, eq=False)
class Guest:
    """A tenant with its lane, and what it may use.

    most: calls that may be under way at once. calls: what answers its RPCs, by path.
    """

    tenant: Tenant
    lane: Lane
    most: int
    bucket: Bucket
    calls: dict[str, Begin] = field(default_factory=dict)

    def allow(self, limits: Limits, usual: int) -> None:
        """Take up limits as the access file has them; `usual`: in flight where it names none."""
        self.most = limits.in_flight or usual
        if (self.bucket.rate, self.bucket.burst) != (limits.calls_per_second, limits.burst):
            self.bucket = Bucket(limits.calls_per_second, limits.burst)


class Admission:
    """Lets calls in or refuses them.

    access: what the access file says now; None where there is none, and the only tenant is let in.
    """

    def __init__(
        self,
        rpcs: Sequence[Rpc],
        guests: Sequence[Guest],
        access: Callable[[], Access | None],
        refused: Refused,
    ) -> None:
        self._rpcs = {rpc.path: rpc for rpc in rpcs}
        self._guests = {guest.tenant.name: guest for guest in guests}
        self._access = access
        self._refused = refused

    def enter(self, event: Any) -> Visit | Parting | None:
        """Begin a call that has come, or refuse it; None: gRPC's server is to handle it.

        event: of gRPC's core, with `call`, `call_details` and `invocation_metadata`.
        """
        rpc = self._rpcs.get(event.call_details.method.decode("ascii", "replace"))
        if rpc is None:
            return None
        try:
            found = self._decide(rpc, event.invocation_metadata)
        except Exception as error:
            refusal = refusal_of(error)
            log.error("admission failed", reference=refusal.reference, exc_info=error)
            found = refusal, ""
        if isinstance(found, Guest):
            return found.calls[rpc.path](event)
        refusal, tenant = found
        self._refused.note(rpc.name, tenant, refusal)
        return parting_of(refusal)

    def _guest(self, metadata: Metadata) -> tuple[Guest, frozenset[str] | None] | None:
        """Whose call it is, and the scopes of the token; None: the token is not valid."""
        access = self._access()
        if access is None:
            return self._guests[DEFAULT], None
        grant = granted(access, metadata, time.time())
        if grant is None or grant.tenant not in self._guests:
            return None
        return self._guests[grant.tenant], grant.scopes

    def _decide(self, rpc: Rpc, metadata: Metadata) -> Guest | tuple[Refusal, str]:
        """The guest whose call it is, or why it is refused and to whom."""
        found = self._guest(metadata)
        if found is None:
            return TOKEN_INVALID, ""
        guest, scopes = found
        if scopes is not None and rpc.scope not in scopes:
            return scope_missing(rpc.scope), guest.tenant.name
        if guest.lane.in_flight >= guest.most:
            return in_flight_limited(guest.most), guest.tenant.name
        wait = guest.bucket.take(time.monotonic())
        if wait > 0:
            return rate_limited(guest.bucket.rate, wait), guest.tenant.name
        return guest


def granted(access: Access, metadata: Metadata, now: float) -> Grant | None:
    """What the caller's token allows at `now`, in seconds since 1970; None without a valid one."""
    found = [value for key, value in metadata or () if key == "authorization"]
    if len(found) != 1 or not isinstance(found[0], str):
        return None
    scheme, _, token = found[0].partition(" ")
    return access.grant(token.strip(), now) if scheme.lower() == "bearer" else None


@lru_cache(maxsize=8)
def scope_missing(scope: str) -> Refusal:
    """The token is good, but not for this."""
    return Refusal(
        code=grpc.StatusCode.PERMISSION_DENIED,
        reason="SCOPE_MISSING",
        message=f"the token lacks the scope {scope!r} that this call needs",
        metadata={"scope": scope},
    )


@lru_cache(maxsize=64)
def in_flight_limited(most: int) -> Refusal:
    """Too many calls at once."""
    return Refusal(
        code=grpc.StatusCode.RESOURCE_EXHAUSTED,
        reason="IN_FLIGHT_LIMITED",
        message=f"{most} calls are under way, which is all there is room for; try again shortly",
        retry_seconds=WAIT_SECONDS,
    )


def rate_limited(rate: float, wait: float) -> Refusal:
    """Too many calls in a short time; the wait is told in hundredths of a second, rounded up."""
    return _rate_limited(rate, math.ceil(wait * 100))


@lru_cache(maxsize=512)
def _rate_limited(rate: float, hundredths: int) -> Refusal:
    return Refusal(
        code=grpc.StatusCode.RESOURCE_EXHAUSTED,
        reason="RATE_LIMITED",
        message=f"more than {rate:g} calls a second; wait as long as the retry info says",
        retry_seconds=hundredths / 100,
    )


def parting_of(refusal: Refusal) -> Parting:
    """How a refused call ends. What is told of a refusal is only put together once."""
    return Parting(None, _status_of(refusal), ((REQUEST_ID, new_request_id()),))


@lru_cache(maxsize=512)
def _status_of(refusal: Refusal) -> grpc.Status:
    return refusal.to_status()
