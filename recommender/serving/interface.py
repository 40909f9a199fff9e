"""What serving needs from the pipeline, so that servers can be built over anything that has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from recommender.domain.answer import ModelInfo, Network
from recommender.domain.ids import PersonId, Row
from recommender.domain.learner import Change, Learner
from recommender.domain.slate import Barrier, Context, Narrowing, Query
from recommender.expressions import Expression
from recommender.serving.wire import Written


class Recommender(Protocol):
    """A loaded model that answers, and knows what happened since. Called from several threads."""

    @property
    def info(self) -> ModelInfo:
        """What the model says of itself."""
        ...

    def row(self, person_id: str) -> Row:
        """The row of a person; raises PersonNotFoundError where there is none."""
        ...

    def topic(self, topic_id: str) -> Row | None:
        """The row of a topic, or None where the model does not know it."""
        ...

    def came(self, person: Row) -> bool:
        """Whether somebody came after the model was trained."""
        ...

    def learner(self, person: Row) -> Learner | None:
        """What a person has decided; None where she has decided nothing."""
        ...

    def by_filter(self, expression: Expression) -> Narrowing:
        """Whoever an expression holds for."""
        ...

    def by_context(self, context: Context) -> Narrowing:
        """Whoever is part of a context."""
        ...

    def answer(self, query: Query) -> list[Written]:
        """One list per asker, best first, at most `query.limit` names each."""
        ...

    def why_not(self, query: Query, person: Row) -> list[Barrier]:
        """What keeps a person off the list of the one who asks; [] where the list itself does."""
        ...

    def network(self, person: Row, most: int | None = None) -> Network:
        """The present network of a person, with at most `most` ties in each place."""
        ...

    def prepare(self, changes: Sequence[tuple[int, Change]]) -> None:
        """Get ready for changes that are applied next."""
        ...

    def apply(
        self, changes: Sequence[tuple[int, Change]], now: datetime
    ) -> list[tuple[int, Exception]]:
        """Have changes count from the next answer on, and the time be `now`."""
        ...

    def limited(self) -> list[PersonId]:
        """Who wants to be on few lists a day."""
        ...

    def shown(self, counts: Mapping[PersonId, int]) -> None:
        """On how many lists each of `limited` was today; counts from the next `apply` on."""
        ...
