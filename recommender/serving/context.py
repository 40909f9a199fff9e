"""What a call knows of itself: whose it is, how long it may take, and which model answers it."""

from __future__ import annotations

import itertools
import secrets
import time
from dataclasses import dataclass, field
from typing import Literal

import grpc

from recommender.serving.interface import Recommender
from recommender.serving.refusals import Refusal, RefusalError
from recommender.serving.tenants import InForce, Live, Tenant

Figure = Literal["candidates", "filtered", "degraded"]
"""What servicers count: candidates by source, people filtered and answers degraded by reason."""

_numbers = itertools.count(secrets.randbits(64))


class DeadlineError(RefusalError):
    """The caller has given up, or the server will not spend more time on the call."""

    def __init__(self) -> None:
        super().__init__(
            Refusal(
                code=grpc.StatusCode.DEADLINE_EXCEEDED,
                reason="DEADLINE_EXCEEDED",
                message="the call's time is over; allow more, or ask for less",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallContext:
    """One call under way.

    tenant: whose call it is.
    in_force: what answers it, read once, so that a reload meanwhile changes nothing.
    request_id: 16 hex digits, for logs.
    deadline: `time.monotonic()` at which the call is over; None: never.
    pressed: the server is near its limit; cheap answers, marked as such, are better than none.
    stages: seconds by stage, which servicers put here for the metrics.
    counts: figures by name and label, which servicers add to with `count`.
    """

    tenant: Tenant
    in_force: InForce
    request_id: str
    deadline: float | None = None
    pressed: bool = False
    stages: dict[str, float] = field(default_factory=dict)
    counts: dict[tuple[str, ...], int] = field(default_factory=dict)

    @property
    def recommender(self) -> Recommender:
        """The model that answers this call."""
        return self.in_force.recommender

    @property
    def live(self) -> Live | None:
        """What happened since that model was trained."""
        return self.in_force.live

    def count(self, figure: Figure, label: str, number: int = 1) -> None:
        """Add to a figure of the metrics; `label` is one of few words, and names nobody."""
        key = (figure, label)
        self.counts[key] = self.counts.get(key, 0) + number

    def time_left(self) -> float:
        """Seconds until the deadline, below 0 once it has passed; inf where there is none."""
        return float("inf") if self.deadline is None else self.deadline - time.monotonic()

    def check(self) -> None:
        """Raise DeadlineError if the time is over. To be called between stages."""
        if self.deadline is not None and time.monotonic() >= self.deadline:
            raise DeadlineError


def new_request_id() -> str:
    """An id that no other call of any server is likely to have: 16 hex digits.

    It is a number counted up from a random one, which takes a tenth of the time of a random id.
    """
    return f"{next(_numbers) & 0xFFFF_FFFF_FFFF_FFFF:016x}"
