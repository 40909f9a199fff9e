"""The life of one server: loads, listens, says so, waits, drains and goes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import structlog
from threadpoolctl import threadpool_limits

from recommender.domain.answer import ModelInfo
from recommender.domain.config import ServeConfig
from recommender.serving.catalog import Catalog
from recommender.serving.interface import Recommender
from recommender.serving.server import Running, start
from recommender.serving.signals import Signals
from recommender.serving.tenants import DEFAULT, InForce, Tenant

log = structlog.get_logger()

_POLL_SECONDS = 0.05
_JOIN_SECONDS = 0.5


def live(
    model: Path,
    config: ServeConfig,
    open_model: Callable[[Path], Recommender],
    read_info: Callable[[Path], ModelInfo],
) -> int:
    """Serve `model` until a signal asks for an end; returns the exit code.

    Raises what `open_model` does, AddressInUseError, or InvalidArgumentError, before any call is
    taken.
    """
    # Calls are what runs in parallel here; threads within a call would only fight over the cores.
    with threadpool_limits(limits=1):
        recommender = open_model(model)
        catalog = Catalog(model, recommender.info, read_info)
        tenant = Tenant(DEFAULT, InForce(recommender), catalog)
        with Signals() as signals:
            running = start(tenant, config)
            log.info(
                "listening",
                address=str(running.address),
                health_address=str(running.probe_address or ""),
                model=recommender.info.name,
                pid=os.getpid(),
            )
            return serve_until_told(running, config, signals)


def serve_until_told(running: Running, config: ServeConfig, signals: Signals) -> int:
    """Serve until a signal asks for an end, then drain. Returns the exit code.

    The first signal drains: health says NOT_SERVING, calls are served on for the lame duck time
    so that clients can turn away, then no new call is taken and those under way may end within
    the grace. A second signal ends all at once. 0: every call ended; 1: some were cut off.
    """
    signals.wait()
    log.info("draining", lame_duck_seconds=config.lame_duck_seconds)
    running.health.enter_graceful_shutdown()
    hurried = signals.wait(config.lame_duck_seconds) is not None
    stopped = running.calls.stop(0 if hurried else config.grace_seconds)
    while not stopped.is_set():
        if signals.wait(_POLL_SECONDS):
            running.calls.stop(0)
    if running.probes:
        running.probes.stop(0).wait()
    clean = idle(running)
    log.info("stopped", clean=clean)
    return 0 if clean else leave(1)


def idle(running: Running) -> bool:
    """Whether no thread works on a call any more; lets go of those that do not."""
    running.pool.shutdown(wait=False, cancel_futures=True)
    waiting = threading.Thread(target=running.pool.shutdown, daemon=True)
    waiting.start()
    waiting.join(_JOIN_SECONDS)
    return not waiting.is_alive()


def leave(code: int) -> int:
    """End the process now: the interpreter would wait for threads that may never end."""
    os._exit(code)
