"""Rankers learned from what people did next: a line for each term, or a monotone curve.

Both start from the label-free ranker and leave it only as far as the data insist: where there is
little to learn from, they stay what it is. Both end as the same tables (`relevance`), so that
whatever was learned can be cited, term by term.

The line is a conditional logit (McFadden 1974) with an L2 penalty on what departs from the
label-free ranker: among the candidates of an asker, those whom she went on to address. The curves
are gradient-boosted trees (LambdaMART; Burges 2010) on top of the line, each tree over one term and
the asker's segment alone, so that their sum is a generalised additive model (Lou et al. 2013), and
monotone in every term that may not count against anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from recommender.domain.slate import FACTORS, SIGNALS
from recommender.ranking.relevance import (
    LEVELS,
    SEGMENTS,
    TERMS,
    USUAL,
    Tables,
    plain_tables,
    relevance,
)

if TYPE_CHECKING:
    import lightgbm

PENALTY = 0.2
"""Of the squares of what a line departs by, per unit of mean log-likelihood."""

ITERATIONS = 100
"""Steps of the line's optimiser at most."""

TREES = {
    "objective": "lambdarank",
    "num_leaves": 4,
    "learning_rate": 0.05,
    "min_data_in_leaf": 200,
    "lambda_l2": 10.0,
    "feature_fraction": 0.8,
    "lambdarank_truncation_level": 50,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
ROUNDS = 60

FREE = ("organisation", "communality")
"""Factors whose curves may fall: much of either is not always better."""

MONOTONE = [0 if term in FREE else 1 for term in TERMS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """The candidates of q askers at an earlier time, and whom each addressed afterwards.

    codes: uint8 [m, terms], by `relevance.codes`; met: bool [m]; back: bool [m], who addressed
    the asker; traits: uint8 [m, 3], by `reciprocity.TRAITS`, 255 stands for 1; starts:
    int64 [q + 1], where each asker's candidates begin; segments: uint8 [q]; all_met: int64 [q],
    whom each addressed for the first time, found or not; askers: int32 [q]; contacts: int32 [m];
    since: microseconds.
    """

    codes: NDArray[np.uint8]
    met: NDArray[np.bool_]
    back: NDArray[np.bool_]
    traits: NDArray[np.uint8]
    starts: NDArray[np.int64]
    segments: NDArray[np.uint8]
    all_met: NDArray[np.int64]
    askers: NDArray[np.int32]
    contacts: NDArray[np.int32]
    since: int

    def sizes(self) -> NDArray[np.int64]:
        """Candidates of each asker: int64 [q]."""
        return np.diff(self.starts)

    def segment_of_each(self) -> NDArray[np.uint8]:
        """The asker's segment for each candidate: uint8 [m]."""
        return np.repeat(self.segments, self.sizes())

    def relevance(self, tables: Tables) -> NDArray[np.float32]:
        """Relevance of every candidate: float32 [m]."""
        return relevance(tables, self.segment_of_each(), self.codes)

    def of_those_who_met(self) -> Examples:
        """Only askers who addressed a candidate: from the others no order can be learned."""
        hits = _per_asker(self.met, self.starts) > 0
        kept = np.repeat(hits, self.sizes())
        sizes = self.sizes()[hits]
        return Examples(
            codes=self.codes[kept],
            met=self.met[kept],
            back=self.back[kept],
            traits=self.traits[kept],
            starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            segments=self.segments[hits],
            all_met=self.all_met[hits],
            askers=self.askers[hits],
            contacts=self.contacts[kept],
            since=self.since,
        )


def learn_lines(examples: Sequence[Examples]) -> Tables:
    """The label-free tables, scaled, plus a straight line for each term."""
    parts = [_LogitPart(part) for part in (one.of_those_who_met() for one in examples)]
    askers = sum(part.weights.sum() for part in parts)
    if not askers:
        return plain_tables()
    start = np.append(np.zeros(len(TERMS)), 1.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slope = np.append(PENALTY * weights[:-1], 0.0)
        value = 0.5 * PENALTY * float(weights[:-1] @ weights[:-1])
        for part in parts:
            one, its_slope = part.loss(weights)
            value, slope = value + one / askers, slope + its_slope / askers
        return value, slope

    # One thread: the order of sums would show in the last bits.
    with threadpool_limits(1, "blas"):
        found = minimize(
            loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS}
        ).x
    lines = found[:-1, None] * np.stack([_scale(term) for term in range(len(TERMS))])
    return np.asarray(found[-1] * plain_tables() + lines, np.float32)


def learn_curves(examples: Sequence[Examples], start: Tables) -> Tables:
    """The tables `start` plus a curve for each term and segment.

    Equal examples give equal tables, whatever the number of threads (LightGBM's `deterministic`).
    """
    kept = [one.of_those_who_met() for one in examples]
    if not any(len(one.askers) for one in kept):
        return start
    features = np.concatenate([_features(one) for one in kept])
    import lightgbm  # noqa: PLC0415  (takes a second, and many models are trained without it)

    data = lightgbm.Dataset(
        features,
        np.concatenate([one.met for one in kept]).astype(np.float32),
        group=np.concatenate([one.sizes() for one in kept]),
        init_score=np.concatenate([one.relevance(start) for one in kept]),
        free_raw_data=True,
    )
    asker = len(TERMS)
    settings = TREES | {
        "seed": 0,
        "interaction_constraints": [[term, asker] for term in range(len(TERMS))],
        "monotone_constraints": [*MONOTONE, 0],
    }
    booster = lightgbm.train(settings, data, ROUNDS)
    return np.asarray(start + _tabulated(booster), np.float32)


def _tabulated(booster: lightgbm.Booster) -> Tables:
    """What the trees add, term by term: exact, since no tree looks at two terms."""
    neutral = np.array([USUAL] * len(FACTORS) + [0] * len(SIGNALS), np.float32)
    grid = np.tile(np.append(neutral, 0), (SEGMENTS, len(TERMS), LEVELS, 1)).astype(np.float32)
    grid[..., len(TERMS)] = np.arange(SEGMENTS)[:, None, None]
    for term in range(len(TERMS)):
        grid[:, term, :, term] = np.arange(LEVELS)
    values = np.asarray(booster.predict(grid.reshape(-1, len(TERMS) + 1)))
    values = values.reshape(grid.shape[:-1])
    base = np.stack([values[:, t, int(neutral[t])] for t in range(len(TERMS))], axis=1)
    return np.asarray(values - base[..., None], np.float32)


def ndcg(examples: Examples, tables: Tables, depth: int = 10) -> NDArray[np.float64]:
    """NDCG@depth of each asker who addressed somebody new: float64; the ideal knows them all."""
    asked = np.flatnonzero(examples.all_met > 0)
    scores, out = examples.relevance(tables), np.zeros(len(asked))
    discount = 1 / np.log2(np.arange(2, depth + 2))
    for place, asker in enumerate(asked):
        mine = slice(int(examples.starts[asker]), int(examples.starts[asker + 1]))
        order = np.lexsort((examples.contacts[mine], -scores[mine]))[:depth]
        gained = (examples.met[mine][order] * discount[: len(order)]).sum()
        out[place] = gained / discount[: min(depth, int(examples.all_met[asker]))].sum()
    return out


def _scale(term: int) -> NDArray[np.float64]:
    """A term's codes as numbers: factors in [-1, 1], signals in [0, 1]; float64 [LEVELS]."""
    levels = np.arange(LEVELS, dtype=np.float64)
    return (levels - USUAL) / USUAL if term < len(FACTORS) else levels / (LEVELS - 1)


def _features(examples: Examples) -> NDArray[np.float32]:
    return np.column_stack([examples.codes, examples.segment_of_each()]).astype(np.float32)


def _per_asker(values: NDArray[np.generic], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    total = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    return np.asarray(total[starts[1:]] - total[starts[:-1]])


class _LogitPart:
    """The conditional logit of one time's examples; an asker weighs √ of whom she addressed."""

    def __init__(self, examples: Examples) -> None:
        scales = np.stack([_scale(term) for term in range(len(TERMS))])
        self.x = np.column_stack(
            [scales[t][examples.codes[:, t]] for t in range(len(TERMS))]
            + [examples.relevance(plain_tables())]
        ).astype(np.float32)
        self.starts, self.sizes = examples.starts[:-1], examples.sizes()
        hits = _per_asker(examples.met, examples.starts)
        self.weights = np.sqrt(hits)
        self.each = np.repeat(self.weights, self.sizes)
        self.target = examples.met / np.repeat(hits, self.sizes)

    def loss(self, weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Minus the weighted log-likelihood, and its slope."""
        if not len(self.sizes):
            return 0.0, np.zeros(len(weights))
        score = (self.x @ weights.astype(np.float32)).astype(np.float64)
        score -= np.repeat(np.maximum.reduceat(score, self.starts), self.sizes)
        total = np.add.reduceat(np.exp(score), self.starts)
        log_chance = score - np.repeat(np.log(total), self.sizes)
        pull = (np.exp(log_chance) - self.target) * self.each
        value = -float((self.target * log_chance * self.each).sum())
        return value, (self.x.T @ pull.astype(np.float32)).astype(np.float64)
