"""How well lists name the people who turned out to be right: the ranking metrics of a task."""

from __future__ import annotations

import scipy.sparse as sp

from evaluation.metrics import Values
from evaluation.metrics.auc import auc
from evaluation.metrics.average_precision import average_precision
from evaluation.metrics.ndcg import ndcg
from evaluation.metrics.recall import recall
from evaluation.metrics.reciprocal_rank import reciprocal_rank
from evaluation.systems import Lists
from evaluation.tasks import PRIMARY, Question, Task


def primary(task: Task, lists: Lists, relevant: sp.csr_matrix) -> Values:
    """The task's primary metric alone, float64 [b], by its name."""
    return {PRIMARY[task]: ndcg(lists, relevant, places(task))}


def accuracy(task: Task, lists: Lists, question: Question) -> Values:
    """Every ranking metric of a task, float64 [b], NaN for askers without an answer.

    The number in a name is how many places are looked at; MRR and AUC look at all of the list.
    """
    relevant, depth, k = question.relevant[task], lists.shape[1], places(task)
    figures = primary(task, lists, relevant) | {
        f"recall@{depth}": recall(lists, relevant, depth),
        "mrr": reciprocal_rank(lists, relevant),
        f"map@{k}": average_precision(lists, relevant, k),
    }
    if question.pool is not None:
        figures["auc"] = auc(lists, relevant, question.pool)
    return figures


def places(task: Task) -> int:
    """How many places of a list the task's primary metric looks at."""
    return int(PRIMARY[task].rpartition("@")[2])
