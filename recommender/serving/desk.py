"""A gRPC server with what decides about its calls and answers them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from grpc_reflection.v1alpha import reflection

from recommender.domain.serve_config import ServeConfig
from recommender.serving.access import Access, Limits
from recommender.serving.admission import Admission, Guest
from recommender.serving.door import Door, server
from recommender.serving.handlers import PRESSED, Answer, furnish
from recommender.serving.health import SERVICE as HEALTH
from recommender.serving.health import Health
from recommender.serving.lanes import Lane, Turns
from recommender.serving.limits import Bucket
from recommender.serving.options import OPTIONS, SHARED_PORT
from recommender.serving.report import Refused, Reporter
from recommender.serving.rpcs import Rpc
from recommender.serving.tenants import Tenant
from recommender.serving.visits import Parting, Visit

_ROOM = 4
"""Calls of a tenant that may be under way, to a thread. With half as many, some were refused at
70 % of what a worker can do, as calls come in bunches; a wait of as many lists is some 10 ms."""


class Desk:
    """Takes calls of `answers` for `tenants`, of which every one has a lane.

    threads: that answer calls. longest: seconds for a query without a stream.
    room: calls that may be under way at once.
    """

    def __init__(
        self,
        answers: Mapping[Rpc, Answer],
        tenants: Sequence[Tenant],
        access: Callable[[], Access | None],
        reporter: Reporter,
        config: ServeConfig,
        health: Health,
        *,
        threads: int,
        longest: float,
    ) -> None:
        self._answers = answers
        self._config = config
        self._usual = _ROOM * threads
        self.room = self._usual * len(tenants)
        self.turns = Turns(threads, PRESSED * self.room)
        self._guests = []
        for tenant in tenants:
            guest = Guest(tenant, Lane(), self._usual, Bucket(0, 1))
            furnish(guest, answers, self.turns, reporter, longest)
            self._guests.append(guest)
        refused = Refused(config, reporter.counts)
        self._admission = Admission(list(answers), self._guests, access, refused)
        self._health = health
        self._others = ThreadPoolExecutor(2, thread_name_prefix="reflection")
        self._door = Door(self.turns, self._enter)

    def _enter(self, event: Any) -> Visit | Parting | None:
        return self._health.enter(event) or self._admission.enter(event)

    def server(self) -> grpc.Server:
        """A server of the RPCs and of health, not yet listening."""
        options = SHARED_PORT if self._config.shared_port else OPTIONS
        found = server(self._door, options, self._others)
        if self._config.reflection:
            names = [*self.services(), HEALTH, reflection.SERVICE_NAME]
            reflection.enable_server_reflection(names, found)
        return found

    def services(self) -> list[str]:
        """Full names of the services."""
        return sorted({rpc.service.full_name for rpc in self._answers})

    def limit(self, access: Access) -> None:
        """Take up the limits of a changed access file."""
        for guest in self._guests:
            entry = access.tenants.get(guest.tenant.name)
            guest.allow(entry.limits if entry else Limits(), self._usual)

    def stop(self) -> None:
        """Let all threads go that have nothing to do."""
        self._door.close()
        self._others.shutdown(wait=False)
        self.turns.shutdown()
