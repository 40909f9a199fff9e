"""What each factor and each source of candidates brings to our lists of new people.

A part is left out, or left alone, of the model that was trained whole: the relevance of every
stored candidate is summed up anew without it, or of it alone. A source finds people too, so
without it those go whom no other source found, and of a source alone those are left whom it found.
Nobody comes in who was not among the stored candidates, and these were chosen by the relevance of
the whole. So a part that is left out has had its say in who is there, which hides some of its
worth; on the other hand nobody comes in the stead of those whom a source alone had found. And a
factor alone orders people whom all parts together chose: one that is the same for everybody does
far better than chance. So "nothing alone", all candidates and no term, is what the parts alone are
to be held against: it lists them by row, with the same seats and the same re-rank as all others.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation import ours
from evaluation.known import Known
from evaluation.metrics.hits import hits
from evaluation.metrics.recall import recall
from evaluation.metrics.shown import share
from evaluation.reasons.asked import ask, candidates
from evaluation.reasons.terms import TERMS, terms
from evaluation.reduced import Kept, alone, nothing, reduced, without
from evaluation.systems import Family, Lists, System
from evaluation.tasks import Question
from recommender.domain.slate import SIGNALS, Measured

TOP = 10
"""Places whose scores are taken apart."""


def ablations(known: Known, depth: int) -> list[System]:
    """Systems "without communality", "communality alone" and so on, and "nothing alone".

    They answer as `pipeline.recommend` does, at the default dials, int32 [b, depth].
    """
    parts = [
        *((f"without {part}", Family.WITHOUT, without(part)) for part in TERMS),
        *((f"{part} alone", Family.ALONE, alone(part)) for part in TERMS),
        ("nothing alone", Family.ALONE, nothing()),
    ]
    return [
        System(name, family, partial(_answer, known, kept, depth)) for name, family, kept in parts
    ]


def _answer(known: Known, kept: Kept, depth: int, question: Question) -> Lists:
    model = reduced(known.pipeline.model, kept, question.askers)
    return ours.answer(model, question, depth)


def shares(known: Known, askers: NDArray[np.int32]) -> dict[str, float]:
    """Share of the positive terms of a score that each part carries, in [0, 1], summing to 1.

    Mean over everyone shown in the first TOP places to askers, int32 [b]; NaN where nobody is.
    """
    slate, _ = ask(known, askers, TOP)
    positive = np.maximum(terms(known.pipeline.model, slate), 0)
    total = positive.sum(axis=-1)
    counted = total > 0
    parts = positive[counted] / total[counted][:, None]
    means = parts.mean(axis=0) if len(parts) else np.full(len(TERMS), np.nan)
    return dict(zip(TERMS, means.tolist(), strict=True))


def found_by(
    known: Known, askers: NDArray[np.int32], relevant: sp.csr_matrix, depth: int
) -> dict[str, tuple[float, float]]:
    """Recall@depth of each source alone, and marginal recall (science §8.7), by its name.

    askers: int32 [b]; relevant: CSR pattern [b, n]. Alone, a source ranks those of the stored
    candidates whom it found by its own signal, equal ones by row. Marginal: the share of the
    relevant people who are stored and were found by it and by no other. Means over askers for whom
    somebody is relevant; NaN where there is none.
    """
    found = np.full((len(askers), len(SIGNALS)), np.nan)
    only = found.copy()
    for block, slate in candidates(known, askers):
        wanted = relevant[block]
        hit = hits(slate.rows, wanted)
        single = (slate.signals > 0).sum(axis=-1) == 1
        for source in range(len(SIGNALS)):
            found[block, source] = recall(_by_signal(slate, source, depth), wanted, depth)
            its_own = hit & single & (slate.signals[..., source] > 0)
            only[block, source] = share(its_own.sum(axis=1), np.diff(wanted.indptr))
    pairs = zip(_means(found), _means(only), strict=True)
    return dict(zip(SIGNALS, pairs, strict=True))


def _by_signal(slate: Measured, source: int, depth: int) -> Lists:
    signal = np.where(slate.rows >= 0, slate.signals[..., source], 0)
    order = np.lexsort((slate.rows, -signal), axis=1)[:, :depth]
    rows = np.where(signal > 0, slate.rows, -1)
    return np.take_along_axis(rows, order, axis=1)


def _means(values: NDArray[np.float64]) -> list[float]:
    """Mean of the defined values of each column."""
    defined = values[~np.isnan(values).any(axis=1)]
    return defined.mean(axis=0).tolist() if len(defined) else [float("nan")] * values.shape[1]
