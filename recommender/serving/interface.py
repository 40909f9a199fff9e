"""What serving needs from the pipeline, so that servers can be built over anything that has it."""

from __future__ import annotations

from typing import Protocol

from recommender.domain.answer import ModelInfo, Network, Recommendation
from recommender.domain.ids import Row
from recommender.domain.slate import Query


class Recommender(Protocol):
    """A loaded model that answers. Called from several threads at once."""

    @property
    def info(self) -> ModelInfo:
        """What the model says of itself."""
        ...

    def row(self, person_id: str) -> Row:
        """The row of a person; raises PersonNotFoundError where the model has none."""
        ...

    def topic(self, topic_id: str) -> Row | None:
        """The row of a topic, or None where the model does not know it."""
        ...

    def answer(self, query: Query) -> list[list[Recommendation]]:
        """One list per asker, best first, at most `query.limit` names each."""
        ...

    def network(self, person: Row) -> Network:
        """The person's present network."""
        ...
