"""One call with a stream of answers: each is made when the one before it was taken.

So neither a caller who reads slowly nor one who does not read at all keeps a thread, and between
two answers it is the turn of others.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeAlias

from recommender.serving.lanes import Work
from recommender.serving.visits import Awaited, Caller, Parting, Visit

Streaming: TypeAlias = Callable[[bytes, Caller], Generator["bytes | Parting"]]
"""What answers one RPC of one tenant with a stream: answers, then a parting; never raises."""


class Flow(Awaited):
    """The answers of one visit. Also the tag of the event that an answer was taken.

    put: has work done when it is its turn. over: called once nothing more is to come.
    """

    __slots__ = ("_answers", "_begun", "_over", "_put", "_visit")

    def __init__(
        self,
        visit: Visit,
        answers: Generator[bytes | Parting],
        put: Callable[[Work], object],
        over: Callable[[], None],
    ) -> None:
        self._visit = visit
        self._answers = answers
        self._put = put
        self._over = over
        self._begun = False

    def begin(self) -> None:
        """Have the first answer made."""
        self._put(self._next)

    def come(self, event: Any) -> None:
        """Go on where an answer was taken; stop where the caller has gone."""
        self._put(self._next if event.success else self._stop)

    def _next(self) -> None:
        going_on = False
        try:
            found = next(self._answers)
            if isinstance(found, Parting):
                self._visit.end(found, begun=self._begun)
            else:
                first, self._begun = not self._begun, True
                self._visit.tell(found, self, first=first)
                going_on = True
        finally:
            if not going_on:
                self._over()

    def _stop(self) -> None:
        try:
            self._answers.close()
        finally:
            self._over()
