"""The field: every system that is compared on a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evaluation import ours, ranked
from evaluation.ablation import ablations
from evaluation.baselines import baselines
from evaluation.baselines.base import Baseline
from evaluation.current import Current
from evaluation.known import Known
from evaluation.systems import Family, Lists, System
from evaluation.tasks import FADING, PEOPLE, REACTIVATION, Question
from evaluation.tie_baselines import tie_baselines
from evaluation.tie_baselines.base import TieBaseline
from recommender.candidates import SOURCES
from recommender.candidates.base import Source
from recommender.domain.config import Dials, EvaluateConfig
from recommender.domain.slate import Kind
from recommender.model import Model

DIAL_STEPS = (0.0, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
"""Where the diversity dial is put when its price is found; .25 is its default."""

LISTS = {REACTIVATION: Kind.REACTIVATION, FADING: Kind.MAINTENANCE}
"""The list of ties that answers each question about ties."""

Answer = Callable[[Question], Lists]


@dataclass(frozen=True, slots=True)
class Field:
    """Makes the systems that answer the questions at one cutoff.

    current: the model in force, at the cutoff that is its own as-of time; else None.
    """

    known: Known
    config: EvaluateConfig
    current: Model | None = None

    def systems(self, name: str) -> list[System]:
        """Who is compared on the question of that name; ours comes first."""
        model = self.known.pipeline.model
        systems = [System("ours", Family.OURS, self._served(model, name, Dials()))]
        if self.current is not None:
            translated = Current(self.current, self.known.snapshot.person_ids)
            answer = translated.answer(self._served(self.current, name, Dials()))
            systems.append(System("current", Family.CURRENT, answer))
        return systems + (self._people() if name == PEOPLE else self._ties())

    def _people(self) -> list[System]:
        depth = self.config.depth
        return [
            *(System(name, Family.SOURCE, self._found(one)) for name, one in SOURCES.items()),
            *(System(name, Family.BASELINE, self._scored(b)) for name, b in baselines().items()),
            *map(self._at_dial, DIAL_STEPS),
            *ablations(self.known, depth),
        ]

    def _ties(self) -> list[System]:
        return [
            System(name, Family.BASELINE, self._paired(one))
            for name, one in tie_baselines().items()
        ]

    def _served(self, model: Model, name: str, dials: Dials) -> Answer:
        """The lists as they are served."""
        depth = self.config.depth
        if name == PEOPLE:
            return lambda question: ours.answer(model, question, depth, dials)
        kind, days = LISTS[name], self.config.silence_days
        return lambda question: ours.answer(model, question, depth, dials, kind, days)

    def _at_dial(self, share: float) -> System:
        """Ours with the diversity dial at `share`, the other two in their usual proportion."""
        usual = Dials()
        rest = (1 - share) / (usual.like_mindedness + usual.collaboration)
        dials = Dials(
            like_mindedness=usual.like_mindedness * rest,
            collaboration=usual.collaboration * rest,
            diversity=share,
        )
        answer = self._served(self.known.pipeline.model, PEOPLE, dials)
        return System(f"diversity {share:.2f}", Family.DIAL, answer, dial=share)

    def _found(self, source: Source) -> Answer:
        known, depth = self.known, self.config.depth
        return lambda question: ranked.by_finder(
            source.finder(known.material), known, question, depth
        )

    def _scored(self, baseline: Baseline) -> Answer:
        known, depth = self.known, self.config.depth
        return lambda question: ranked.by_scores(baseline.scorer(known), known, question, depth)

    def _paired(self, baseline: TieBaseline) -> Answer:
        known, depth = self.known, self.config.depth
        return lambda question: ranked.by_pairs(baseline.scorer(known), question, depth)
