"""Takes up new models while the old ones answer on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import grpc
import structlog

from recommender.domain.errors import VersionNotFoundError
from recommender.domain.versions import CURRENT, activate, resolve
from recommender.serving.counts import Counts
from recommender.serving.refusals import Refusal, RefusalError
from recommender.serving.tenants import InForce, Tenant
from recommender.serving.watching import Signature, signature

log = structlog.get_logger()

Open = Callable[[str, Path], InForce]
"""Opens and checks a tenant's model, by the tenant's name and the folder of the version.

Raises RecommenderError where the model must not answer.
"""


class Reloader:
    """Watches which model of each tenant is current, and has the tenant take it up.

    A model that is refused is tried again only when somebody makes it current once more.
    """

    def __init__(self, tenants: Sequence[Tenant], open_model: Open, counts: Counts) -> None:
        self._open = open_model
        self._counts = counts
        self._lock = threading.Lock()
        # Nothing is seen yet: what became current since the models were opened must not be missed.
        self._seen: dict[str, Signature] = {}
        self._tenants = tuple(tenants)

    def look(self) -> None:
        """Take up every model that has become current since."""
        for tenant in self._tenants:
            with self._lock:
                seen = _seen(tenant)
                if seen != self._seen.get(tenant.name):
                    self._seen[tenant.name] = seen
                    self._follow(tenant)

    def activate(self, tenant: Tenant, name: str, *, check_only: bool = False) -> str:
        """Check a model and make it current; returns the name of the one that answered before.

        Other workers, of this server and others, see for themselves. Raises RecommenderError
        where the model must not answer, RefusalError where the tenant has only one.
        """
        root = tenant.catalog.root
        if root is None:
            raise RefusalError(_FIXED)
        with self._lock:
            before = tenant.recommender.info.name
            opened = tenant.in_force if name == before else self._opened(tenant, root / name)
            if check_only:
                _drop(tenant, opened)
                return before
            activate(root, name)
            self._seen[tenant.name] = _seen(tenant)
            if name != before:
                self._take_up(tenant, opened)
            return before

    def _follow(self, tenant: Tenant) -> None:
        if tenant.catalog.root is None:
            return
        try:
            folder = resolve(tenant.catalog.root)
        except VersionNotFoundError as error:
            self._note(tenant, "refused")
            log.error("model refused", tenant=tenant.name, error=str(error))
            return
        if folder.name == tenant.recommender.info.name:
            return
        with suppress(Exception):  # it is told already, and the model in force goes on
            self._take_up(tenant, self._opened(tenant, folder))

    def _opened(self, tenant: Tenant, folder: Path) -> InForce:
        try:
            return self._open(tenant.name, folder)
        except Exception as error:
            self._note(tenant, "refused")
            log.error("model refused", tenant=tenant.name, model=folder.name, error=str(error))
            raise

    def _take_up(self, tenant: Tenant, opened: InForce) -> None:
        before = tenant.recommender.info.name
        tenant.take_up(opened)
        self._note(tenant, "taken")
        name = opened.recommender.info.name
        log.info("model taken up", tenant=tenant.name, model=name, before=before)

    def _note(self, tenant: Tenant, outcome: str) -> None:
        self._counts.mine.count(("reloads", tenant.name, outcome))


_FIXED = Refusal(
    code=grpc.StatusCode.FAILED_PRECONDITION,
    reason="MODEL_FIXED",
    message="this server serves one version by its own path; have it serve the folder of versions",
)


def _seen(tenant: Tenant) -> Signature:
    root = tenant.catalog.root
    return signature(() if root is None else (root / CURRENT,))


def _drop(tenant: Tenant, opened: InForce) -> None:
    """Let go of what was opened only to be checked."""
    if opened is not tenant.in_force and opened.live is not None:
        opened.live.close()
