"""Checks all that a server needs before it is started. Free of gRPC."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import structlog

from recommender.bundle import read_info
from recommender.domain.errors import StoreUnavailableError
from recommender.domain.serve_config import ServeConfig
from recommender.domain.versions import resolve
from recommender.serving.access import read_access
from recommender.serving.certificates import read_certificates
from recommender.serving.places import model_paths
from recommender.serving.ports import addresses, calls_address, try_out, worker_config
from recommender.store.places import SQLITE, left_behind, store_url

log = structlog.get_logger()

_PATIENCE_SECONDS = 5.0


def check_models(model: Path | None, config: ServeConfig) -> None:
    """Raise RecommenderError where a tenant's model is not there or says nothing of itself.

    Learner stores that were served with these models and are not any more are told to the log.
    """
    access = read_access(Path(config.access)) if config.access else None
    paths = model_paths(model, access, config.access).values()
    for path in paths:
        read_info(resolve(path))
    url = store_url(model, config)
    for file in left_behind(paths, url):
        log.warning("learner store left behind", file=str(file), new=url)


def checks(model: Path | None, config: ServeConfig) -> Iterator[str]:
    """Check all that `serve` needs; a line for every thing that is as it should be.

    Raises RecommenderError for the first that is not.
    """
    address = calls_address(config)
    yield f"settings: workers {config.workers}, threads of each {config.threads}"
    access = read_access(Path(config.access)) if config.access else None
    if access is None:
        yield "access: no file; everybody who reaches the port is let in"
    else:
        yield f"access: {len(access.tenants)} tenants, {len(access.grants)} tokens"
    paths = model_paths(model, access, config.access)
    for tenant, path in paths.items():
        yield f"tenant {tenant}: {_checked_model(path)}"
    yield f"store: {_checked_store(model, config)}"
    for file in left_behind(paths.values(), store_url(model, config)):
        yield f"store: {file} is left behind, with all that it holds; name it in serve.store"
    if config.encrypted:
        read_certificates(config)
        clients = "required of clients too" if config.tls_client_ca else "not required of clients"
        yield f"certificates: {config.tls_cert}, {clients}"
    else:
        yield "certificates: none; calls are not encrypted"
    configs = [worker_config(config, address, index) for index in range(config.workers)]
    for worker in configs:
        try_out(worker)
        yield f"addresses: {', '.join(addresses(worker))}"


def _checked_model(path: Path) -> str:
    from recommender.pipeline import Pipeline  # noqa: PLC0415  (the supervisor does without)

    info = Pipeline.open(path).info
    return f"model {info.name}, {info.person_count} people, every file and golden query as it was"


def _checked_store(model: Path | None, config: ServeConfig) -> str:
    """What there is to say of the learner store; nothing is made or changed in it."""
    from recommender.store.database import Database  # noqa: PLC0415

    url = store_url(model, config)
    if not url:
        return "none; what learners decide is neither kept nor known"
    file = Path(url.removeprefix(SQLITE))
    if url.startswith(SQLITE) and not file.exists():
        if not file.parent.is_dir():
            raise StoreUnavailableError(
                f"{file}: there is no folder {file.parent}; make it first, or name another"
            )
        if not os.access(file.parent, os.W_OK):
            raise StoreUnavailableError(f"{file} is not there, and {file.parent} is not writable")
        return f"{url}, made at the first start"
    database = Database.open(url, _PATIENCE_SECONDS, create=False)
    try:
        database.check()
        return f"{database.name} answers"
    finally:
        database.close()
