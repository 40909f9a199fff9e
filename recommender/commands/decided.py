"""Which learner store a job looks at, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from recommender.commands.options import tenant_in
from recommender.commands.store import open_store
from recommender.domain.serve_config import AUTO, ServeConfig

if TYPE_CHECKING:
    from recommender.batch import Store


def store_beside(model: Path, config: ServeConfig) -> str:
    """The URL of the store that a server of this model would use; empty where there is none.

    Where no store is named it is a file, which no job makes: beside the access file where there is
    one (`serve.access`), as several tenants share it, else beside the models.
    """
    from recommender.store.places import SQLITE, store_url  # noqa: PLC0415  (SQLAlchemy is slow)

    url = store_url(None if config.access else model, config)
    there = config.store != AUTO or Path(url.removeprefix(SQLITE)).exists()
    return url if there else ""


@contextmanager
def decided(url: str, tenant: str | None, field: str = "--tenant") -> Iterator[Store | None]:
    """What an export asks for decisions; None where there is no store, or nobody decided anything.

    Raises StoreUnavailableError, and InvalidArgumentError for the wrong tenant.
    """
    if not url:
        yield None
        return
    from recommender.batch import Store  # noqa: PLC0415  (pyarrow is slow to load)
    from recommender.batch.decisions import read_decisions  # noqa: PLC0415

    opened = open_store(url)
    try:
        whose = tenant_in(opened.tenants(), tenant, field)
        if whose is None:
            yield None
            return
        yield Store(
            name=f"{opened.name}#{whose}",
            read=lambda since, at: read_decisions(opened, whose, since, at),
        )
    finally:
        opened.close()
