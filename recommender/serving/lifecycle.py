"""The life of one worker: opens its models, listens, says so, waits, drains and goes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from threadpoolctl import threadpool_limits

from recommender.domain.answer import ModelInfo
from recommender.domain.serve_config import ServeConfig
from recommender.domain.versions import resolve
from recommender.serving.access import Access, read_access
from recommender.serving.addresses import Address
from recommender.serving.catalog import Catalog
from recommender.serving.places import model_paths
from recommender.serving.ports import health_address, metrics_address
from recommender.serving.probes import Probes
from recommender.serving.readiness import Readiness
from recommender.serving.reload import Open
from recommender.serving.server import Running, start
from recommender.serving.signals import HANG_UP, STOP, Signals
from recommender.serving.tenants import Store, Tenant
from recommender.serving.watching import Watched

log = structlog.get_logger()

_POLL_SECONDS = 0.05
_QUIET_POLLS = 4
"""Looks without a call under way, after which answers are on their way to the callers, too."""
_JOIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What a worker is made of, beyond the settings.

    open_model: opens a tenant's model with what happened since it was trained; raises
        RecommenderError. read_info: reads what a model says of itself; raises CorruptVersionError.
    store: of all tenants; None: the server runs without one.
    """

    open_model: Open
    read_info: Callable[[Path], ModelInfo]
    store: Store | None = None


def live(
    model: Path | None,
    config: ServeConfig,
    host: Host,
    ready: Callable[[], None] = lambda: None,
) -> int:
    """Serve until a signal asks for an end; returns the exit code.

    model: of the only tenant, where there is no access file; a version or a folder of versions.
    ready: called once calls are taken.

    Raises what `open_model` does, AddressInUseError, or InvalidArgumentError, before any call is
    taken.
    """
    # Calls are what runs in parallel here; threads within a call would only fight over the cores.
    with threadpool_limits(limits=1):
        access = watched_access(config)
        paths = model_paths(model, access.value() if access else None, config.access)
        probes = make_probes(config)
        try:
            tenants = open_tenants(paths, host)
            with Signals(STOP | HANG_UP) as signals:
                running = start(tenants, config, host.open_model, probes, access)
                _say(running, tenants, config)
                if _become_ready(running, signals):
                    ready()
                    _serve(signals)
                return drain(running, config, signals)
        except BaseException:
            probes.stop()
            raise


def _say(running: Running, tenants: Sequence[Tenant], config: ServeConfig) -> None:
    log.info(
        "listening",
        address=str(running.address),
        admin_address=str(running.admin_address or config.admin_listen),
        health_address=str(running.probes.health_address or ""),
        metrics_address=str(running.probes.metrics_address or ""),
        model=tenants[0].recommender.info.name,
        tenants=len(tenants),
        pid=os.getpid(),
    )


def watched_access(config: ServeConfig) -> Watched[Access] | None:
    """The access file of the settings, read again when it changes; None where there is none."""
    if not config.access:
        return None
    path = Path(config.access)
    return Watched("access file", [path], lambda: read_access(path))


def make_probes(config: ServeConfig) -> Probes:
    """The ports for probes that the settings name; not ready yet.

    Raises AddressInUseError or InvalidArgumentError where they, or the one for calls, cannot be
    had: better now than after the models have been opened.
    """
    if not config.shared_port:
        Address.parse(config.listen, "serve.listen").try_out("serve.listen")
    return Probes(Readiness(), health_address(config), metrics_address(config))


def open_tenants(paths: dict[str, Path], host: Host) -> list[Tenant]:
    """Tenants with their current models, opened. Raises RecommenderError where one cannot be."""
    tenants = []
    for name, path in paths.items():
        in_force = host.open_model(name, resolve(path))
        catalog = Catalog(path, in_force.recommender.info, host.read_info)
        tenants.append(Tenant(name, in_force, catalog, host.store))
    return tenants


def _become_ready(running: Running, signals: Signals) -> bool:
    """Wait until calls can be answered; False where a signal asks for an end before that."""
    while running.probes.readiness.missing():
        if signals.wait(_POLL_SECONDS) in STOP:
            return False
    running.probes.health.look()
    return True


def _serve(signals: Signals) -> None:
    """Wait for a signal that asks for an end."""
    while signals.wait() in HANG_UP:
        log.warning("nothing restarted", reason="a rolling restart needs two workers or more")


def drain(running: Running, config: ServeConfig, signals: Signals) -> int:
    """End without losing a call, if that can be. Returns the exit code.

    Health says NOT_SERVING, calls are served on for the lame duck time so that clients can turn
    away, then no new call is taken and those under way may end within the grace. A further signal
    ends all at once. 0: every call ended; 1: some were cut off.
    """
    log.info("draining", lame_duck_seconds=config.lame_duck_seconds)
    running.turn_away()
    hurried = _hurried(signals, config.lame_duck_seconds)
    servers = [server for server in (running.calls, running.admin) if server is not None]
    stopped = [server.stop(0 if hurried else config.grace_seconds) for server in servers]
    quiet = 0
    while not all(each.is_set() for each in stopped):
        hurried = _hurried(signals, _POLL_SECONDS)
        # Those who watch its health would hold a server that has nothing else to do any more.
        quiet = 0 if running.busy() else quiet + 1
        if hurried or quiet >= _QUIET_POLLS:
            for server in servers:
                server.stop(0)
    clean = idle(running)
    running.end()
    log.info("stopped", clean=clean)
    return 0 if clean else leave(1)


def _hurried(signals: Signals, seconds: float) -> bool:
    """Whether a signal asks for an end at once, within so many seconds."""
    over = time.monotonic() + seconds
    while (left := over - time.monotonic()) > 0:
        if signals.wait(left) in STOP:
            return True
    return False


def idle(running: Running) -> bool:
    """Whether no call is under way any more, or none is very soon."""
    over = time.monotonic() + _JOIN_SECONDS
    while running.busy() and time.monotonic() < over:
        time.sleep(_POLL_SECONDS)
    return not running.busy()


def leave(code: int) -> int:
    """End the process now: the interpreter would wait for threads that may never end."""
    os._exit(code)
