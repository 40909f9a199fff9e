"""People scored on the spot: pairs of whom the model has stored nothing.

Who came since, whom a goal brings in, whom the caller brings: what the model's arrays say of the
two is looked up and put into the same columns as a stored candidate has, so that everything after
it treats all alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from recommender.domain.answer import COARSE
from recommender.domain.ids import Row
from recommender.domain.pool import Pool, from_byte, to_byte
from recommender.domain.slate import FACTORS, SIGNALS
from recommender.live import Live
from recommender.live.common import contacts_in_common
from recommender.model import Model, span, unknown_pool
from recommender.ranking.goals import falling, leading, working
from recommender.ranking.relevance import codes, relevance

SURE = 0.3
"""How well communality is known of somebody by her topics alone; just enough to be told."""

GOAL_WEIGHT = 0.75
"""What a goal weighs among the topics that an asker cares for, against 1 for her main topic."""

MANY = 10
"""Contacts in common from which on more say no more."""

_COMMUNALITY = FACTORS.index("communality")


def spotted(live: Live, asker: Row, people: NDArray[np.int32]) -> Pool:
    """What is known of an asker and each of `people`, int32 [m]: columns of [m], nobody's indptr.

    Of the factors only communality is known. Nobody has chances, introducers or a seat.
    """
    model = live.model
    topics, weights = cares_for(model, asker)
    works = _by_topic(working, model, people, topics) * weights
    leads = _by_topic(leading, model, people, topics) * weights
    common = contacts_in_common(live, asker, people)
    # Only what she said she wants to learn: the model's goals may be guesses from what she does.
    wanted = [goal.topic for goal in live.stated_goals(asker) if goal.aim.direction == "learn"]
    known = works * np.isin(topics, wanted)
    share = works.sum(axis=1) / max(float(weights.sum()), 1e-9)
    signals = _signals(
        shared_contacts=np.sqrt(np.minimum(common, MANY) / MANY),
        similar_interests=np.sqrt(share),
        active_in_topics=np.sqrt(leads.sum(axis=1) / max(float(weights.sum()), 1e-9))
        * from_byte(model.active[people]),
        goal_matches=known.max(axis=1, initial=0),
        newcomers=share * model.newcomer[people],
    )
    factors = np.tile(model.usual, (len(people), 1))
    factors[:, _COMMUNALITY] = share
    return replace(
        unknown_pool(len(people)),
        rows=people,
        relevance=_worth(model, asker, signals, factors, share),
        factors=to_byte(factors),
        diversity=to_byte(0.5 * (1 - share) + 0.5 * (1 - signals[:, 0])),
        signals=to_byte(signals),
        shared_topic=_best(topics, works),
        active_topic=_best(topics, leads),
        known_topic=_best(topics, known),
        contact_count=np.minimum(common, COARSE).astype(np.uint8),
        active_count=(leads > 0).sum(axis=1).astype(np.uint8),
    )


def confidence_of(shared_topic: NDArray[np.int32]) -> NDArray[np.float32]:
    """How well each factor is known of people scored on the spot: float32 [..., 9]."""
    sure = np.zeros((*shared_topic.shape, len(FACTORS)), np.float32)
    sure[..., _COMMUNALITY] = SURE * (shared_topic >= 0)
    return sure


def cares_for(model: Model, asker: Row) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Topics that an asker works on, most of all first, then her goals; int32 [z], and weights."""
    main = model.main_topics[asker]
    main = main[main >= 0]
    goals = model.goals.indices[span(model.goals.indptr, asker)]
    goals = goals[~np.isin(goals, main)]
    own = falling(model.main_topics.shape[1])[: len(main)]
    weights = np.r_[own, np.full(len(goals), GOAL_WEIGHT)]
    return np.r_[main, goals].astype(np.int32), weights.astype(np.float32)


def _by_topic(
    measure: Callable[[Model, NDArray[np.int32], int], NDArray[np.float32]],
    model: Model,
    people: NDArray[np.int32],
    topics: NDArray[np.int32],
) -> NDArray[np.float32]:
    """A measure of people by topic: float32 [m, z]."""
    columns = [measure(model, people, int(topic)) for topic in topics]
    return np.stack(columns, axis=1) if columns else np.zeros((len(people), 0), np.float32)


def _signals(**known: NDArray[np.floating]) -> NDArray[np.float32]:
    count = len(next(iter(known.values())))
    nothing = np.zeros(count)
    columns = [known.get(name, nothing) for name in SIGNALS]
    return np.stack(columns, axis=1).astype(np.float32)


def _best(topics: NDArray[np.int32], values: NDArray[np.float32]) -> NDArray[np.int32]:
    """The topic of the highest value in each line, -1 where there is none: int32 [m]."""
    if not len(topics):
        return np.full(len(values), -1, np.int32)
    return np.where(values.max(axis=1) > 0, topics[values.argmax(axis=1)], -1).astype(np.int32)


def _worth(
    model: Model,
    asker: Row,
    signals: NDArray[np.float32],
    factors: NDArray[np.float32],
    share: NDArray[np.float32],
) -> NDArray[np.float32]:
    sure = confidence_of(np.where(share > 0, 0, -1))
    coded = codes(signals, factors, sure, model.usual)
    return relevance(model.tables, np.full(len(coded), model.segment[asker]), coded)
