"""Starts the service: in this process for one worker, under a supervisor for several."""

from __future__ import annotations

import dataclasses
import json
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

from recommender.domain.serve_config import ServeConfig
from recommender.serving import logs
from recommender.serving.check import check_models
from recommender.serving.ports import calls_address, try_out, worker_config
from recommender.serving.supervisor import Supervisor

_SPARE_SECONDS = 5.0


def serve(model: Path | None, config: ServeConfig) -> int:
    """Serve until told to end.

    model: a version or a folder of versions; None where an access file names the models.
    Returns 0 after a clean end, 1 where calls were cut off or workers could not be kept alive.
    Raises RecommenderError where the settings, an address or a model are at fault.
    """
    logs.configure()
    allow_many_files()
    address = calls_address(config)
    # Before anything is made beside a model that is not there. Its files are checked by the
    # workers, each of which maps them anyway.
    check_models(model, config)
    if config.workers == 1:
        # Late, so that the supervisor's process stays free of gRPC.
        from recommender.serving.worker import run  # noqa: PLC0415

        return run(model, config)
    configs = [worker_config(config, address, index) for index in range(config.workers)]
    # What every worker would be refused is told here, while there is one voice to say it.
    for each in configs:
        try_out(each)
    drain_seconds = config.lame_duck_seconds + config.grace_seconds + _SPARE_SECONDS
    said = [json.dumps(dataclasses.asdict(each)).encode() for each in configs]
    return Supervisor([command(model)] * config.workers, drain_seconds, said).run()


def allow_many_files() -> None:
    """Let this process and its workers have as many files open as they may at all.

    A model is some hundred mapped files, twice that while it is replaced, and each tenant has one;
    by default a process may have 1,024 open, calls included.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):  # where "no limit" is more than the system can do
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def command(model: Path | None) -> list[str]:
    """The command line of a worker.

    Its settings it reads from standard input: every user of the machine sees command lines, and
    the URL of the store or of a collector of traces may hold a password.
    """
    return [
        # Without -P it would import what happens to be called alike in the working directory.
        *(sys.executable, "-P", "-m", "recommender.serving.worker"),
        *(() if model is None else ("--model", str(model))),
        *("--parent", str(os.getpid())),
    ]
