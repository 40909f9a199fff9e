"""One answer at a time, for what computes and never waits."""

from __future__ import annotations

import threading

from recommender.domain.answer import ModelInfo, Network, Recommendation
from recommender.domain.ids import Row
from recommender.domain.slate import Query
from recommender.serving.interface import Recommender


class InTurn:
    """A recommender whose answers are computed one after the other.

    Answers are hundreds of short numpy calls, many of which let go of the interpreter's lock.
    Threads that compute side by side snatch it from each other at every one of them, and a call
    then costs up to twice the processor time. Waiting for one's turn costs next to nothing.
    """

    def __init__(self, recommender: Recommender) -> None:
        self._recommender = recommender
        self._turn = threading.Lock()

    @property
    def info(self) -> ModelInfo:
        """What the model says of itself."""
        return self._recommender.info

    def row(self, person_id: str) -> Row:
        """The row of a person; raises PersonNotFoundError where the model has none."""
        return self._recommender.row(person_id)

    def topic(self, topic_id: str) -> Row | None:
        """The row of a topic, or None where the model does not know it."""
        return self._recommender.topic(topic_id)

    def answer(self, query: Query) -> list[list[Recommendation]]:
        """One list per asker, best first, at most `query.limit` names each."""
        with self._turn:
            return self._recommender.answer(query)

    def network(self, person: Row) -> Network:
        """The person's present network."""
        with self._turn:
            return self._recommender.network(person)
