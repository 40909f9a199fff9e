"""What a worker serves from: models with what happened since, and the learner store."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from recommender.bundle import read_info
from recommender.domain.ids import PersonId
from recommender.domain.serve_config import ServeConfig
from recommender.pipeline import Pipeline
from recommender.serving.following import Following
from recommender.serving.lifecycle import Host
from recommender.serving.tenants import InForce
from recommender.serving.tidying import keep_tidy
from recommender.serving.turns import InTurn
from recommender.store import LearnerStore
from recommender.store.places import store_url


def host(model: Path | None, config: ServeConfig) -> Host:
    """Open the learner store, and say how models are opened.

    Raises InvalidArgumentError or StoreUnavailableError.
    """
    url = store_url(model, config)
    store = LearnerStore.open(url) if url else None
    if store is not None:
        keep_tidy(store)
    return Host(open_model=partial(open_model, store), read_info=read_info, store=store)


def open_model(store: LearnerStore | None, tenant: str, folder: Path) -> InForce:
    """Open and check the model in `folder`, and have all that the store says count.

    Raises RecommenderError where it must not answer.
    """
    if store is None:
        return InForce(InTurn(Pipeline.open(folder)))
    store.key(tenant)  # read now: answers need it, and go on when the store falls silent
    pipeline = Pipeline.open(folder, lambda person: store.erasure_mark(tenant, PersonId(person)))
    recommender = InTurn(pipeline)
    since = pipeline.info.as_of
    return InForce(recommender, Following(store, tenant, recommender, since).start())
