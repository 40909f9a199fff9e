"""Asks two models for the same people's lists, and lays them side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.against.base import (
    LONGEST,
    Against,
    Changed,
    LaterContacts,
    ListsCompared,
    Measured,
    Named,
    Outcome,
    Overlap,
)
from evaluation.against.exposure import compare_exposure, most_apart
from evaluation.against.outcome import answers
from evaluation.against.overlap import jaccard, rank_biased_overlap, same, same_first
from evaluation.against.together import DEPTHS, Answered, Together, answered
from evaluation.against.variety import Variety
from evaluation.doubt import compare, estimates, verdict
from evaluation.metrics.ndcg import ndcg
from evaluation.resamples import Resamples
from evaluation.strata import CONTACT_GROUPS, contact_groups
from evaluation.systems import Lists
from recommender.domain.config import EvaluateConfig
from recommender.domain.progress import Progress, silent
from recommender.domain.slate import Kind
from recommender.pipeline import Pipeline


def compare_models(
    a: Pipeline,
    b: Pipeline,
    later: LaterContacts | None = None,
    config: EvaluateConfig | None = None,
    progress: Progress = silent,
) -> Against:
    """How B differs from A for the people whom both know, or `config.askers` of them.

    later: what happened after the later of both as-of times, if anything is known of it; of those
    with an answer, at most `config.askers` are judged too. Reactivations are ties that have been
    silent for `config.silence_days`.
    """
    together = Together(a, b)
    config = config or EvaluateConfig()
    asked = _some(np.flatnonzero(together.both).astype(np.int32), config)
    job = _Job(together, Variety(together), asked, later, config, progress)
    lists = [job.compared(kind) for kind in DEPTHS]
    return Against(
        a=Named(name=a.info.name, as_of=a.info.as_of),
        b=Named(name=b.info.name, as_of=b.info.as_of),
        known_to_both=int(together.both.sum()),
        only_a=int((together.a.known() & ~together.both).sum()),
        only_b=int((together.b.known() & ~together.both).sum()),
        asked=len(asked),
        lists=lists,
    )


@dataclass(frozen=True, slots=True)
class _Job:
    together: Together
    variety: Variety
    asked: NDArray[np.int32]
    later: LaterContacts | None
    config: EvaluateConfig
    progress: Progress

    def compared(self, kind: Kind) -> ListsCompared:
        """One kind of list, in every respect."""
        a, b = self._answered(self.asked, kind)
        groups = contact_groups(self.together.contacts[self.asked])
        return ListsCompared(
            kind=kind,
            depth=DEPTHS[kind],
            overlap=self._overlap(a.lists, b.lists, np.ones(len(groups), bool)),
            by_contacts={
                name: self._overlap(a.lists, b.lists, groups == place)
                for place, name in enumerate(CONTACT_GROUPS)
                if (groups == place).any()
            },
            most_changed=self._most_changed(a.lists, b.lists),
            exposure=compare_exposure(self.together, a.lists, b.lists),
            metrics=self._metrics(kind, a, b),
            outcome=self._outcome(kind),
        )

    def _answered(self, askers: NDArray[np.int32], kind: Kind) -> tuple[Answered, Answered]:
        sides = self.together.a, self.together.b
        a, b = (answered(side, askers, kind, self.config, self.progress) for side in sides)
        return a, b

    def _overlap(self, a: Lists, b: Lists, chosen: NDArray[np.bool_]) -> Overlap:
        """Over the chosen of those asked, bool [b], to whom either lists anybody."""
        some = chosen & ((a >= 0) | (b >= 0)).any(axis=1)
        a, b = a[some], b[some]
        columns = [
            jaccard(a, b),
            rank_biased_overlap(a, b),
            (~same_first(a, b)).astype(np.float64),
            same(a, b).astype(np.float64),
        ]
        found = estimates(columns, self._resamples(self.asked[some]))
        return Overlap(
            people=int(some.sum()),
            **dict(zip(("jaccard", "rbo", "first_changed", "identical"), found, strict=True)),
        )

    def _most_changed(self, a: Lists, b: Lists) -> list[Changed]:
        """Of equally changed lists, those of people with more contacts first."""
        shared, overlap = jaccard(a, b), rank_biased_overlap(a, b)
        contacts = self.together.contacts[self.asked]
        places = np.lexsort((-contacts, overlap))[:LONGEST]  # NaN comes last
        return [
            Changed(
                person_id=self.together.ids[self.asked[at]],
                name=self.together.name(int(self.asked[at])),
                contacts=int(contacts[at]),
                jaccard=float(shared[at]),
                rbo=float(overlap[at]),
            )
            for at in places
            if not same(a[[at]], b[[at]])
        ]

    def _metrics(self, kind: Kind, a: Answered, b: Answered) -> list[Measured]:
        of_a, of_b = (self.variety.figures(kind, one, self.asked) for one in (a, b))
        return self._measured({name: (of_a[name], of_b[name]) for name in of_a}, self.asked)

    def _outcome(self, kind: Kind) -> Outcome | None:
        if self.later is None:
            return None
        people, right = answers(self.together.later, self.later, kind, self.config)
        there = np.flatnonzero(self.together.both[people])
        lines = there[np.isin(people[there], _some(people[there], self.config))]
        people, right, depth = people[lines], right[lines], DEPTHS[kind]
        if not len(people):
            return None
        a, b = (ndcg(one.lists, right, depth) for one in self._answered(people, kind))
        return Outcome(
            people=len(people),
            measured=self._measured({f"ndcg@{depth}": (a, b)}, people)[0],
            better=int((b > a).sum()),
            worse=int((b < a).sum()),
            same=int((a == b).sum()),
            gainers=most_apart(self.together, a, b, people),
            losers=most_apart(self.together, a, b, people, falling=True),
        )

    def _measured(
        self,
        columns: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]],
        people: NDArray[np.int32],
    ) -> list[Measured]:
        """Each metric of A and B, where it is defined with both."""
        resamples = self._resamples(people)
        undefined = {name: np.isnan(a + b) for name, (a, b) in columns.items()}
        kept = [
            np.where(undefined[name], np.nan, one) for name, both in columns.items() for one in both
        ]
        found = estimates(kept, resamples)
        paired = compare([(b, a) for a, b in columns.values()], resamples)
        return [
            Measured(metric=name, a=of_a, b=of_b, paired=one, verdict=verdict(one.difference))
            for name, of_a, of_b, one in zip(columns, found[::2], found[1::2], paired, strict=True)
        ]

    def _resamples(self, people: NDArray[np.int32]) -> Resamples:
        return Resamples.of(
            [self.together.ids[at] for at in people], self.config.resamples, self.config.seed
        )


def _some(people: NDArray[np.int32], config: EvaluateConfig) -> NDArray[np.int32]:
    """At most `config.askers` of `people`, in their order, drawn by the seed; all where it is 0."""
    if not 0 < config.askers < len(people):
        return people
    drawn = np.random.default_rng(config.seed).choice(len(people), config.askers, replace=False)
    return people[np.sort(drawn)]
