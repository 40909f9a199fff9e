"""Full rankings: from scores of everyone to lists of those who may be shown."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.baselines.base import Scorer
from evaluation.known import Known
from evaluation.left_out import BadScoresError
from evaluation.systems import Lists
from evaluation.tasks import Question
from evaluation.tie_baselines.base import PairScorer
from recommender.candidates.base import Finder
from recommender.domain.slate import Kind
from recommender.sparse import top_per_row, without

BLOCK = 128
"""Askers ranked at once: bounds memory, at so many rows of n scores."""


def by_scores(scorer: Scorer, known: Known, question: Question, depth: int) -> Lists:
    """Everyone whom the rules do not bar, by score; int32 [b, depth], -1 where a list is shorter.

    Nobody is sampled. A score of exactly 0 means that the scorer knows nothing of that person, who
    is then not listed. Of equal scores the lower row. Raises BadScoresError for what are no scores.
    """
    lists = np.full((len(question.askers), depth), -1, np.int32)
    for start in range(0, len(lists), BLOCK):
        askers = question.askers[start : start + BLOCK]
        scores = _checked(scorer(askers), (len(askers), known.people))
        scores[:, known.rules.hidden] = 0
        scores[known.rules.barred(askers, Kind.PEOPLE).nonzero()] = 0
        for line, row in enumerate(scores, start):
            best = _best(row, depth)
            lists[line, : len(best)] = best
    return lists


def by_finder(find: Finder, known: Known, question: Question, depth: int) -> Lists:
    """What one of our sources of candidates finds, by its own scores; shaped as `by_scores`."""
    blocks = [np.empty((0, depth), np.int32)]
    for start in range(0, len(question.askers), BLOCK):
        askers = question.askers[start : start + BLOCK]
        found = without(find(askers), known.rules.barred(askers, Kind.PEOPLE))
        seen = sp.csr_matrix(found @ sp.diags((~known.rules.hidden).astype(np.float32)))
        blocks.append(_as_lists(top_per_row(seen, depth), depth))
    return np.concatenate(blocks)


def by_pairs(scorer: PairScorer, question: Question, depth: int) -> Lists:
    """The members of each asker's pool by score; shaped as `by_scores`, zeros listed too."""
    pool = question.pool
    if pool is None:
        raise ValueError("a question about ties has a pool")
    lines = np.repeat(np.arange(pool.shape[0]), np.diff(pool.indptr))
    scores = _checked(scorer(question.askers[lines], pool.indices.astype(np.int32)), lines.shape)
    order = np.lexsort((pool.indices, -scores, lines))
    place = np.arange(len(order)) - pool.indptr[lines]
    lists = np.full((pool.shape[0], depth), -1, np.int32)
    first = place < depth
    lists[lines[first], place[first]] = pool.indices[order][first]
    return lists


def _checked(scores: NDArray[np.floating], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """A copy of the scores, which are of that shape and finite. Raises BadScoresError."""
    given = np.array(scores, np.float64)
    if given.shape != shape:
        raise BadScoresError(f"gives scores of shape {given.shape}, where {shape} are asked for")
    if not np.isfinite(given).all():
        raise BadScoresError("gives scores that are not finite; 0 says that nothing is known")
    return given


def _best(scores: NDArray[np.float64], depth: int) -> NDArray[np.intp]:
    """Places of the `depth` highest scores that are not 0, best first; of equal ones the lower."""
    listed = np.flatnonzero(scores)
    if len(listed) > depth:
        least = np.partition(scores[listed], -depth)[-depth]
        listed = listed[scores[listed] >= least]
    return listed[np.lexsort((listed, -scores[listed]))][:depth]


def _as_lists(matrix: sp.csr_matrix, depth: int) -> Lists:
    """Rows of a matrix of at most `depth` scores each, best first."""
    lines = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((matrix.indices, -matrix.data, lines))
    lists = np.full((matrix.shape[0], depth), -1, np.int32)
    lists[lines, np.arange(len(order)) - matrix.indptr[lines]] = matrix.indices[order]
    return lists
