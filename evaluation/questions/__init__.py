"""What is asked at a cutoff, one question per file; `QUESTIONS` is where a new one is entered."""

from __future__ import annotations

from collections.abc import Callable

from evaluation.history import History
from evaluation.known import Known
from evaluation.questions.fading import fading_ties
from evaluation.questions.people import new_people
from evaluation.questions.reactivation import dormant_ties
from evaluation.tasks import FADING, PEOPLE, REACTIVATION, Question
from recommender.domain.config import EvaluateConfig

QUESTIONS: dict[str, Callable[[Known, History, EvaluateConfig], Question]] = {
    PEOPLE: new_people,
    REACTIVATION: dormant_ties,
    FADING: fading_ties,
}
"""Every question by name."""


def ask(known: Known, history: History, config: EvaluateConfig) -> dict[str, Question]:
    """Every question at the cutoff, which is when `known` was taken, with what people then did."""
    return {name: question(known, history, config) for name, question in QUESTIONS.items()}
