"""One answer at a time, for what computes and never waits."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime

from recommender.domain.answer import ModelInfo, Network
from recommender.domain.ids import PersonId, Row
from recommender.domain.learner import Change, Learner
from recommender.domain.slate import Barrier, Context, Narrowing, Query
from recommender.domain.tally import timed
from recommender.expressions import Expression
from recommender.pipeline import Pipeline
from recommender.serving.wire import Written, written


class InTurn:
    """A pipeline whose answers are computed one after the other, and changed in between.

    Answers are hundreds of short numpy calls, many of which let go of the interpreter's lock.
    Threads that compute side by side snatch it from each other at every one of them, and a call
    then costs up to twice the processor time. Waiting for one's turn costs next to nothing. And
    what happened since training comes to count between two answers, never within one.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._turn = threading.Lock()

    @property
    def info(self) -> ModelInfo:
        """What the model says of itself."""
        return self._pipeline.info

    def row(self, person_id: str) -> Row:
        """The row of a person; raises PersonNotFoundError where there is none."""
        return self._pipeline.row(person_id)

    def topic(self, topic_id: str) -> Row | None:
        """The row of a topic, or None where the model does not know it."""
        return self._pipeline.topic(topic_id)

    def came(self, person: Row) -> bool:
        """Whether somebody came after the model was trained."""
        return self._pipeline.came(person)

    def learner(self, person: Row) -> Learner | None:
        """What a person has decided; None where she has decided nothing."""
        return self._pipeline.learner(person)

    def by_filter(self, expression: Expression) -> Narrowing:
        """Whoever an expression holds for."""
        return self._pipeline.by_filter(expression)

    def by_context(self, context: Context) -> Narrowing:
        """Whoever is part of a context."""
        return self._pipeline.by_context(context)

    def answer(self, query: Query) -> list[Written]:
        """One list per asker, best first, at most `query.limit` names each."""
        with self._turn:
            told = self._pipeline.told(query)
            return timed(query.tally, "message", written, told)

    def why_not(self, query: Query, person: Row) -> list[Barrier]:
        """What keeps a person off the list of the one who asks; [] where the list itself does."""
        with self._turn:
            return self._pipeline.why_not(query, person)

    def network(self, person: Row, most: int | None = None) -> Network:
        """The present network of a person, with at most `most` ties in each place."""
        with self._turn:
            return self._pipeline.network(person, most)

    def prepare(self, changes: Sequence[tuple[int, Change]]) -> None:
        """Get ready for changes that are applied next; takes no turn."""
        self._pipeline.prepare(changes)

    def apply(
        self, changes: Sequence[tuple[int, Change]], now: datetime
    ) -> list[tuple[int, Exception]]:
        """Have changes count from the next answer on, and the time be `now`."""
        with self._turn:
            return self._pipeline.apply(changes, now)

    def limited(self) -> list[PersonId]:
        """Who wants to be on few lists a day."""
        with self._turn:
            return self._pipeline.limited()

    def shown(self, counts: Mapping[PersonId, int]) -> None:
        """On how many lists each of `limited` was today; counts from the next `apply` on."""
        with self._turn:
            self._pipeline.shown(counts)
