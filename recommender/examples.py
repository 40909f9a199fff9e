"""What people did next, at earlier times: the examples that rankers learn from.

At each earlier time everything is made anew from what was known then, by the code that makes it
for today: ties, vectors, profiles, candidates. So an example looks to the ranker as a question of
today will.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates import SOURCES
from recommender.domain.config import TrainConfig
from recommender.domain.pool import to_byte
from recommender.domain.progress import Progress, silent
from recommender.domain.slate import Kind
from recommender.domain.times import DAY_MICROSECONDS, from_microseconds
from recommender.filters import build_rules
from recommender.found import Finding, Pairs
from recommender.lookback import before, events_between
from recommender.material import make_material
from recommender.matrices import Snapshot
from recommender.ranking.learning import Examples
from recommender.ranking.relevance import segments
from recommender.side_by_side import in_blocks
from recommender.sparse import pattern, values_at
from recommender.ties import build_ties

HORIZON_DAYS = 90
"""Days after an earlier time in which somebody new counts as met; also from time to time."""

ACTIVE_DAYS = 180
"""Who did anything in so many days before is asked."""

LEAST_TIMES, MOST_TIMES = 2, 8
"""Earlier times that are looked at in a large and in a small community, where data reach back so
far."""

PEOPLE_LOOKED_BACK = 400_000
"""People of all times together, between the two: making a time anew costs by its people."""

MOST_ASKERS = (1500, 8000)
"""Askers of one time, at most, in a small and in a large community; drawn evenly.

The more people there are, the dearer is a time beside a further asker of it.
"""

PEOPLE_AN_ASKER = 25
"""People to one asker, between the two."""

ENOUGH = 12_000
"""First contacts from which no further time is looked at."""


@dataclass(frozen=True, slots=True)
class LookedBack:
    """Examples of earlier times, newest first, and how many of those met each source found.

    recall: of the newest time, see `recall_of`; empty where there is none.
    """

    examples: list[Examples]
    recall: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Then:
    """An earlier time: what finds people, who is asked, and whom they met in the 90 days after.

    askers: int32 [q], rows; met: CSR pattern [n, n].
    """

    finding: Finding
    askers: NDArray[np.int32]
    met: sp.csr_matrix
    since: int


def looked_back(snapshot: Snapshot, config: TrainConfig, progress: Progress = silent) -> LookedBack:
    """What earlier times have to teach; as many of them as there are data for."""
    found: list[Examples] = []
    recall: dict[str, Any] = {}
    horizon, first = HORIZON_DAYS * DAY_MICROSECONDS, _beginning(snapshot)
    times = min(_times(len(snapshot.person_ids)), config.look_back)
    for step in range(1, times + 1):
        since = snapshot.as_of_microseconds - step * horizon
        enough = len(found) >= LEAST_TIMES and sum(int(one.met.sum()) for one in found) >= ENOUGH
        if since - horizon < first or enough:
            break
        progress("learning from what came next", (step - 1) / times)
        then = _then(snapshot, since, config)
        recall = recall or recall_of(then)
        found.append(examples_of(then))
        del then  # before the next is made, which takes as much memory
    progress("learning from what came next", 1.0)
    return LookedBack(found, recall)


def _times(people: int) -> int:
    """How many earlier times are looked at, at most."""
    return int(np.clip(PEOPLE_LOOKED_BACK // max(people, 1), LEAST_TIMES, MOST_TIMES))


def _then(snapshot: Snapshot, since: int, config: TrainConfig) -> _Then:
    """The time `since`, microseconds, as it was."""
    past = before(snapshot, since)
    ties = build_ties(past, look_back=False)
    rules = build_rules(past, ties)
    # Who had not been seen yet was not there to be met, whatever has been declared since.
    rules = replace(rules, hidden=rules.hidden | ~_seen(past))
    finding = Finding(make_material(past, ties, config), rules)
    asked = _asked(past, since, config)
    return _Then(finding, asked, _newly_met(snapshot, finding, since), since)


def recall_of(then: _Then) -> dict[str, Any]:
    """What the candidates of each source hold of those met, with any rank.

    `recall`: share of all first contacts, by source; `marginal`: share that no other source holds;
    `together`: share that any holds.
    """
    parts = in_blocks(then.askers, partial(_held, then), then.finding.material.config.threads)
    held = np.concatenate([np.zeros((0, len(SOURCES)), bool), *parts])
    if not len(held):
        return {}
    alone = held.sum(axis=1) == 1
    return {
        "as_of": from_microseconds(then.since).isoformat(),
        "first_contacts": len(held),
        "together": round(float(held.any(axis=1).mean()), 4),
        "recall": _shares(held),
        "marginal": _shares(held & alone[:, None]),
    }


def _held(then: _Then, askers: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which sources hold each of those whom a block of askers met: bool [met, sources]."""
    lines, rows = then.met[askers].nonzero()
    barred = then.finding.rules.barred(askers, Kind.PEOPLE)
    best = then.finding.find.best(askers, barred, then.finding.rules.hidden)
    cells = lines.astype(np.int64), rows.astype(np.int64)
    return np.column_stack([values_at(source, *cells) > 0 for source in best])


def _shares(held: NDArray[np.bool_]) -> dict[str, float]:
    return {name: round(float(s), 4) for name, s in zip(SOURCES, held.mean(axis=0), strict=True)}


def examples_of(then: _Then) -> Examples:
    """The candidates of an earlier time, and whom their askers then addressed."""
    finding, met, asked = then.finding, then.met, then.askers
    parts = in_blocks(asked, partial(_block, finding, met), finding.material.config.threads)
    pairs, codes, traits, hits, back = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    sizes = np.bincount(np.searchsorted(asked, pairs[:, 0]), minlength=len(asked))
    return Examples(
        codes=codes,
        met=hits,
        back=back,
        traits=traits,
        starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        segments=segments(np.diff(finding.material.ties.indptr)[asked]),
        all_met=np.diff(met.indptr)[asked].astype(np.int64),
        askers=asked,
        contacts=pairs[:, 1].astype(np.int32),
        since=then.since,
    )


def _block(
    finding: Finding, met: sp.csr_matrix, askers: NDArray[np.int32]
) -> tuple[NDArray[Any], ...]:
    """Pairs, codes, traits, whom the asker addressed, and who addressed her."""
    pairs: Pairs = finding.pairs(askers)
    codes = finding.codes(pairs, to_byte(finding.factors(pairs)))
    one, other = pairs.askers.astype(np.int64), pairs.contacts.astype(np.int64)
    forth, back = values_at(met, one, other) > 0, values_at(met, other, one) > 0
    return np.column_stack([one, other]), codes, finding.traits(pairs), forth, back


def _newly_met(snapshot: Snapshot, finding: Finding, since: int) -> sp.csr_matrix:
    """Who addressed whom within the horizon, of people known then, for the first time ever."""
    end = since + HORIZON_DAYS * DAY_MICROSECONDS
    said = events_between(snapshot.interactions, since, end)
    known = _seen(finding.material.snapshot)
    new = known[said.contacts] & known[said.persons]
    met = pattern(said.persons[new], said.contacts[new], finding.rules.connected.shape)
    met = sp.csr_matrix(met - met.multiply(finding.rules.connected))
    met.setdiag(0)
    met.eliminate_zeros()
    return met


def _seen(past: Snapshot) -> NDArray[np.bool_]:
    """Of whom there is any event: bool [n]."""
    seen = np.zeros(len(past.person_ids), bool)
    for events in (past.activities, past.interactions):
        seen[events.persons] = True
        seen[events.contacts[events.contacts >= 0]] = True
    return seen


def _asked(past: Snapshot, since: int, config: TrainConfig) -> NDArray[np.int32]:
    """Rows of who was around lately, int32 ascending, at most as MOST_ASKERS says."""
    start = since - ACTIVE_DAYS * DAY_MICROSECONDS
    lately = [
        events_between(events, start, since) for events in (past.activities, past.interactions)
    ]
    around = np.unique(np.concatenate([events.persons for events in lately]))
    most = int(np.clip(len(past.person_ids) // PEOPLE_AN_ASKER, *MOST_ASKERS))
    if len(around) > most:
        draw = np.random.default_rng(config.seed)
        around = np.sort(draw.choice(around, most, replace=False))
    return around.astype(np.int32)


def _beginning(snapshot: Snapshot) -> int:
    """When the first event happened; nothing ever did: the end of time."""
    logs = (snapshot.activities, snapshot.interactions)
    return min((int(log.at[0]) for log in logs if len(log)), default=np.iinfo(np.int64).max)
