"""Which ranker a model is published with: the plainest that no richer one beats beyond doubt.

Every ranker is held against times that none of its examples reach into: learned from all that
came before, it orders the candidates of a later time, and what those people did next decides. The
richer of two is taken only where the lower end of the interval of its gain is above nothing; then
it learns once more, from all times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.domain.config import TrainConfig
from recommender.domain.times import from_microseconds
from recommender.ranking.learning import Examples, learn_curves, learn_lines, ndcg
from recommender.ranking.relevance import Tables, plain_tables

HELD_OUT = 3
"""Latest times that rankers are held against."""

LEAST_ASKERS = 100
"""Askers at the held-out times below which nothing is beyond doubt."""

LEAST_GAIN = {"lines": 0.0, "curves": 0.02}
"""Relative gain in NDCG@10 from which a richer ranker is worth having (science §8.7)."""

RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Ranker:
    """The tables of relevance, and the report of how they were chosen, as JSON values."""

    tables: Tables
    report: dict[str, Any]


def choose_ranker(examples: Sequence[Examples], config: TrainConfig) -> Ranker:
    """Choose among `RANKERS` by held-out times; `config.ranker` may name one instead.

    examples: of earlier times, newest first, each ending where the one before it begins.
    """
    named = config.ranker != "auto"
    held = _held_out(() if named else examples)
    report: dict[str, Any] = {
        "times": [from_microseconds(one.since).isoformat() for one in examples],
        "first_contacts": sum(int(one.all_met.sum()) for one in examples),
        "held_out_askers": len(held["plain"]),
        "ndcg": {name: _mean(values) for name, values in held.items()},
        "gains": {},
    }
    chosen = "plain"
    for name in ("lines", "curves"):
        gain = _gain(held[chosen], held[name], config.seed)
        report["gains"][name] = {"over": chosen, **gain}
        enough = len(held["plain"]) >= LEAST_ASKERS
        if enough and gain["low"] > 0 and gain["mean"] >= LEAST_GAIN[name]:
            chosen = name
    if named:
        chosen = config.ranker
    usable = any(one.met.any() for one in examples)
    report["chosen"] = chosen if usable else "plain"
    report["named"] = named and usable
    return Ranker(RANKERS[report["chosen"]](examples), report)


def _plain(examples: Sequence[Examples]) -> Tables:  # noqa: ARG001 - one shape for all rankers
    return plain_tables()


def _curves(examples: Sequence[Examples]) -> Tables:
    return learn_curves(examples, learn_lines(examples))


RANKERS: dict[str, Callable[[Sequence[Examples]], Tables]] = {
    "plain": _plain,
    "lines": learn_lines,
    "curves": _curves,
}
"""From examples to tables, plainest first."""


def _held_out(examples: Sequence[Examples]) -> dict[str, NDArray[np.float64]]:
    """NDCG@10 of every asker at the held-out times, by ranker."""
    out: dict[str, list[NDArray[np.float64]]] = {name: [np.empty(0)] for name in RANKERS}
    for place, test in enumerate(examples[:HELD_OUT]):
        earlier = examples[place + 1 :]
        if any(one.met.any() for one in earlier):
            for name, learn in RANKERS.items():
                out[name].append(ndcg(test, learn(earlier)))
    return {name: np.concatenate(parts) for name, parts in out.items()}


def _gain(old: NDArray[np.float64], new: NDArray[np.float64], seed: int) -> dict[str, float]:
    """Relative gain of the mean, and its 95 % interval over resampled askers."""
    if not len(old) or old.mean() == 0:
        return {"mean": 0.0, "low": 0.0, "high": 0.0}
    draw = np.random.default_rng(seed).integers(0, len(old), (RESAMPLES, len(old)))
    base = np.maximum(old[draw].mean(axis=1), 1e-9)
    low, high = np.percentile((new - old)[draw].mean(axis=1) / base, [2.5, 97.5])
    return {"mean": float((new - old).mean() / old.mean()), "low": float(low), "high": float(high)}


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else 0.0
