"""What people did next, at earlier times: the examples that rankers learn from.

At each earlier time everything is made anew from what was known then, by the code that makes it
for today: ties, vectors, profiles, candidates. So an example looks to the ranker as a question of
today will.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.config import TrainConfig
from recommender.domain.progress import Progress, silent
from recommender.domain.times import DAY_MICROSECONDS
from recommender.filters import build_rules
from recommender.found import Finding, Pairs
from recommender.lookback import before, events_between
from recommender.material import make_material
from recommender.matrices import Snapshot
from recommender.model import to_byte
from recommender.ranking.learning import Examples
from recommender.ranking.relevance import segments
from recommender.sparse import pattern, values_at
from recommender.ties import build_ties

HORIZON_DAYS = 90
"""Days after an earlier time in which somebody new counts as met; also from time to time."""

ACTIVE_DAYS = 180
"""Who did anything in so many days before is asked."""

MOST_TIMES = 8
"""Earlier times that are looked at, at most."""

MOST_ASKERS = 1500
"""Askers of one time, at most; drawn evenly."""

ENOUGH = 30_000
"""First contacts from which no further time is looked at."""

BLOCK = 512


def looked_back(
    snapshot: Snapshot, config: TrainConfig, progress: Progress = silent
) -> list[Examples]:
    """The examples of earlier times, newest first; as many as there are data for."""
    found: list[Examples] = []
    horizon, first = HORIZON_DAYS * DAY_MICROSECONDS, _beginning(snapshot)
    for step in range(1, MOST_TIMES + 1):
        since = snapshot.as_of_microseconds - step * horizon
        if since - horizon < first or sum(int(one.met.sum()) for one in found) >= ENOUGH:
            break
        progress("learning from what came next", (step - 1) / MOST_TIMES)
        found.append(examples_at(snapshot, since, config))
    progress("learning from what came next", 1.0)
    return found


def examples_at(snapshot: Snapshot, since: int, config: TrainConfig) -> Examples:
    """The candidates as of `since`, microseconds, and whom their askers then addressed."""
    past = before(snapshot, since)
    ties = build_ties(past, look_back=False)
    finding = Finding(make_material(past, ties, config), build_rules(past, ties))
    met = _newly_met(snapshot, finding, since)
    asked = _asked(past, since, config)
    parts = [_block(finding, met, block) for block in _blocks(asked)]
    pairs, codes, hits = (np.concatenate(column) for column in zip(*parts, strict=True))
    sizes = np.bincount(np.searchsorted(asked, pairs[:, 0]), minlength=len(asked))
    return Examples(
        codes=codes,
        met=hits,
        starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        segments=segments(np.diff(ties.indptr)[asked]),
        all_met=np.diff(met.indptr)[asked].astype(np.int64),
        askers=asked,
        contacts=pairs[:, 1].astype(np.int32),
        since=since,
    )


def _block(
    finding: Finding, met: sp.csr_matrix, askers: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.uint8], NDArray[np.bool_]]:
    pairs: Pairs = finding.pairs(askers)
    codes = finding.codes(pairs, to_byte(finding.factors(pairs)))
    cells = pairs.askers.astype(np.int64), pairs.contacts.astype(np.int64)
    return np.column_stack([pairs.askers, pairs.contacts]), codes, values_at(met, *cells) > 0


def _newly_met(snapshot: Snapshot, finding: Finding, since: int) -> sp.csr_matrix:
    """Who addressed whom within the horizon, of people known then, for the first time ever."""
    end = since + HORIZON_DAYS * DAY_MICROSECONDS
    said = events_between(snapshot.interactions, since, end)
    past = finding.material.snapshot
    known = np.zeros(len(past.person_ids), bool)
    for events in (past.activities, past.interactions):
        known[events.persons] = True
        known[events.contacts[events.contacts >= 0]] = True
    new = known[said.contacts] & known[said.persons]
    met = pattern(said.persons[new], said.contacts[new], finding.rules.connected.shape)
    met = sp.csr_matrix(met - met.multiply(finding.rules.connected))
    met.setdiag(0)
    met.eliminate_zeros()
    return met


def _asked(past: Snapshot, since: int, config: TrainConfig) -> NDArray[np.int32]:
    """Rows of who was around lately, int32 ascending, at most MOST_ASKERS of them."""
    start = since - ACTIVE_DAYS * DAY_MICROSECONDS
    lately = [
        events_between(events, start, since) for events in (past.activities, past.interactions)
    ]
    around = np.unique(np.concatenate([events.persons for events in lately]))
    if len(around) > MOST_ASKERS:
        draw = np.random.default_rng(config.seed)
        around = np.sort(draw.choice(around, MOST_ASKERS, replace=False))
    return around.astype(np.int32)


def _blocks(askers: NDArray[np.int32]) -> Iterator[NDArray[np.int32]]:
    for start in range(0, max(len(askers), 1), BLOCK):
        yield askers[start : start + BLOCK]


def _beginning(snapshot: Snapshot) -> int:
    """When the first event happened; nothing ever did: the end of time."""
    logs = (snapshot.activities, snapshot.interactions)
    return min((int(log.at[0]) for log in logs if len(log)), default=np.iinfo(np.int64).max)
