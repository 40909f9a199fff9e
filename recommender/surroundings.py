"""The communities of a model, as far as they may be told of: what their members work on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.answer import Community
from recommender.domain.ids import Row
from recommender.live import Live
from recommender.model import Model
from recommender.present import topic
from recommender.sparse import leading_columns

SMALLEST = 5
"""Members of a community from which on it is told of: of fewer it would tell of each."""

TOPICS = 3
"""Topics that a community is told by."""

MOST = 10
"""Communities that are told of as missing."""

LEADING = 3
"""Main topics of each member that count as what she works on."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What each of c communities works on: int32 [c, TOPICS], -1 for no more; of small ones all -1.

    Hidden people count as nobody's members.
    """

    topics: NDArray[np.int32]

    @classmethod
    def of(cls, model: Model) -> Surroundings:
        """Read off a model as it was trained, once; changes since make no difference."""
        seen = (model.community >= 0) & ~model.hidden
        member = np.flatnonzero(seen)
        count = int(model.community.max(initial=-1)) + 1
        mine = model.main_topics[member, :LEADING]
        there = mine >= 0
        groups = np.repeat(model.community[member], there.sum(axis=1))
        cells = (groups, mine[there])
        shape = (count, len(model.topic_ids))
        works = sp.csr_matrix((np.ones(len(groups), np.float32), cells), shape)
        topics = leading_columns(works, TOPICS)
        topics[np.bincount(model.community[member], minlength=count) < SMALLEST] = -1
        return cls(topics)

    def covered(self, live: Live, contacts: NDArray[np.integer]) -> tuple[Community, ...]:
        """Those that contacts belong to, most of them first."""
        groups = live.model.community[contacts]
        sizes = np.bincount(groups[groups >= 0], minlength=len(self.topics))
        order = np.argsort(-sizes, kind="stable")
        told = [group for group in order.tolist() if sizes[group] and self.topics[group, 0] >= 0]
        return tuple(self._told(live, group, sizes[group] / sizes.sum()) for group in told)

    def missing(
        self, live: Live, person: Row, contacts: NDArray[np.integer]
    ) -> tuple[Community, ...]:
        """Those that work on most of a person's topics, and that no contact of hers is of."""
        model = live.model
        mine = model.main_topics[person]
        shared = np.isin(self.topics, mine[mine >= 0]).sum(axis=1)
        own = {*np.unique(model.community[contacts]).tolist(), int(model.community[person])}
        order = np.argsort(-shared, kind="stable")
        far = [group for group in order.tolist() if shared[group] and group not in own]
        return tuple(self._told(live, group, 0.0) for group in far[:MOST])

    def _told(self, live: Live, group: int, share: float) -> Community:
        rows = [row for row in self.topics[group].tolist() if row >= 0]
        named = tuple(topic(live.model, row) for row in rows)
        return Community(id=str(group), topics=named, share=float(share))
