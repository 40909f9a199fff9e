"""The gate: what a model must reach before it is published.

    [floors]
    "people.ndcg@10" = 0.1                  # at least so much
    [ceilings]
    "people.exposure gini@10" = 0.99        # at most so much
    [current]
    metrics = ["people.ndcg@10"]            # not worse than the model in force

A metric is named as in the report: the task, a dot, the metric; or "reasons.", and a metric of
reasons.
"""

from evaluation.gate.base import Bounds, Finding, Gate
from evaluation.gate.judging import enforce, judge_gate
from evaluation.gate.reading import read_gate

__all__ = ["Bounds", "Finding", "Gate", "enforce", "judge_gate", "read_gate"]
