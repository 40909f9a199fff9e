"""What becomes of each item of a write: taken, taken before, or not taken and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from recommender.domain.errors import InvalidArgumentError
from recommender.domain.ids import PersonId
from recommender.domain.learner import Activity, ConnectionChange, Event, Feedback, Interaction
from recommender.serving.event_requests import MOST_ITEMS
from recommender.serving.fields import utc_now
from recommender.serving.stored import ERASED
from recommender.store import Writing
from recommender.v1 import event_service_pb2 as pb

PLACES: dict[type, str] = {
    Activity: "activity.",
    Interaction: "interaction.",
    ConnectionChange: "connection_change.",
    Feedback: "",
}
"""Where in its message an item names people."""


class _Named(Protocol):
    event_id: str


Message = TypeVar("Message", bound=_Named)
Item = TypeVar("Item", bound=Event | Feedback)


class Outcomes(Generic[Item]):
    """The items of one write, and what becomes of each.

    told: an outcome for each item, without its id.
    field: of the items in the request. read: makes an item of a message, its path and the time of
    now. Raises InvalidArgumentError where there are no items, or too many.
    """

    def __init__(
        self,
        messages: Sequence[Message],
        field: str,
        read: Callable[[Message, str, datetime], Item],
    ) -> None:
        if not 1 <= len(messages) <= MOST_ITEMS:
            raise InvalidArgumentError(field, f"{len(messages)} items; send 1 to {MOST_ITEMS:,}")
        self._field = field
        self._ids = [message.event_id for message in messages]
        self._good: dict[int, Item] = {}
        self.told = [pb.WriteOutcome(status=pb.WRITE_STATUS_ACCEPTED) for _ in messages]
        now = utc_now()
        for place, message in enumerate(messages):
            try:
                self._good[place] = read(message, f"{field}[{place}]", now)
            except InvalidArgumentError as error:
                self._reject(place, error.field, str(error).removeprefix(f"{error.field}: "))

    def items(self) -> list[Item]:
        """Those that can be taken."""
        return list(self._good.values())

    def refuse_erased(self, work: Writing) -> None:
        """Take nothing about people who were erased."""
        erased = work.erased({who for item in self.items() for who in _people(item).values()})
        if not erased:
            return
        for place, item in list(self._good.items()):
            for name, who in _people(item).items():
                if who in erased and place in self._good:
                    path = f"{self._field}[{place}].{PLACES[type(item)]}{name}"
                    self._reject(place, path, ERASED)

    def settle(self, new: Sequence[bool]) -> None:
        """Note which of `items()` were new."""
        for place, is_new in zip(self._good, new, strict=True):
            if not is_new:
                self.told[place].status = pb.WRITE_STATUS_DUPLICATE

    def name(self, told: Iterable[pb.WriteOutcome]) -> None:
        """Say in `told`, which is of these items, the id of each.

        What is remembered goes without: ids are the host's, may hold those of people, and could not
        be found there when somebody is erased. Who repeats a request brings them again.
        """
        for outcome, event_id in zip(told, self._ids, strict=True):
            outcome.event_id = event_id

    def _reject(self, place: int, field: str, message: str) -> None:
        self._good.pop(place, None)
        outcome = self.told[place]
        outcome.status, outcome.field, outcome.message = pb.WRITE_STATUS_REJECTED, field, message


def _people(item: Event | Feedback) -> dict[str, PersonId]:
    names = ("person_id", "contact_id")
    return {name: getattr(item, name) for name in names if hasattr(item, name)}
