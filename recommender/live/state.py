"""A model and all that is known to have happened since it was trained."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
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
    Discoverability,
    Erasure,
    Interaction,
    Learner,
)
from recommender.domain.pool import to_byte
from recommender.domain.slate import Direction, Goal, Kind
from recommender.domain.tables import VIEW_WEIGHT
from recommender.domain.times import microseconds
from recommender.live.contacts import Contacts, Met
from recommender.live.decisions import Blocks
from recommender.live.grown import WORDS, Grown
from recommender.live.marks import Mark, Marks
from recommender.model import Model

NOBODY = np.empty(0, np.int32)

NEWEST = 1000
"""Of those who came, so many are looked at for a list."""


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
        self.within: NDArray[np.bool_] | None = None
        self.learners: dict[Row, Learner] = {}
        self._seen: defaultdict[Row, Counter[Row]] = defaultdict(Counter)
        self._took_part: defaultdict[str, set[Row]] = defaultdict(set)
        self._unmet: set[Row] = set()
        self._asked: set[Row] = set()
        self._timed: set[Row] = set()
        self._erased: set[Row] = set()
        self._shown: Mapping[PersonId, int] = {}
        self._goals: dict[Row, list[Row]] = {}
        self._speaks: dict[Row, list[int]] = {}

    @property
    def model(self) -> Model:
        """The model as it is now, with those who came since in its last rows."""
        return self._grown.model

    @property
    def base(self) -> Model:
        """The model as it was trained."""
        return self._grown.base

    def row(self, person_id: str) -> Row | None:
        """The row of somebody who may be spoken of; None of the unknown and the erased."""
        row = self._grown.row(PersonId(person_id))
        return None if row is None or row in self._erased or row in self._unmet else row

    def came(self, row: Row) -> bool:
        """Whether a person came after the model was trained."""
        return row >= len(self._grown.base.person_ids)

    def newcomers(self) -> NDArray[np.int32]:
        """Rows of those who came and may be found, the latest first; at most NEWEST."""
        first, last = len(self._grown.base.person_ids), len(self.model.person_ids)
        if first == last:
            return NOBODY
        rows = np.arange(first, last, dtype=np.int32)[::-1]
        return rows[~self.model.hidden[rows]][:NEWEST]

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
        rows = self.blocks.hidden_from(asker) | self.blocks.unwanted(asker, kind)
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
        learner = self.learners.get(person)
        stated = () if learner is None else learner.goals
        return self.goals((goal.topic_id, goal.direction) for goal in stated)

    def goals(self, goals: Iterable[tuple[str, Direction]]) -> tuple[Goal, ...]:
        """Goals by row; one in a topic that the model does not know counts for nothing."""
        found = ((self.model.topic_ids.row(topic), direction) for topic, direction in goals)
        return tuple(Goal(topic, direction) for topic, direction in found if topic is not None)

    def interests(self, person: Row) -> tuple[tuple[Row, float], ...]:
        """Topics in which a person was active since, with shares that sum to 1; at most 8."""
        seen = self._seen.get(person)
        if not seen:
            return ()
        total = sum(seen.values())
        ranked = sorted(seen.items(), key=lambda item: (-item[1], item[0]))
        return tuple((topic, count / total) for topic, count in ranked[:8])

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
        self._grown.rows_of("goals", self._goals)
        self._grown.rows_of("speaks", self._speaks)
        self._goals, self._speaks = {}, {}
        self._show_and_hide(now)
        return failed

    def limited(self) -> list[PersonId]:
        """Who wants to be on few lists a day."""
        asked = [self.learners[row] for row in self._timed if row in self.learners]
        return [one.person_id for one in asked if one.daily_exposure_limit is not None]

    def shown(self, counts: Mapping[PersonId, int]) -> None:
        """On how many lists each of `limited` was today; counts from the next `apply` on."""
        self._shown = counts

    @singledispatchmethod
    def _take(self, change: object) -> None:
        raise TypeError(f"no change: {change!r}")

    @_take.register
    def _(self, change: Learner) -> None:
        row = self._known(change.person_id, hidden=False)
        if row is None:
            return
        self.learners[row] = change
        timed = change.away_until is not None or change.daily_exposure_limit is not None
        (self._timed.add if timed else self._timed.discard)(row)
        said, grown = change.profile, self._grown
        if said is not None:
            grown.call(row, said.display_name)
            for attribute in WORDS:
                grown.say(row, attribute, getattr(said, attribute))
            level = said.level
            grown.column("level")[row] = grown.before("level", row) if level is None else level
            if said.languages:
                self._speaks[row] = [grown.language(word) for word in said.languages]
        wanted = [goal.topic for goal in self.stated_goals(row) if goal.direction == "learn"]
        if wanted or change.goals:
            self._goals[row] = wanted
        if self.came(row):
            self._describe(row)

    @_take.register
    def _(self, change: Block) -> None:
        self._pair(change.person_id, change.contact_id, lambda a, b: self.blocks.put(a, b, change))

    @_take.register
    def _(self, change: BlockLifted) -> None:
        self._pair(change.person_id, change.contact_id, self.blocks.lift)

    @_take.register
    def _(self, change: Activity) -> None:
        row = self._known(change.person_id, hidden=False)
        # Having looked at something is not being active.
        if row is None or change.weight <= 1.01 * VIEW_WEIGHT:
            return
        if change.object_id:
            self._took_part[change.object_id].add(row)
        topic = self.model.topic_ids.row(change.topic_id)
        if topic is None:
            return
        self._seen[row][topic] += 1
        if self.came(row):
            self._describe(row)

    @_take.register
    def _(self, change: Interaction) -> None:
        at = microseconds(change.occurred_at)
        topic = self.model.topic_ids.row(change.topic_id) if change.topic_id else None
        self._pair(
            change.person_id,
            change.contact_id,
            lambda a, b: self.contacts.interaction(a, b, at, topic),
            hidden=False,
        )

    @_take.register
    def _(self, change: ConnectionChange) -> None:
        self._pair(change.person_id, change.contact_id, self.contacts.declare, hidden=False)

    @_take.register
    def _(self, change: Erasure) -> None:
        marks = self._marks
        row = None if marks is None else marks.row(self.model.person_ids, change.mark)
        if row is None:
            return
        self._erased.add(row)
        self._asked.add(row)
        self.contacts.forget(row)
        self.blocks.forget(row)
        self.learners.pop(row, None)
        self._seen.pop(row, None)
        for people in self._took_part.values():
            people.discard(row)

    def _known(self, person_id: PersonId, *, hidden: bool) -> Row | None:
        """The row of somebody, who comes now if need be. hidden: as one who is only spoken of."""
        row = self._grown.row(person_id)
        if row is None:
            row = self._grown.add(person_id)
            if row is not None:
                self._unmet.add(row)
        if row is not None:
            self._asked.add(row)
            if not hidden:
                self._unmet.discard(row)
        return row

    def _pair(
        self,
        person_id: PersonId,
        contact_id: PersonId,
        note: Callable[[Row, Row], None],
        *,
        hidden: bool = True,
    ) -> None:
        one, other = (self._known(each, hidden=hidden) for each in (person_id, contact_id))
        if one is not None and other is not None:
            note(one, other)

    def _describe(self, row: Row) -> None:
        """What somebody who came works on: skills, offers, and what she did."""
        learner, mine = self.learners.get(row), self._grown.column("main_topics")
        named = [] if learner is None else [skill.topic_id for skill in learner.skills]
        offered = [g.topic for g in self.stated_goals(row) if g.direction is Direction.OFFER]
        known = (self.model.topic_ids.row(topic) for topic in named)
        done = [topic for topic, _ in self.interests(row)]
        topics = dict.fromkeys([*done, *(t for t in known if t is not None), *offered])
        mine[row] = -1
        kept = list(topics)[: mine.shape[1]]
        mine[row, : len(kept)] = kept
        if done:
            self._grown.column("active")[row] = to_byte(np.ones(1))[0]
            self._grown.column("weeks_away")[row] = 0

    def _show_and_hide(self, now: datetime) -> None:
        """Who may be found now; an array is copied once somebody differs from the model's."""
        hidden, asked = self.model.hidden, self._asked | self._timed
        wishes = {row: self._wants_none(row, now) for row in asked}
        changed = {row: wish for row, wish in wishes.items() if hidden[row] != wish}
        if changed:
            column = self._grown.column("hidden")
            for row, wish in changed.items():
                column[row] = wish
        near = [row for row in asked if self._only_near(row)]
        if near or self.within is not None:
            self.within = _longer(self.within, len(self.model.hidden))
            self.within[list(asked)] = False
            self.within[near] = True
        self._asked = set()

    def _only_near(self, row: Row) -> bool:
        learner = self.learners.get(row)
        return learner is not None and learner.discoverability is Discoverability.ORGANISATION

    def _wants_none(self, row: Row, now: datetime) -> bool:
        """Whether somebody is to be on nobody's list now."""
        learner = self.learners.get(row)
        if row in self._erased or row in self._unmet:
            return True
        if learner is None:
            return not self.came(row) and bool(self._grown.before("hidden", row))
        if learner.away_until is not None and learner.away_until > now:
            return True
        most = learner.daily_exposure_limit
        if most is not None and self._shown.get(learner.person_id, 0) >= most:
            return True
        if learner.discoverability is None:
            return not self.came(row) and bool(self._grown.before("hidden", row))
        return learner.discoverability is Discoverability.NOBODY


def _longer(flags: NDArray[np.bool_] | None, count: int) -> NDArray[np.bool_]:
    out = np.zeros(count, bool)
    if flags is not None:
        out[: len(flags)] = flags
    return out
