"""Goals of one call: who matches them, and who is brought in for them (science §8.8).

A goal to learn is matched by people who work on its topic, or are known to be ahead in it; a goal
to offer by people who want to learn it. A level that a goal names says how far along these should
be. A topic has its leading people in the model, so that a goal can bring in somebody whom nothing
else brought before the asker.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.ids import Row
from recommender.domain.pool import from_byte, stored, to_byte
from recommender.domain.slate import Aim, Direction, Goal, Slate
from recommender.matrices import Snapshot
from recommender.model import Model, spans
from recommender.sparse import leading_columns, scale_rows

FRESH = 0.25
"""What the only topic that an asker took up since training counts, against 1 for a goal."""

PEOPLE = 50
"""Leading people that a model keeps of each topic."""

HIGHEST = 4.0
"""The highest level of knowing a topic; 0 is none."""

UNTOLD = 0.5
"""How well a level suits somebody who came since training, when nobody knows what she knows."""


def people_by_topic(snapshot: Snapshot, hidden: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Who was most active in each topic lately: int32 [t, PEOPLE], -1 where there are no more.

    hidden: bool [n], people who do not want to be found. Having only looked is not being active.
    """
    topic = snapshot.person_topic
    lately = topic.csr("decay_30", topic.taking_part())
    return leading_columns(scale_rows(lately, (~hidden).astype(np.float32)).T.tocsr(), PEOPLE)


def serve_goals(
    model: Model, goals: Sequence[Goal], slate: Slate, fresh: Sequence[tuple[Row, float]] = ()
) -> Slate:
    """The slate with how well everyone matches the goals: a person's best match counts.

    fresh: topics that the asker took up since the model was trained, with their shares: they count
    as goals to learn do, FRESH times their share, and are told as topics of hers. Without either
    the slate stays as it is.
    """
    if not goals and not fresh:
        return slate
    rows = np.maximum(slate.rows, 0)
    ahead = stored(slate.pool.taught_topic, slate.entries, -1)
    match, most = np.zeros((2, *rows.shape), np.float32)
    topics = np.full(rows.shape, -1, np.int32)
    for goal, weight in _weighed(goals, fresh):
        works = working(model, rows, goal.topic)
        serves = np.maximum(works, ahead == goal.topic)
        if goal.aim.direction is Direction.OFFER:
            serves = _wanting(model.goals, rows, goal.topic).astype(np.float32)
        if goal.aim.level:
            serves = serves * suiting(model, rows, goal)
        match = np.maximum(match, np.float32(weight) * serves)
        better = (serves > 0) & (works * np.float32(weight) > most)
        topics = np.where(better, goal.topic, topics)
        most = np.where(better, works * np.float32(weight), most)
    filled = slate.rows >= 0
    return replace(
        slate,
        goal_match=np.where(filled, match, 0).astype(np.float32),
        goal_topics=np.where(filled, topics, -1).astype(np.int32),
    )


def brought_in(
    model: Model, goals: Sequence[Goal], fresh: Sequence[tuple[Row, float]] = ()
) -> NDArray[np.int32]:
    """Whom goals bring in, rows in order, each once; for an offer, those who want it."""
    found = [np.empty(0, np.int32)]
    for goal, _ in _weighed(goals, fresh):
        people = model.topic_people[goal.topic]
        people = people[people >= 0]
        if goal.aim.direction is Direction.OFFER:
            people = people[_wanting(model.goals, people, goal.topic)]
        found.append(people)
    return np.unique(np.concatenate(found)).astype(np.int32)


def shown_skills(skills: sp.csr_matrix) -> sp.csr_matrix:
    """Skills by topic, float32 CSR [n, t] in [0, 1], as a model keeps them: uint8, no zeros."""
    # A copy: zeros are taken out in place, and `skills` is still looked at.
    cells = (to_byte(skills.data), skills.indices, skills.indptr)
    kept = sp.csr_matrix(cells, skills.shape, copy=True)
    kept.eliminate_zeros()
    return kept


def suiting(model: Model, rows: NDArray[np.int32], goal: Goal) -> NDArray[np.float32]:
    """How well people's levels suit the one that a goal names: float32 [...] in (0, 1].

    Who shows no skill has none. Who came since training is UNTOLD to learn from, and a beginner
    where she is to be helped.
    """
    at = _places(model.skills, rows, goal.topic)
    shown = stored(model.skills.data, at, 0)
    suits = suited(from_byte(shown) * np.float32(HIGHEST), goal.aim)
    if goal.aim.direction is Direction.LEARN:
        suits = np.where(rows < model.skills.shape[0], suits, np.float32(UNTOLD))
    return suits


def suited(levels: NDArray[np.float32], aim: Aim) -> NDArray[np.float32]:
    """How well people of these levels suit an aim, in [0, 4]: float32 in (0, 1].

    Learning is best from somebody a little ahead (science §8.2, factor 8): who aims at a level
    learns from those at it or up to one above, and who offers one helps those one or two below.
    Further off, each level counts as a standard deviation does in a normal curve.

    >>> suited(np.float32([0, 2, 3, 4]), Aim(Direction.LEARN, 2)).astype(float).round(2).tolist()
    [0.14, 1.0, 1.0, 0.61]
    """
    first = aim.level if aim.direction is Direction.LEARN else aim.level - 2
    off = np.maximum(np.maximum(first - levels, levels - (first + 1)), 0)
    return np.asarray(np.exp(-(off**2) / 2), np.float32)


def working(model: Model, rows: NDArray[np.int32], topic: int) -> NDArray[np.float32]:
    """How much people work on a topic: float32 [...] in [0, 1], rows int32 [...].

    By its place among a person's main topics, or by hers among its leading people, whichever says
    more; 1 for the first place of either.
    """
    mine = model.main_topics[rows] == topic
    of_hers = (mine * falling(mine.shape[-1])).max(axis=-1, initial=0)
    return np.asarray(np.maximum(of_hers, leading(model, rows, topic)), np.float32)


def leading(model: Model, rows: NDArray[np.int32], topic: int) -> NDArray[np.float32]:
    """By people's places among those most active in a topic lately: float32 [...] in [0, 1]."""
    people = model.topic_people[topic]
    order = np.argsort(people, kind="stable")
    place = np.minimum(np.searchsorted(people, rows, sorter=order), len(people) - 1)
    leads = people[order[place]] == rows
    return np.asarray(np.where(leads, falling(len(people))[order[place]], 0), np.float32)


def falling(count: int) -> NDArray[np.float32]:
    """What each of `count` places is worth, from 1 for the first evenly down to 1 / count."""
    return np.asarray(1 - np.arange(count) / count, np.float32)


def _weighed(
    goals: Sequence[Goal], fresh: Sequence[tuple[Row, float]]
) -> Iterator[tuple[Goal, float]]:
    yield from ((goal, 1.0) for goal in goals)
    yield from ((Goal(topic), FRESH * share) for topic, share in fresh)


def _wanting(goals: sp.csr_matrix, rows: NDArray[np.int32], topic: int) -> NDArray[np.bool_]:
    """Who of `rows`, int32 of any shape, has the topic among the goals: bool of that shape."""
    return _places(goals, rows, topic) >= 0


def _places(matrix: sp.csr_matrix, rows: NDArray[np.int32], topic: int) -> NDArray[np.int64]:
    """Where in a CSR matrix the topic is stored of each of `rows`: int64 of their shape, -1 no."""
    people, place = np.unique(rows, return_inverse=True)
    start, end = spans(matrix.indptr, people)
    size = end - start
    of = np.repeat(np.arange(len(people)), size)
    at = np.arange(len(of)) + np.repeat(start - np.cumsum(size) + size, size)
    here = matrix.indices[at] == topic
    found = np.full(len(people), -1, np.int64)
    found[of[here]] = at[here]
    return found[place].reshape(rows.shape)
