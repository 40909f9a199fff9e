"""Starts the service: in this process for one worker, under a supervisor for several."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from recommender.bundle import read_info
from recommender.domain.config import ServeConfig
from recommender.domain.versions import resolve
from recommender.serving import logs
from recommender.serving.addresses import Address, checked
from recommender.serving.supervisor import Supervisor

_SPARE_SECONDS = 5.0


def serve(model: Path, config: ServeConfig) -> int:
    """Serve the model at `model`, a version or a folder of versions, until told to end.

    Returns 0 after a clean end, 1 where calls were cut off or workers could not be kept alive.
    Raises RecommenderError where the settings, an address or the model are at fault.
    """
    logs.configure()
    address = checked(
        config.listen, "serve.listen", config.workers, allow_insecure=config.allow_insecure
    )
    if config.workers == 1:
        # Late, so that the supervisor's process stays free of gRPC.
        from recommender.serving.worker import run  # noqa: PLC0415

        return run(model, config)
    configs = [worker_config(config, address, index) for index in range(config.workers)]
    _try_out(model, configs)
    drain_seconds = config.lame_duck_seconds + config.grace_seconds + _SPARE_SECONDS
    return Supervisor([command(model, each) for each in configs], drain_seconds).run()


def _try_out(model: Path, configs: Sequence[ServeConfig]) -> None:
    """Raise for what every worker would be refused, while there is one voice to say it.

    A model's files are checked by the workers, each of which maps them anyway.
    """
    read_info(resolve(model))
    for config in configs:
        for field in ("listen", "health_listen"):
            text = getattr(config, field)
            if text:
                Address.parse(text, f"serve.{field}").try_out(f"serve.{field}")


def worker_config(config: ServeConfig, address: Address, index: int) -> ServeConfig:
    """The settings of one of several workers, which has ports of its own."""
    health = config.health_listen
    if health:
        health = str(Address.parse(health, "serve.health_listen").next(index))
    return dataclasses.replace(
        config, listen=str(address.next(index)), health_listen=health, workers=1
    )


def command(model: Path, config: ServeConfig) -> list[str]:
    """The command line of a worker."""
    settings = json.dumps(dataclasses.asdict(config))
    return [
        *(sys.executable, "-m", "recommender.serving.worker"),
        *("--model", str(model), "--config", settings, "--parent", str(os.getpid())),
    ]
