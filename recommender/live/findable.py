"""Who may be found: what people decided about it, and who is gone, or only spoken of."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from recommender.domain.ids import PersonId, Row
from recommender.domain.learner import Discoverability, Learner
from recommender.live.grown import Grown

NEWEST = 1000
"""Of those who came, so many are looked at for a list."""


class Findable:
    """Keeps the column `hidden` of a model that grows as people want it at a time.

    learners: by row, what people decided; read here, and kept by whoever hands it over.
    within: bool [n], who wants to be found by her own organisation alone; None: nobody does.
    """

    def __init__(self, grown: Grown, learners: Mapping[Row, Learner]) -> None:
        self.within: NDArray[np.bool_] | None = None
        self._grown, self._learners = grown, learners
        self._unmet: set[Row] = set()
        self._erased: set[Row] = set()
        self._timed: set[Row] = set()
        self._asked: set[Row] = set()
        self._shown: Mapping[PersonId, int] = {}

    def known(self, row: Row) -> bool:
        """Whether somebody may be spoken of: she has been here, and was not erased."""
        return row not in self._erased and row not in self._unmet

    def people(self) -> NDArray[np.int32]:
        """Rows of all who are known, in the order of the bytes of ids."""
        ids, known = self._grown.model.person_ids, len(self._grown.base.person_ids)

        def name(row: int) -> bytes:
            return ids[row].encode()

        came = sorted(range(known, len(ids)), key=name)
        places = [bisect_left(range(known), name(row), key=name) for row in came]
        rows = np.insert(np.arange(known, dtype=np.int32), places, np.array(came, np.int32))
        gone = self._erased | self._unmet
        return rows[~np.isin(rows, list(gone))] if gone else rows

    def newcomers(self) -> NDArray[np.int32]:
        """Rows of those who came and may be found, the latest first; at most NEWEST."""
        first, last = len(self._grown.base.person_ids), len(self._grown.model.person_ids)
        rows = np.arange(first, last, dtype=np.int32)[::-1]
        return rows[~self._grown.model.hidden[rows]][:NEWEST]

    def concerned(self, row: Row, *, came: bool, heard_of_only: bool) -> None:
        """Something happened about somebody.

        came: she was not in the model before. heard_of_only: others spoke of her, no more.
        """
        self._asked.add(row)
        if not heard_of_only:
            self._unmet.discard(row)
        elif came:
            self._unmet.add(row)

    def decided(self, row: Row, learner: Learner) -> None:
        """Somebody decided about herself, and perhaps for a time only."""
        timed = learner.away_until is not None or learner.daily_exposure_limit is not None
        (self._timed.add if timed else self._timed.discard)(row)

    def erase(self, row: Row) -> None:
        """Have somebody found no more, for good."""
        self._erased.add(row)
        self._asked.add(row)

    def limited(self) -> list[PersonId]:
        """Who wants to be on few lists a day."""
        asked = [self._learners[row] for row in self._timed if row in self._learners]
        return [one.person_id for one in asked if one.daily_exposure_limit is not None]

    def shown(self, counts: Mapping[PersonId, int]) -> None:
        """On how many lists each of `limited` was today; counts from the next `settle` on."""
        self._shown = counts

    def settle(self, now: datetime) -> None:
        """Show and hide whom it concerns; now: UTC without a zone.

        The model's own array is copied once somebody differs from it.
        """
        hidden, asked = self._grown.model.hidden, self._asked | self._timed
        wishes = {row: self._wants_none(row, now) for row in asked}
        changed = {row: wish for row, wish in wishes.items() if hidden[row] != wish}
        if changed:
            column = self._grown.column("hidden")
            for row, wish in changed.items():
                column[row] = wish
        near = [row for row in asked if self._only_near(row)]
        if near or self.within is not None:
            self.within = _longer(self.within, len(hidden))
            self.within[list(asked)] = False
            self.within[near] = True
        self._asked = set()

    def _only_near(self, row: Row) -> bool:
        learner = self._learners.get(row)
        return learner is not None and learner.discoverability is Discoverability.ORGANISATION

    def _wants_none(self, row: Row, now: datetime) -> bool:
        """Whether somebody is to be on nobody's list now."""
        learner = self._learners.get(row)
        if not self.known(row):
            return True
        if learner is None:
            return self._was_hidden(row)
        if learner.away_until is not None and learner.away_until > now:
            return True
        most = learner.daily_exposure_limit
        if most is not None and self._shown.get(learner.person_id, 0) >= most:
            return True
        if learner.discoverability is None:
            return self._was_hidden(row)
        return learner.discoverability is Discoverability.NOBODY

    def _was_hidden(self, row: Row) -> bool:
        """What the model says; whoever came later has said nothing against being found."""
        return not self._grown.came(row) and bool(self._grown.before("hidden", row))


def _longer(flags: NDArray[np.bool_] | None, count: int) -> NDArray[np.bool_]:
    out = np.zeros(count, bool)
    if flags is not None:
        out[: len(flags)] = flags
    return out
