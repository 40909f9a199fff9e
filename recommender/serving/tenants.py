"""Tenants: each has a model, a store and people of its own, and never sees another's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from recommender.serving.catalog import Catalog
from recommender.serving.interface import Recommender


class Store(Protocol):
    """What serving itself needs of a learner store; servicers know the whole of theirs."""

    def position(self, tenant: str) -> int:
        """The sequence number of the newest change; 0 at first."""
        ...


class Live(Protocol):
    """What the store has said since one model was trained. It belongs to that very model.

    It keeps itself up to date.
    """

    @property
    def position(self) -> int:
        """The sequence number of the newest change that counts already; 0 at first."""
        ...

    @property
    def lag_seconds(self) -> float:
        """How long ago the store was last read to its end; grows while it cannot be read."""
        ...

    @property
    def ready(self) -> bool:
        """Whether all that the store had at first counts already."""
        ...

    def close(self) -> None:
        """Follow the store no longer; calls under way may still ask it."""
        ...


@dataclass(frozen=True, slots=True)
class InForce:
    """What answers: a model, and what happened since it was trained. Both change together."""

    recommender: Recommender
    live: Live | None = None


@dataclass(slots=True, eq=False)
class Tenant:
    """One tenant of this server.

    in_force: replaced whole when a new model is taken up. A call reads it once, at its beginning,
        and so never mixes two models.
    store: what learners decide and what happens; None where the server runs without one.
    """

    name: str
    in_force: InForce
    catalog: Catalog
    store: Store | None = None

    def take_up(self, in_force: InForce) -> None:
        """Answer from `in_force` from now on; calls under way end with what they began with."""
        before, self.in_force = self.in_force, in_force
        self.catalog.served = in_force.recommender.info
        if before.live is not None:
            before.live.close()

    def waiting_for(self) -> list[str]:
        """What keeps this tenant's calls from being answered; empty: nothing."""
        live = self.in_force.live
        if live is None or live.ready:
            return []
        return [f"tenant {self.name}: the store is being read"]

    @property
    def recommender(self) -> Recommender:
        """The model in force now; within a call, ask the call for it instead."""
        return self.in_force.recommender

    @property
    def live(self) -> Live | None:
        """What happened since that model; within a call, ask the call for it instead."""
        return self.in_force.live
