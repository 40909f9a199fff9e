"""One worker's server: what answers, and the sockets it listens on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
import structlog
from google.protobuf.descriptor import ServiceDescriptor

from recommender.domain.serve_config import AUTO, ServeConfig
from recommender.serving import metrics
from recommender.serving.access import Access
from recommender.serving.addresses import Address
from recommender.serving.answering import implemented, managing, rules_of
from recommender.serving.certificates import watched_certificates
from recommender.serving.counts import Counts
from recommender.serving.credentials import server_credentials
from recommender.serving.desk import Desk
from recommender.serving.handlers import Methods, rpcs
from recommender.serving.health import Health
from recommender.serving.listening import listen, listen_privately
from recommender.serving.probes import Probes
from recommender.serving.reload import Open, Reloader
from recommender.serving.report import Reporter, Tracer
from recommender.serving.rpcs import MODELS
from recommender.serving.tenants import Tenant
from recommender.serving.watching import Watched, Watcher

log = structlog.get_logger()

_ADMIN_THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that takes calls, with all that runs beside them.

    address: of calls. admin: the listener of ModelService, where there is one; its address is
    None where that is a file.
    """

    calls: grpc.Server
    desk: Desk
    address: Address
    admin: grpc.Server | None
    admin_desk: Desk | None
    admin_address: Address | None
    probes: Probes
    healths: tuple[Health, ...]
    watchers: tuple[Watcher, ...]
    watched: tuple[Watched[Any], ...]
    tracer: Tracer | None
    counts: Counts

    def turn_away(self) -> None:
        """Say that no more calls should be sent here; those that come are answered on."""
        self.probes.readiness.draining()
        for health in self.healths:
            health.look()

    def busy(self) -> bool:
        """Whether any call is at work or waits."""
        desks = (self.desk, self.admin_desk)
        return any(desk.turns.in_flight for desk in desks if desk is not None)

    def stop(self) -> None:
        """End at once, calls under way too."""
        for server in (self.calls, self.admin):
            if server is not None:
                server.stop(0).wait()
        self.end()

    def end(self) -> None:
        """Let go of all that runs beside the calls."""
        for watcher in self.watchers:
            watcher.stop()
        self.probes.stop()
        for desk in (self.desk, self.admin_desk):
            if desk is not None:
                desk.stop()
        if self.tracer is not None:
            self.tracer.stop()


def start(
    tenants: Sequence[Tenant],
    config: ServeConfig,
    open_model: Open,
    probes: Probes,
    access: Watched[Access] | None = None,
) -> Running:
    """Listen and answer for `tenants`; the probes then say that the server is ready.

    access: who may call; None: everybody, for the only tenant.
    Raises AddressInUseError or InvalidArgumentError where it cannot listen.
    """
    building = _Building(tenants, config, open_model, access)
    desk, calls, address = building.calls(probes)
    admin_health = Health(probes.readiness, [MODELS.full_name])
    try:
        admin_desk, admin, admin_address = building.admin(admin_health)
    except Exception:
        calls.stop(0).wait()
        desk.stop()
        raise
    building.tell(probes, desk)
    calls.start()
    healths = probes.health, admin_health
    looks = [each.look for each in building.watched()] + [health.look for health in healths]
    watchers = Watcher("files", looks), Watcher("models", building.model_looks())
    for watcher in watchers:
        watcher.start()
    probes.readiness.opened()
    probes.health.name(desk.services())
    admin_health.look()
    return Running(
        calls=calls,
        desk=desk,
        address=address,
        admin=admin,
        admin_desk=admin_desk,
        admin_address=admin_address,
        probes=probes,
        healths=healths,
        watchers=watchers,
        watched=tuple(building.watched()),
        tracer=building.tracer,
        counts=building.counts,
    )


class _Building:
    """What the parts of one worker's server have in common, while they are put together."""

    def __init__(
        self,
        tenants: Sequence[Tenant],
        config: ServeConfig,
        open_model: Open,
        access: Watched[Access] | None,
    ) -> None:
        self.tenants = tenants
        self.config = config
        self.access = access
        self.certificates = watched_certificates(config) if config.encrypted else None
        self.counts = Counts([])
        self.tracer = make_tracer(config)
        self.reporter = Reporter(config, self.counts, self.tracer)
        self.reloader = Reloader(tenants, open_model, self.counts)
        if access is not None:
            access.changed.append(self._tell_unserved)

    def calls(self, probes: Probes) -> tuple[Desk, grpc.Server, Address]:
        """The server of calls, bound to its address but not taking calls yet."""
        config = self.config
        services = implemented(rules_of(config))
        desk = self._desk(services, probes.health, config.threads, config.longest_seconds)
        server = desk.server()
        wanted = Address.parse(config.listen, "serve.listen")
        credentials = server_credentials(self.certificates) if self.certificates else None
        return (
            desk,
            server,
            listen(server, wanted, "serve.listen", credentials, shared=config.shared_port),
        )

    def admin(self, health: Health) -> tuple[Desk | None, grpc.Server | None, Address | None]:
        """The server of ModelService, where the settings name a place for it."""
        if not self.config.admin_listen:
            return None, None, None
        # What is asked for here may take as long as it takes to open a model.
        desk = self._desk(managing(self.reloader), health, _ADMIN_THREADS, float("inf"))
        server = desk.server()
        address = listen_privately(server, self.config.admin_listen)
        server.start()
        return desk, server, address

    def _desk(
        self,
        services: dict[ServiceDescriptor, Methods],
        health: Health,
        threads: int,
        longest: float,
    ) -> Desk:
        access = self.access
        desk = Desk(
            rpcs(services),
            self.tenants,
            (lambda: None) if access is None else access.value,
            self.reporter,
            self.config,
            health,
            threads=threads,
            longest=longest,
        )
        if access is not None:
            desk.limit(access.value())
            access.changed.append(desk.limit)
        return desk

    def _tell_unserved(self, access: Access) -> None:
        """Say which tenants of a changed access file have to wait for the next start."""
        for name in sorted(access.tenants.keys() - {tenant.name for tenant in self.tenants}):
            log.warning("tenant not served", tenant=name, remedy="restart, as SIGHUP does")

    def tell(self, probes: Probes, desk: Desk) -> None:
        """Have the probes say what goes on."""
        readiness = probes.readiness
        for tenant in self.tenants:
            readiness.hooks.append(tenant.waiting_for)
        registry = metrics.registry(
            metrics.WorkerCollector(
                self.counts,
                self.tenants,
                in_flight=lambda: desk.turns.in_flight,
                room=desk.room,
                missing=readiness.missing,
                sound=lambda: {each.event: each.sound for each in self.watched()},
            )
        )
        probes.metrics = lambda: metrics.page(registry)

    def watched(self) -> list[Watched[Any]]:
        """Files that may change while the server runs."""
        return [each for each in (self.access, self.certificates) if each is not None]

    def model_looks(self) -> list[Callable[[], None]]:
        """What looks for new models; in a thread of its own, since opening one takes long."""
        return [self.reloader.look] if self.config.reload == AUTO else []


def make_tracer(config: ServeConfig) -> Tracer | None:
    """What makes traces; None where none are wanted, and then nothing of it is even loaded."""
    if not config.trace_endpoint:
        return None
    from recommender.serving.tracing import Spans  # noqa: PLC0415  (slow to load, rarely wanted)

    return Spans(config.trace_endpoint)
