"""What lists are like, by all that a model alone can tell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.against.together import Answered, Together
from evaluation.metrics.community_recall import community_recall
from evaluation.metrics.intra_list_diversity import intra_list_diversity
from evaluation.metrics.novelty import novelty
from evaluation.metrics.weak_tie_share import communities_at_home, weak_tie_share
from recommender.domain.slate import Kind
from recommender.sparse import pattern, unit_rows


class Variety:
    """Metrics of both models' lists by one measure: communities, topics and ties of the later one.

    Communities are numbered anew in every model, so that each model's own would not be comparable.
    Of whom the later model does not know, nothing can be told: that place counts as empty.
    """

    def __init__(self, together: Together) -> None:
        side, people = together.later, len(together.ids)
        model = side.model
        self._rows, self._contacts = side.rows, together.contacts
        self._community = np.full(people, -1, np.int32)
        self._community[side.places] = model.community
        who, place = np.nonzero(model.main_topics >= 0)
        cells = side.places[who], model.main_topics[who, place]
        self._topics = unit_rows(pattern(*cells, (people, len(model.topic_ids))))
        contacts = model.ties.matrix(np.ones(len(model.ties)))
        self._at_home = communities_at_home(contacts, model.community)

    def figures(
        self, kind: Kind, answered: Answered, askers: NDArray[np.int32]
    ) -> dict[str, NDArray[np.float64]]:
        """By metric, float64 [b], NaN where it is undefined; of all, more is called better."""
        lists = answered.lists
        figures = {
            "people listed": (lists >= 0).sum(axis=1).astype(np.float64),
            "share with a reason": answered.reasoned,
        }
        if kind is not Kind.PEOPLE:
            return figures
        lists = np.where(self._rows[lists] >= 0, lists, -1)
        at_home = self._at_home[self._rows[askers]]
        varied = {
            "main-topic diversity": intra_list_diversity(lists, self._topics),
            "community recall": community_recall(lists, self._community),
            "weak-tie share": weak_tie_share(lists, self._community, at_home),
            "novelty": novelty(lists, self._contacts),
        }
        return figures | {f"{name}@{lists.shape[1]}": values for name, values in varied.items()}
