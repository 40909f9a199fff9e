"""The order of stages; the only such place.

    sources → filters → scores → re-rank → reasons

Serving, exports and evaluation all come through `recommend`, for one person or a block of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender import bundle, filters, networks, present
from recommender.asides import Asides, find_asides
from recommender.domain.answer import ModelInfo, Network, Recommendation
from recommender.domain.config import Dials
from recommender.domain.errors import CorruptVersionError, PersonNotFoundError
from recommender.domain.ids import PersonId, Row
from recommender.domain.learner import Change, Learner
from recommender.domain.slate import (
    SIGNALS,
    Barrier,
    Context,
    Kind,
    Measured,
    Narrowing,
    Query,
    Slate,
)
from recommender.domain.tally import Tally, timed
from recommender.domain.times import DAY_MICROSECONDS, microseconds
from recommender.expressions import Expression
from recommender.gathered import fresh, gather
from recommender.live import Live
from recommender.live.marks import Mark
from recommender.measures import measured, slate_of
from recommender.model import Model
from recommender.narrowing import Narrowings
from recommender.present import Shown, Told
from recommender.ranking.dials import steered
from recommender.ranking.goals import serve_goals
from recommender.ranking.order import best_first, moved_up
from recommender.reasons import Reasons, find_reasons
from recommender.rerank.coverage import DEPTH, aspects, spread
from recommender.rerank.drawing import draw
from recommender.rerank.little_seen import LOSS, seat
from recommender.rerank.rotation import rotate
from recommender.surroundings import Surroundings
from recommender.why_not import barriers

SPREAD, SPREAD_BY_DIAL = 0.1, 0.5
"""Weight of the re-rank at the default dials, and what a whole diversity dial adds to it."""


def recommend(live: Live, query: Query) -> tuple[Measured, Reasons]:
    """Answer `query`: at most `query.limit` slots a line, best first, and why."""
    tally = query.tally
    found = timed(tally, "sources", sources, live, query)
    kept = timed(tally, "filters", filtered, live, query, found)
    scored = timed(tally, "scores", scores, query, kept)
    best = timed(tally, "rerank", reranked, live.model, query, scored)
    shown = timed(tally, "reasons", measured, live.model, best)
    return shown, timed(tally, "reasons", find_reasons, live, shown, query.kind)


def sources(live: Live, query: Query) -> Slate:
    """All candidates of every asker, and how well they match the goals of the call.

    As wide as the longest line.
    """
    slate = slate_of(live.model, query, gather(live, query))
    if query.prepared:
        return slate
    return serve_goals(live.model, query.goals, slate, fresh(live, query))


def filtered(live: Live, query: Query, slate: Slate) -> Slate:
    """Without everyone who may not be shown; what is left moves up."""
    allowed = filters.eligible(rules_of(live), query, slate.askers, slate.rows)
    if query.tally is not None:
        _count(live, query, slate, query.tally)
    if query.kind is Kind.REACTIVATION:
        allowed &= _silent_for(live.model, slate, query.min_silence_days)
    return slate.take(moved_up(allowed))


def scores(query: Query, slate: Slate) -> Slate:
    """Scored by relevance, dials and goals, best first; equal scores by person id, lower first."""
    steered_scores, unsteered = steered(slate, query.dials, as_stored=query.prepared)
    found = rotate(slate, steered_scores, query.shown)
    # Rows follow the bytes of person ids, so they break ties the same way in every model.
    order = best_first(found, slate.rows)
    if query.minimum_score > -np.inf:
        high = np.take_along_axis((slate.rows >= 0) & (found >= query.minimum_score), order, axis=1)
        order = np.take_along_axis(order, moved_up(high), axis=1) if high.any() else order[:, :0]
    ranked = slate.take(order, found, unsteered)
    places = np.arange(1, ranked.rows.shape[1] + 1, dtype=np.int32)
    np.copyto(ranked.places, places, where=ranked.rows >= 0)
    return ranked


def reranked(model: Model, query: Query, slate: Slate) -> Slate:
    """The first `query.limit` slots; new people are spread, some of ten little seen."""
    if query.kind is Kind.PEOPLE and slate.rows.size and not query.prepared:
        moved = query.dials.shares()[2] - Dials().shares()[2]
        weight = min(1.0, max(0.0, SPREAD + SPREAD_BY_DIAL * moved))
        # More places than asked for: seats may take somebody out of the last ones.
        order = spread(slate, *aspects(model, slate), weight, query.limit + len(LOSS))
        order = seat(order, slate.entries, slate.pool.reserved)
        if query.drawing is None:
            return slate.take(order[:, : query.limit])
        order = order[:, : max(DEPTH, query.limit)]
        slate = slate.take(order)
    if query.drawing is not None:
        slate = draw(slate, query.drawing)
    return _first(slate, query.limit)


def _count(live: Live, query: Query, slate: Slate, tally: Tally) -> None:
    """Who is considered, by source, and who left out, by rule."""
    found = slate.pool.signals[slate.entries[slate.entries >= 0]] > 0
    tally.candidates.update(dict(zip(SIGNALS, found.sum(axis=0).tolist(), strict=True)))
    tally.filtered.update(filters.left_out(rules_of(live), query, slate.askers, slate.rows))


def rules_of(live: Live) -> filters.Rules:
    """Who may be shown to whom now."""
    model = live.model
    return filters.Rules(
        blocked=model.blocked,
        unwanted=model.unwanted,
        connected=model.connected,
        hidden=model.hidden,
        organisation=model.organisation,
        within=live.within,
        later=live.barred,
    )


def _first(slate: Slate, width: int) -> Slate:
    width = min(slate.rows.shape[1], width)
    return slate.take(np.broadcast_to(np.arange(width), (len(slate.rows), width)))


def _silent_for(model: Model, slate: Slate, days: float) -> NDArray[np.bool_]:
    places = model.ties.places(slate.askers, slate.rows)
    since = microseconds(model.info.as_of) - int(days * DAY_MICROSECONDS)
    return (places >= 0) & (model.ties.last[np.maximum(places, 0)] < since)


class Pipeline:
    """A model, what happened since, and the functions that answer from them."""

    def __init__(self, model: Model, live: Live | None = None) -> None:
        self.live = live or Live(model)
        self._narrowings = Narrowings()
        self._around: Surroundings | None = None

    @property
    def model(self) -> Model:
        """The model as it is now."""
        return self.live.model

    @classmethod
    def open(cls, path: Path, mark: Mark | None = None, *, afresh: bool = False) -> Pipeline:
        """Check and map the model at `path`, and ask it its golden queries.

        mark: what an erasure has in place of an id; needed where erasures are to count.
        afresh: as of `bundle.load`. Raises VersionNotFoundError or CorruptVersionError.
        """
        model, manifest = bundle.load(path, afresh=afresh)
        golden = manifest.get("golden")
        if not isinstance(golden, list) or golden != golden_answers(model, _askers(golden)):
            raise CorruptVersionError(
                f"{path}: the model does not give the answers it was published with; train it anew"
            )
        return cls(model, Live(model, mark))

    @property
    def info(self) -> ModelInfo:
        """What the model says of itself."""
        return self.model.info

    def row(self, person_id: str) -> Row:
        """The row of a person. Raises PersonNotFoundError."""
        row = self.live.row(person_id)
        if row is None:
            raise PersonNotFoundError(person_id, self.info.name)
        return row

    def topic(self, topic_id: str) -> Row | None:
        """The row of a topic, or None where the model does not know it."""
        return self.model.topic_ids.row(topic_id)

    def came(self, person: Row) -> bool:
        """Whether somebody came after the model was trained."""
        return self.live.came(person)

    def learner(self, person: Row) -> Learner | None:
        """What a person has decided since she is known; None where nothing."""
        return self.live.learners.get(person)

    def people(self) -> NDArray[np.int32]:
        """Rows of everybody who may be spoken of, in the order of ids."""
        return self.live.people()

    def took_up(self, person: Row) -> bool:
        """Whether somebody was active since the model was trained, which her own lists show."""
        return bool(self.live.interests(person))

    def by_filter(self, expression: Expression) -> Narrowing:
        """Whoever an expression holds for."""
        return self._narrowings.by_filter(self.live, expression)

    def by_context(self, context: Context) -> Narrowing:
        """Whoever is part of a context."""
        return self._narrowings.by_context(self.live, context)

    def why_not(self, query: Query, person: Row) -> list[Barrier]:
        """What keeps a person off the list of the one who asks; [] where the list itself does."""
        return barriers(self.live, query, person)

    def prepare(self, changes: Sequence[tuple[int, Change]]) -> None:
        """Get ready for changes, see `Live.prepare`; others may ask meanwhile."""
        self.live.prepare(changes)

    def apply(
        self, changes: Sequence[tuple[int, Change]], now: datetime
    ) -> list[tuple[int, Exception]]:
        """Have changes count, see `Live.apply`; nobody may ask meanwhile."""
        return self.live.apply(changes, now)

    def limited(self) -> list[PersonId]:
        """Who wants to be on few lists a day."""
        return self.live.limited()

    def shown(self, counts: Mapping[PersonId, int]) -> None:
        """On how many lists each of `limited` was today."""
        self.live.shown(counts)

    def recommend(self, query: Query) -> tuple[Measured, Reasons]:
        """Answer in rows and arrays; see `recommend`."""
        return recommend(self.live, query)

    def columns(self, query: Query) -> Shown:
        """Answer in rows and arrays."""
        slate, reasons = recommend(self.live, query)
        model = self.live.model
        places = present.tie_places(model, query, slate)
        return Shown(model=model, query=query, slate=slate, reasons=reasons, places=places)

    def told(self, query: Query) -> Told:
        """Answer in rows and arrays, with all that is told of those who are shown."""
        shown = self.columns(query)
        asides = timed(query.tally, "asides", self._asides, query, shown.slate)
        return Told.of(shown, asides)

    def answer(self, query: Query) -> list[list[Recommendation]]:
        """Answer in the caller's ids and words: a list for each asker, in their order."""
        return present.recommendations(self.told(query))

    def _asides(self, query: Query, slate: Measured) -> Asides:
        return find_asides(self.live.model, rules_of(self.live), query, slate)

    def network(self, person: Row, most: int | None = None) -> Network:
        """The present network of a person, with at most `most` ties in each place."""
        if self._around is None:
            self._around = Surroundings.of(self.live.base)
        return networks.network(self.live, person, self._around, most)


def _askers(golden: list[Any]) -> list[str]:
    return [str(answer.get("person")) for answer in golden if isinstance(answer, dict)]


GOLDEN = 5
"""How far down a golden answer goes."""


def golden_answers(model: Model, people: list[str]) -> list[dict[str, Any]]:
    """What the model answers to these people, as it stands in the manifest."""
    answers: list[dict[str, Any]] = []
    live = Live(model)
    for person in people:
        row = model.person_ids.row(person)
        if row is None:
            raise CorruptVersionError(f"golden query for {person!r}, who is not in the model")
        answer: dict[str, Any] = {"person": person}
        for kind in Kind:
            slate, _ = recommend(live, Query(askers=[row], kind=kind, limit=GOLDEN))
            answer[str(kind)] = model.person_ids.take(slate.rows[0][slate.rows[0] >= 0])
        answers.append(answer)
    return answers
