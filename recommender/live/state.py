"""A model and all that is known to have happened since it was trained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import singledispatchmethod

import numpy as np
from numpy.typing import NDArray

from recommender.domain.ids import PersonId, Row
from recommender.domain.learner import (
    Activity,
    Block,
    BlockLifted,
    Change,
    ConnectionChange,
    Erasure,
    Interaction,
    Learner,
)
from recommender.domain.slate import Goal, Kind
from recommender.domain.tables import VIEW_WEIGHT
from recommender.domain.times import microseconds
from recommender.live.contacts import Contacts, Met
from recommender.live.decisions import Blocks
from recommender.live.findable import Findable
from recommender.live.grown import Grown
from recommender.live.marks import Mark, Marks
from recommender.live.portraits import Portraits
from recommender.model import Model

OfTwo = Block | BlockLifted | Interaction | ConnectionChange

NOBODY = np.empty(0, np.int32)


class Live:
    """A model, and what happened since.

    Nothing has, until `apply` says so. Not to be read while it is written to: whoever shares one
    between threads takes turns.

    model: the model as it is now. position: number of the last change that counts already.
    """

    def __init__(self, model: Model, mark: Mark | None = None) -> None:
        self._grown, self._marks = Grown(model), None if mark is None else Marks(mark)
        self.position = 0
        self.contacts, self.blocks = Contacts(), Blocks()
        self.learners: dict[Row, Learner] = {}
        self._portraits = Portraits(self._grown, self.learners)
        self._findable = Findable(self._grown, self.learners)
        self._took_part: defaultdict[str, set[Row]] = defaultdict(set)

    @property
    def model(self) -> Model:
        """The model as it is now, with those who came since in its last rows."""
        return self._grown.model

    @property
    def base(self) -> Model:
        """The model as it was trained."""
        return self._grown.base

    @property
    def within(self) -> NDArray[np.bool_] | None:
        """Who wants to be found by her own organisation alone: bool [n]; None: nobody does."""
        return self._findable.within

    def row(self, person_id: str) -> Row | None:
        """The row of somebody who may be spoken of; None of the unknown and the erased."""
        row = self._grown.row(PersonId(person_id))
        return row if row is not None and self._findable.known(row) else None

    def came(self, row: Row) -> bool:
        """Whether a person came after the model was trained."""
        return self._grown.came(row)

    def people(self) -> NDArray[np.int32]:
        """Rows of everybody who may be spoken of, in the order of the bytes of ids."""
        return self._findable.people()

    def newcomers(self) -> NDArray[np.int32]:
        """Rows of those who came and may be found, the latest first; at most a thousand."""
        return self._findable.newcomers()

    def changed_for(self, asker: Row, rows: NDArray[np.int32]) -> bool:
        """Whether what is stored of an asker and others may count somebody who no longer counts."""
        if self.model.hidden is not self._grown.base.hidden:
            return True
        blocks = self.blocks
        if not (blocks.by or blocks.about):
            return False
        return any(blocks.hidden_from(Row(row)) for row in (asker, *rows.tolist()))

    # -- what the filter asks ---------------------------------------------------------------------

    def barred(self, asker: Row, kind: Kind, *, contacts_too: bool = False) -> NDArray[np.int32]:
        """Whom the changes keep off a list, rows in order: blocked, unwanted, and met since.

        contacts_too: people whom she knows may be on it.
        """
        blocks, contacts = self.blocks, self.contacts
        if not (blocks.by or blocks.about or contacts.met or contacts.declared):
            return NOBODY
        rows = blocks.hidden_from(asker) | blocks.unwanted(asker, kind)
        if not contacts_too:
            rows |= self.met(asker).keys()
            rows |= self.declared(asker) if kind is Kind.PEOPLE else set()
        return np.array(sorted(rows), np.int32) if rows else NOBODY

    def hidden_from(self, person: Row) -> set[Row]:
        """Whom blocks made since hide from a person."""
        return self.blocks.hidden_from(person)

    def met(self, person: Row) -> Mapping[Row, Met]:
        """Contact of a person since."""
        return self.contacts.met.get(person, {})

    def declared(self, person: Row) -> set[Row]:
        """With whom a declared tie was made or ended since."""
        return self.contacts.declared.get(person, set())

    def took_part(self, object_id: str) -> NDArray[np.int32]:
        """Rows of those who took part in an object since."""
        return np.array(sorted(self._took_part.get(object_id, ())), np.int32)

    # -- what steers a list -----------------------------------------------------------------------

    def stated_goals(self, person: Row) -> tuple[Goal, ...]:
        """Goals that a learner has stated, in topics that the model knows."""
        return self._portraits.stated_goals(person)

    def interests(self, person: Row) -> tuple[tuple[Row, float], ...]:
        """Topics in which a person was active since, with shares that sum to 1; at most 8."""
        return self._portraits.interests(person)

    # -- how it comes about -----------------------------------------------------------------------

    def prepare(self, changes: Sequence[tuple[int, Change]]) -> None:
        """Get ready for the erasures among changes, before they are applied.

        At the first everybody's mark is made, which takes a second for a million people: answers
        may go on meanwhile.
        """
        erased = [change.mark for _, change in changes if isinstance(change, Erasure)]
        if erased and self._marks is not None:
            self._marks.row(self.model.person_ids, erased[0])

    def apply(
        self, changes: Sequence[tuple[int, Change]], now: datetime
    ) -> list[tuple[int, Exception]]:
        """Have these changes, which were prepared, count in their order, and the time be `now`.

        now: UTC without a zone. Returns those that could not be taken, by number; all others count.
        """
        failed = []
        for position, change in changes:
            try:
                self._take(change)
            except Exception as error:  # noqa: BLE001 - one bad change must not hold up all others
                failed.append((position, error))
            self.position = position
        for person, contact in self.blocks.over(now):
            self.blocks.lift(person, contact)
        self._portraits.settle()
        self._findable.settle(now)
        return failed

    def limited(self) -> list[PersonId]:
        """Who wants to be on few lists a day."""
        return self._findable.limited()

    def shown(self, counts: Mapping[PersonId, int]) -> None:
        """On how many lists each of `limited` was today; counts from the next `apply` on."""
        self._findable.shown(counts)

    @singledispatchmethod
    def _take(self, change: object) -> None:
        raise TypeError(f"no change: {type(change).__name__}")  # people are not for logs

    @_take.register
    def _(self, change: Learner) -> None:
        row = self._known(change.person_id)
        if row is None:
            return
        self.learners[row] = change
        self._findable.decided(row, change)
        self._portraits.decided(row, change)

    @_take.register
    def _(self, change: Block) -> None:
        self._pair(change, lambda a, b: self.blocks.put(a, b, change), heard_of_only=True)

    @_take.register
    def _(self, change: BlockLifted) -> None:
        self._pair(change, self.blocks.lift, heard_of_only=True)

    @_take.register
    def _(self, change: Activity) -> None:
        row = self._known(change.person_id)
        # Having looked at something is not being active.
        if row is None or change.weight <= 1.01 * VIEW_WEIGHT:
            return
        if change.object_id:
            self._took_part[change.object_id].add(row)
        topic = self.model.topic_ids.row(change.topic_id)
        if topic is not None:
            self._portraits.worked(row, topic)

    @_take.register
    def _(self, change: Interaction) -> None:
        at = microseconds(change.occurred_at)
        topic = self.model.topic_ids.row(change.topic_id) if change.topic_id else None
        self._pair(change, lambda a, b: self.contacts.interaction(a, b, at, topic))

    @_take.register
    def _(self, change: ConnectionChange) -> None:
        self._pair(change, self.contacts.declare)

    @_take.register
    def _(self, change: Erasure) -> None:
        marks = self._marks
        row = None if marks is None else marks.row(self.model.person_ids, change.mark)
        if row is None:
            return
        self._findable.erase(row)
        self._portraits.forget(row)
        self.contacts.forget(row)
        self.blocks.forget(row)
        self.learners.pop(row, None)
        for people in self._took_part.values():
            people.discard(row)

    def _known(self, person_id: PersonId, *, heard_of_only: bool = False) -> Row | None:
        """The row of somebody, who comes now if need be; None where no more may come."""
        row = self._grown.row(person_id)
        came = row is None
        if row is None:
            row = self._grown.add(person_id)
        if row is not None:
            self._findable.concerned(row, came=came, heard_of_only=heard_of_only)
        return row

    def _pair(
        self, change: OfTwo, note: Callable[[Row, Row], None], *, heard_of_only: bool = False
    ) -> None:
        people = change.person_id, change.contact_id
        one, other = (self._known(each, heard_of_only=heard_of_only) for each in people)
        if one is not None and other is not None:
            note(one, other)
