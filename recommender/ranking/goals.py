"""Goals of one call: who matches them, and who is brought in for them (science §8.8).

A goal to learn is matched by people who work on its topic, or are known to be ahead in it; a goal
to offer by people who want to learn it. A topic has its leading people in the model, so that a goal
can bring in somebody whom nothing else brought before the asker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.slate import Direction, Goal, Kind, Query, Slate
from recommender.matrices import Snapshot
from recommender.model import Model, stored
from recommender.sparse import leading_columns, scale_rows

PEOPLE = 50
"""Leading people that a model keeps of each topic."""


def people_by_topic(snapshot: Snapshot, hidden: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Who was most active in each topic lately: int32 [t, PEOPLE], -1 where there are no more.

    hidden: bool [n], people who do not want to be found. Having only looked is not being active.
    """
    topic = snapshot.person_topic
    lately = topic.csr("decay_30", topic.taking_part())
    return leading_columns(scale_rows(lately, (~hidden).astype(np.float32)).T.tocsr(), PEOPLE)


def serve_goals(model: Model, query: Query, slate: Slate) -> Slate:
    """The slate with those whom the goals of the call bring in, and how well everyone matches.

    Only lists of new people take in others: the other lists are of ties. A person's match is that
    with the goal which she matches best. Without goals the slate stays as it is.
    """
    if not query.goals:
        return slate
    if query.kind is Kind.PEOPLE:
        slate = _joined(model, slate, _leading(model, query.goals))
    rows = np.maximum(slate.rows, 0)
    ahead = stored(model.pools[query.kind].taught_topic, slate.entries, -1)
    match, most = np.zeros((2, *rows.shape), np.float32)
    topics = np.full(rows.shape, -1, np.int32)
    for goal in query.goals:
        works = _working(model, rows, goal.topic)
        serves = np.maximum(works, ahead == goal.topic)
        if goal.direction is Direction.OFFER:
            serves = _wanting(model.goals, rows, goal.topic).astype(np.float32)
        match = np.maximum(match, serves)
        better = (serves > 0) & (works > most)
        topics = np.where(better, goal.topic, topics)
        most = np.where(better, works, most)
    filled = slate.rows >= 0
    return replace(
        slate,
        goal_match=np.where(filled, match, 0).astype(np.float32),
        goal_topics=np.where(filled, topics, -1).astype(np.int32),
    )


def _leading(model: Model, goals: Sequence[Goal]) -> NDArray[np.int32]:
    """Whom the goals bring in, int32 [s], each once: of an offer, those who want it."""
    found = []
    for goal in goals:
        people = model.topic_people[goal.topic]
        people = people[people >= 0]
        if goal.direction is Direction.OFFER:
            people = people[_wanting(model.goals, people, goal.topic)]
        found.append(people)
    return np.unique(np.concatenate(found)).astype(np.int32)


def _joined(model: Model, slate: Slate, people: NDArray[np.int32]) -> Slate:
    """The slate with `people` in every line where they are not yet; of the two nothing is known.

    They have the lowest relevance of the line, factors as usual at confidence 0, headline scores in
    the middle of the line, and no evidence.
    """
    there = slate.rows >= 0
    count = np.maximum(there.sum(axis=1), 1)[:, None]
    lowest = np.where(there, slate.relevance, np.inf).min(axis=1, initial=np.inf)[:, None]
    lowest = np.where(np.isfinite(lowest), lowest, 0)
    middle = np.where(there[..., None], slate.headlines, 0).sum(axis=1) / count
    new = [np.where(np.isin(people, line), -1, people) for line in slate.rows]
    unknown = {
        "rows": np.array(new, np.int32).reshape(len(slate.rows), len(people)),
        "scores": lowest,
        "relevance": lowest,
        "factors": model.usual,
        "headlines": middle[:, None],
        "entries": -1,
        "goal_topics": -1,
    }
    columns = {}
    for column in fields(slate):
        values = getattr(slate, column.name)
        if values.ndim > 1:
            shape = (len(values), len(people), *values.shape[2:])
            added = np.broadcast_to(unknown.get(column.name, 0), shape).astype(values.dtype)
            columns[column.name] = np.concatenate([values, added], axis=1)
    joined = replace(slate, **columns)
    return joined.take(np.argsort(joined.rows < 0, axis=1, kind="stable"))


def _working(model: Model, rows: NDArray[np.int32], topic: int) -> NDArray[np.float32]:
    """How much people work on a topic: float32 [b, k] in [0, 1], rows int32 [b, k].

    By its place among a person's main topics, or by hers among its leading people, whichever says
    more; 1 for the first place of either.
    """
    mine = model.main_topics[rows] == topic
    of_hers = (mine * _falling(mine.shape[-1])).max(axis=-1, initial=0)
    people = model.topic_people[topic]
    order = np.argsort(people, kind="stable")
    place = np.minimum(np.searchsorted(people, rows, sorter=order), len(people) - 1)
    leads = people[order[place]] == rows
    leading = np.where(leads, _falling(len(people))[order[place]], 0)
    return np.asarray(np.maximum(of_hers, leading), np.float32)


def _falling(count: int) -> NDArray[np.float32]:
    """What each of `count` places is worth, from 1 for the first evenly down to 1 / count."""
    return np.asarray(1 - np.arange(count) / count, np.float32)


def _wanting(goals: sp.csr_matrix, rows: NDArray[np.int32], topic: int) -> NDArray[np.bool_]:
    """Who of `rows`, int32 of any shape, has the topic among the goals: bool of that shape."""
    people, place = np.unique(rows, return_inverse=True)
    start, size = goals.indptr[people], np.diff(goals.indptr)[people]
    of = np.repeat(np.arange(len(people)), size)
    at = np.arange(len(of)) + np.repeat(start - np.cumsum(size) + size, size)
    wants = np.zeros(len(people), bool)
    wants[of[goals.indices[at] == topic]] = True
    return wants[place].reshape(rows.shape)
