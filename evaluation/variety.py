"""How varied lists are, and who is seen: the diversity and exposure metrics of new people."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.known import Known
from evaluation.metrics import Values
from evaluation.metrics.community_recall import community_recall
from evaluation.metrics.coverage import coverage
from evaluation.metrics.disparate_visibility import disparate_visibility, visibility_gap
from evaluation.metrics.exposure import exposure
from evaluation.metrics.gini import gini
from evaluation.metrics.intra_list_diversity import intra_list_diversity
from evaluation.metrics.novelty import novelty
from evaluation.metrics.serendipity import serendipity
from evaluation.metrics.unexpectedness import unexpectedness
from evaluation.metrics.weak_tie_share import communities_at_home, weak_tie_share
from evaluation.systems import Lists
from evaluation.tasks import Question, Task

TOP = 10
"""Places of a list that are looked at."""

EXPECTED = ("adamic_adar", "popularity")
"""Baselines whose answers nobody is surprised by (science §8.12)."""

RESAMPLES = 200
"""Resamples of the askers behind the intervals of whole-list figures."""


class Variety:
    """The metrics of lists of new people, for the panel of one question.

    expected: lists of the EXPECTED baselines, int32 [b, depth] each.
    attribute: declared attribute whose groups are compared by visibility.
    """

    def __init__(
        self, known: Known, question: Question, expected: list[Lists], attribute: str, seed: int
    ) -> None:
        self._known, self._question = known, question
        self._expected = [lists[:, :TOP] for lists in expected]
        self._community = known.pipeline.model.community
        contacts = known.ties.matrix(np.ones(len(known.ties)))
        self._at_home = communities_at_home(contacts, self._community)[question.askers]
        self._degree = known.material.profiles.degree
        self._groups = known.snapshot.attributes[attribute]
        panel = known.snapshot.person_ids.take(question.askers[question.panel])
        self._weights = np.vstack([np.ones(len(panel)), drawn(panel, seed)])

    def people(self, lists: Lists) -> Values:
        """By asker, float64 [b]; NaN outside the panel."""
        top, profiles = lists[:, :TOP], self._known.material.profiles.interests
        relevant = self._question.relevant[Task.PEOPLE]
        figures = {
            "intra-list diversity": intra_list_diversity(top, profiles),
            "community recall": community_recall(top, self._community),
            "weak-tie share": weak_tie_share(top, self._community, self._at_home),
            "novelty": novelty(top, self._degree),
            "unexpectedness": unexpectedness(top, self._expected),
            "serendipity": serendipity(top, self._expected, relevant),
        }
        panel = self._question.panel
        return {f"{name}@{TOP}": np.where(panel, v, np.nan) for name, v in figures.items()}

    def whole(self, lists: Lists) -> Values:
        """Of the whole panel's lists, float64 [1 + RESAMPLES]: as they are, then resampled."""
        seen = self._exposure(lists)
        figures = {"coverage": coverage(seen), "exposure gini": gini(seen)}
        if (self._groups >= 0).any():
            figures["visibility gap"] = visibility_gap(seen, self._groups)
        return {f"{name}@{TOP}": values for name, values in figures.items()}

    def groups(self, lists: Lists) -> dict[int, float]:
        """Exposure share minus population share, by code of the declared attribute."""
        if not (self._groups >= 0).any():
            return {}
        panel = lists[self._question.panel, :TOP]
        gaps = disparate_visibility(exposure(panel, self._known.people), self._groups)
        return dict(enumerate(gaps.tolist()))

    def _exposure(self, lists: Lists) -> NDArray[np.float64]:
        panel = lists[self._question.panel, :TOP]
        return exposure(panel, self._known.people, self._weights)


def drawn(ids: Sequence[str], seed: int) -> NDArray[np.int64]:
    """How often each of p people is in each resample: int64 [RESAMPLES, p]; [0, 0] for nobody.

    Poisson(1) times (Hanley & MacGibbon 2006), by the seed and her id alone: so a person is drawn
    alike at every cutoff, and the resamples of several belong together.
    """
    if not len(ids):
        return np.zeros((0, 0), np.int64)
    digests = (hashlib.md5(one.encode(), usedforsecurity=False).digest() for one in ids)
    generators = (np.random.default_rng([seed, int.from_bytes(digest)]) for digest in digests)
    return np.stack([one.poisson(1.0, RESAMPLES) for one in generators], axis=1)
