"""What the tasks are called, and what each asks."""

from __future__ import annotations

from evaluation.tasks import Task
from recommender.domain.config import EvaluateConfig

TITLES = {
    Task.PEOPLE: "New people",
    Task.RECIPROCATED: "New people who answer",
    Task.REACTIVATION: "Dormant ties",
    Task.FADING: "Fading ties",
}

_ASKED = {
    Task.PEOPLE: "Whom, never met before, did people address within {horizon} days?",
    Task.RECIPROCATED: "With whom, never met before, did people come to address each other "
    "within {horizon} days?",
    Task.REACTIVATION: "Which ties that had been silent for {silence} days or more did people "
    "pick up again within {back} days?",
    Task.FADING: "Which ties that had lately gone quiet did people take up again within "
    "{back} days?",
}


def explain(task: Task, config: EvaluateConfig) -> str:
    """What the task asks, in one sentence.

    >>> explain(Task.PEOPLE, EvaluateConfig(horizon_days=60))
    'Whom, never met before, did people address within 60 days?'
    >>> explain(Task.FADING, EvaluateConfig())
    'Which ties that had lately gone quiet did people take up again within 180 days?'
    """
    return _ASKED[task].format(
        horizon=f"{config.horizon_days:g}",
        silence=f"{config.silence_days:g}",
        back=f"{config.return_days:g}",
    )
