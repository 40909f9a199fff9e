"""The order of stages; the only such place.

    sources → filters → scores → re-rank → reasons

Serving, exports and evaluation all come through `recommend`, for one person or a block of them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender import bundle, filters, present
from recommender.asides import find_asides
from recommender.domain.answer import ModelInfo, Network, Recommendation
from recommender.domain.config import Dials
from recommender.domain.errors import CorruptVersionError, PersonNotFoundError
from recommender.domain.ids import Row
from recommender.domain.slate import Kind, Query, Slate
from recommender.domain.times import DAY_MICROSECONDS, microseconds
from recommender.factors.confidence import pair_confidence
from recommender.model import Model, from_byte, stored
from recommender.ranking.chances import standing
from recommender.ranking.dials import steer
from recommender.ranking.goals import serve_goals
from recommender.ranking.headlines import headlines
from recommender.reasons import Reasons, find_reasons
from recommender.rerank.coverage import DEPTH, spread
from recommender.rerank.little_seen import LOSS, seat

SPREAD, SPREAD_BY_DIAL = 0.1, 0.5
"""Weight of the re-rank at the default dials, and what a whole diversity dial adds to it."""


def recommend(model: Model, query: Query) -> tuple[Slate, Reasons]:
    """Answer `query` from `model`: at most `query.limit` slots a line, best first, and why."""
    found = sources(model, query)
    kept = filtered(model, query, found)
    scored = scores(query, kept)
    shown = reranked(model, query, scored)
    return shown, find_reasons(model, shown, query.kind)


def sources(model: Model, query: Query) -> Slate:
    """The stored candidates of every asker, and those whom goals of the call bring in.

    As wide as the longest line.
    """
    pool = model.pools[query.kind]
    askers = np.asarray(query.askers, np.int32)
    start, end = pool.indptr[askers], pool.indptr[askers + 1]
    width = int((end - start).max(initial=0))
    entries = start[:, None] + np.arange(width)
    filled = entries < end[:, None]
    at = np.where(filled, entries, 0)
    if len(pool.rows) == 0:
        at = at[:, :0]
        filled, entries = filled[:, :0], entries[:, :0]
    rows = np.where(filled, pool.rows[at], -1)
    contact = np.maximum(rows, 0)
    sides = model.asker_confidence[askers][:, None], model.contact_confidence[contact]
    known = pair_confidence(*sides, pool.factors[at])
    factors, confidence = from_byte(pool.factors[at]), from_byte(known)
    relevance = np.where(filled, pool.relevance[at], 0)
    slate = Slate(
        askers=askers,
        rows=rows,
        scores=relevance,
        relevance=relevance,
        factors=factors,
        confidence=confidence,
        headlines=headlines(
            factors,
            confidence,
            model.usual,
            from_byte(pool.diversity[at]),
            standing(pool.chances[at], model.mutual) if query.kind is Kind.PEOPLE else None,
        ),
        signals=from_byte(pool.signals[at]),
        entries=np.where(filled, entries, -1),
        goal_match=np.zeros(rows.shape, np.float32),
        goal_topics=np.full(rows.shape, -1, np.int32),
    )
    return serve_goals(model, query, slate)


def filtered(model: Model, query: Query, slate: Slate) -> Slate:
    """Without everyone who may not be shown; what is left moves up."""
    rules = filters.Rules(
        blocked=model.blocked,
        unwanted=model.unwanted,
        connected=model.connected,
        hidden=model.hidden,
    )
    allowed = filters.eligible(rules, query, slate.askers, slate.rows)
    if query.kind is Kind.REACTIVATION:
        allowed &= _silent_for(model, slate, query.min_silence_days)
    order = np.argsort(~allowed, axis=1, kind="stable")
    width = int(allowed.sum(axis=1).max(initial=0))
    kept = np.take_along_axis(allowed, order, axis=1)[:, :width]
    slate = slate.take(order[:, :width])
    return replace(
        slate, rows=np.where(kept, slate.rows, -1), entries=np.where(kept, slate.entries, -1)
    )


def scores(query: Query, slate: Slate) -> Slate:
    """Scored by relevance, dials and goals, best first; equal scores by person id, lower first."""
    steered = steer(slate, query.dials)
    # Rows follow the bytes of person ids, so they break ties the same way in every model.
    last = np.where(steered.rows >= 0, steered.rows, np.iinfo(np.int32).max)
    return steered.take(np.lexsort((last, -steered.scores), axis=1))


def reranked(model: Model, query: Query, slate: Slate) -> Slate:
    """The first `query.limit` slots; new people are spread, some of ten little seen."""
    if query.kind is Kind.PEOPLE and slate.rows.size:
        head = _first(slate, max(DEPTH, query.limit))
        pool = model.pools[query.kind]
        topics = stored(pool.shared_topic, head.entries, -1)
        topics = np.where(head.goal_topics >= 0, head.goal_topics, topics)
        aspects = [model.community[np.maximum(head.rows, 0)], topics]
        moved = query.dials.shares()[2] - Dials().shares()[2]
        weight = min(1.0, max(0.0, SPREAD + SPREAD_BY_DIAL * moved))
        # More places than asked for: seats may take somebody out of the last ones.
        price = model.price[np.maximum(head.rows, 0)]
        order = spread(head, aspects, weight, query.limit + len(LOSS), price)
        slate = head.take(order)
        reserved = stored(pool.reserved, slate.entries, nothing=False)
        slate = slate.take(seat(reserved, order))
    return _first(slate, query.limit)


def _first(slate: Slate, width: int) -> Slate:
    width = min(slate.rows.shape[1], width)
    return slate.take(np.broadcast_to(np.arange(width), (len(slate.rows), width)))


def _silent_for(model: Model, slate: Slate, days: float) -> NDArray[np.bool_]:
    places = model.ties.places(slate.askers, slate.rows)
    since = microseconds(model.info.as_of) - int(days * DAY_MICROSECONDS)
    return (places >= 0) & (model.ties.last[np.maximum(places, 0)] < since)


class Pipeline:
    """A model and the functions that answer from it."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @classmethod
    def open(cls, path: Path) -> Pipeline:
        """Check and map the model at `path`, and ask it its golden queries.

        Raises VersionNotFoundError or CorruptVersionError.
        """
        model, manifest = bundle.load(path)
        golden = manifest.get("golden")
        if not isinstance(golden, list) or golden != golden_answers(model, _askers(golden)):
            raise CorruptVersionError(
                f"{path}: the model does not give the answers it was published with; train it anew"
            )
        return cls(model)

    @property
    def info(self) -> ModelInfo:
        """What the model says of itself."""
        return self.model.info

    def row(self, person_id: str) -> Row:
        """The row of a person. Raises PersonNotFoundError."""
        row = self.model.person_ids.row(person_id)
        if row is None:
            raise PersonNotFoundError(person_id, self.info.name)
        return row

    def topic(self, topic_id: str) -> Row | None:
        """The row of a topic, or None where the model does not know it."""
        return self.model.topic_ids.row(topic_id)

    def recommend(self, query: Query) -> tuple[Slate, Reasons]:
        """Answer in rows and arrays; see `recommend`."""
        return recommend(self.model, query)

    def answer(self, query: Query) -> list[list[Recommendation]]:
        """Answer in the caller's ids and words: a list for each asker, in their order."""
        slate, reasons = recommend(self.model, query)
        asides = find_asides(self.model, query, slate)
        return present.recommendations(self.model, query.kind, slate, reasons, asides)

    def network(self, person: Row) -> Network:
        """The present network of a person."""
        return present.network(self.model, person)


def _askers(golden: list[Any]) -> list[str]:
    return [str(answer.get("person")) for answer in golden if isinstance(answer, dict)]


GOLDEN = 5
"""How far down a golden answer goes."""


def golden_answers(model: Model, people: list[str]) -> list[dict[str, Any]]:
    """What the model answers to these people, as it stands in the manifest."""
    answers: list[dict[str, Any]] = []
    for person in people:
        row = model.person_ids.row(person)
        if row is None:
            raise CorruptVersionError(f"golden query for {person!r}, who is not in the model")
        answer: dict[str, Any] = {"person": person}
        for kind in Kind:
            slate, _ = recommend(model, Query(askers=[row], kind=kind, limit=GOLDEN))
            answer[str(kind)] = model.person_ids.take(slate.rows[0][slate.rows[0] >= 0])
        answers.append(answer)
    return answers
