"""Known ways to rank people, one file each, for comparison."""

from __future__ import annotations

from typing import cast

from evaluation.baselines import (
    adamic_adar,
    bm25_contacts,
    co_participation,
    ease,
    implicit_als,
    implicit_bpr,
    implicit_lmf,
    personalised_pagerank,
    popularity,
    random,
    recent_activity,
    resource_allocation,
    rp3beta,
    topic_cosine,
)
from evaluation.baselines.base import Baseline
from evaluation.plugins import installed

GROUP = "pln.baselines"
"""The entry points under which other packages offer baselines."""

BASELINES: dict[str, Baseline] = {
    "random": cast("Baseline", random),
    "popularity": cast("Baseline", popularity),
    "recent_activity": cast("Baseline", recent_activity),
    "adamic_adar": cast("Baseline", adamic_adar),
    "resource_allocation": cast("Baseline", resource_allocation),
    "personalised_pagerank": cast("Baseline", personalised_pagerank),
    "bm25_contacts": cast("Baseline", bm25_contacts),
    "rp3beta": cast("Baseline", rp3beta),
    "ease": cast("Baseline", ease),
    "co_participation": cast("Baseline", co_participation),
    "topic_cosine": cast("Baseline", topic_cosine),
    "implicit_als": cast("Baseline", implicit_als),
    "implicit_bpr": cast("Baseline", implicit_bpr),
    "implicit_lmf": cast("Baseline", implicit_lmf),
}
"""What is built in: the simplest first, then contacts, then shared work, then learnt vectors."""


def baselines() -> dict[str, Baseline]:
    """Those built in, then those of other packages by name.

    Raises InvalidArgumentError for one that cannot be loaded or whose name is taken.
    """
    return {**BASELINES, **installed(GROUP, BASELINES)}
