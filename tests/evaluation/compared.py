"""Two models compared, and what differs between them, written down shortly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from evaluation.against import LaterContacts
from recommender.domain.config import EvaluateConfig
from recommender.domain.slate import Kind, Query
from recommender.packed import whole
from recommender.pipeline import Pipeline

CONFIG = EvaluateConfig(resamples=200)


def later(*pairs, after=0.0):
    """These pairs met, so many days after."""
    people, contacts = zip(*pairs, strict=True)
    days = np.full(len(pairs), after)
    return LaterContacts(person_ids=np.array(people), contact_ids=np.array(contacts), days=days)


def people_lists(against):
    return against.lists[0]


def turned(pipeline):
    """The same model with the relevance of new people turned round."""
    model = pipeline.model
    pool = whole(model.pools[Kind.PEOPLE])
    pools = {**model.pools, Kind.PEOPLE: replace(pool, relevance=-pool.relevance)}
    return Pipeline(replace(model, pools=pools))


def first_of(pipeline, person):
    """Who stands first on the list of `person`."""
    slate, _ = pipeline.recommend(Query(askers=[pipeline.row(person)], limit=10))
    return pipeline.model.person_ids[int(slate.rows[0, 0])]
