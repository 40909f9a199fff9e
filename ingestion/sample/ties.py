"""Who gets to know whom in the sample community, when, and how each tie goes on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingestion.sample import clock
from ingestion.sample.people import CONNECTOR, People

TIES_PER_INTERACTION = 4.3 / 20
"""Ties made for each interaction that there is to be; each ties two people."""

CLOSURE, COMMUNITY, TOPIC = 0.55, 0.80, 0.95
"""Shares, running: met through a contact, in a community, over a topic; the rest by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """m ties in columns, each pair once.

    one, other: int64 [m], rows of people; topic: int64 [m], what the tie is about.
    sessions: int64 [m], conversations before any silence; resumed: int64 [m], after it.
    begins, ends: int64 [m], seconds of the first and the last conversation before any silence.
    """

    one: NDArray[np.int64]
    other: NDArray[np.int64]
    topic: NDArray[np.int64]
    sessions: NDArray[np.int64]
    resumed: NDArray[np.int64]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.one)

    def part(self, first: int, count: int) -> Ties:
        """`count` ties, or as many as there are, from place `first`."""
        return Ties(**{n: getattr(self, n)[first : first + count] for n in self.__slots__})


def make_ties(people: People, interactions: float, rng: np.random.Generator) -> Ties:
    """Quarter by quarter, let active people meet; then give each tie its life.

    interactions: that all these lives come to for each person, roughly.
    """
    ties_per_person = TIES_PER_INTERACTION * interactions
    total = people.active.sum()
    pairs = np.empty((0, 2), np.int64)
    met = np.empty(0, np.int64)
    for quarter in range(clock.QUARTERS):
        share = people.active[:, quarter].sum() / total
        wanted = int(ties_per_person * len(people) * share)
        found = rng.permutation(_meet(people, pairs, quarter, 2 * wanted, rng))[:wanted]
        pairs = np.concatenate([pairs, found])
        opens = clock.START + quarter * clock.QUARTER
        met = np.concatenate([met, opens + rng.integers(0, clock.QUARTER, len(found))])
    return _lives(people, pairs, met, rng)


def shared_topics(people: People, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The topic that both of each pair care for most, or -1 where they share none."""
    mine, theirs = people.topics[pairs[:, 0]], people.topics[pairs[:, 1]]
    both = people.interest[pairs[:, 0], :, None] * people.interest[pairs[:, 1], None, :]
    both *= mine[:, :, None] == theirs[:, None, :]
    flat = both.reshape(len(pairs), -1)
    best = flat.argmax(axis=1)
    topic = np.take_along_axis(mine, best[:, None] // theirs.shape[1], axis=1)[:, 0]
    return np.where(flat.max(axis=1, initial=0) > 0, topic, -1)


def _meet(
    people: People,
    pairs: NDArray[np.int64],
    quarter: int,
    tries: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """New pairs of people present in this quarter, int64 [at most tries, 2], lower row first."""
    busy = people.active[:, quarter]
    one = _weighted(busy, rng.random(tries))
    how = rng.random(tries)
    other = _weighted(busy, rng.random(tries))
    for group, low, high in (
        (people.community[:, :1], CLOSURE, COMMUNITY),
        (people.topics[:, :3], COMMUNITY, TOPIC),
    ):
        picked = (how >= low) & (how < high)
        other[picked] = _in_group(group, busy, one[picked], rng)
    picked = how < CLOSURE
    if len(pairs):
        other[picked] = _contact_of_contact(pairs, len(people), one[picked], rng)
    fresh = np.sort(np.column_stack([one, other]), axis=1)
    likely = np.where(shared_topics(people, fresh) >= 0, 1.0, 0.35)
    here = (fresh[:, 0] != fresh[:, 1]) & (busy[fresh] > 0).all(axis=1)
    fresh = fresh[here & (rng.random(tries) < likely)]
    key, first = np.unique(fresh[:, 0] * len(people) + fresh[:, 1], return_index=True)
    known = np.isin(key, pairs[:, 0] * len(people) + pairs[:, 1])
    return np.asarray(fresh[first[~known]], np.int64)


def _weighted(weight: NDArray[np.float64], draws: NDArray[np.float64]) -> NDArray[np.int64]:
    """Indices drawn in proportion to `weight`, one for each draw in [0, 1)."""
    total = np.cumsum(weight)
    place = np.searchsorted(total, draws * total[-1], side="right")
    return np.asarray(place.clip(max=len(weight) - 1), np.int64)


def _in_group(
    groups: NDArray[np.int64],
    busy: NDArray[np.float64],
    askers: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """For each asker somebody of one of her groups, the busy more often (perhaps herself)."""
    people = np.repeat(np.arange(len(groups)), groups.shape[1])
    order = np.argsort(groups.ravel(), kind="stable")
    people, sorted_groups = people[order], groups.ravel()[order]
    total = np.concatenate([[0.0], np.cumsum(busy[people])])
    column = rng.integers(0, groups.shape[1], len(askers))
    wanted = groups[askers, column]
    low = total[np.searchsorted(sorted_groups, wanted)]
    high = total[np.searchsorted(sorted_groups, wanted, side="right")]
    place = np.searchsorted(total, low + rng.random(len(askers)) * (high - low), side="right") - 1
    return np.asarray(people[place.clip(0, len(people) - 1)], np.int64)


def _contact_of_contact(
    pairs: NDArray[np.int64], count: int, askers: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """For each asker a contact of a contact, recent ones more often; herself where she has none."""
    source = np.concatenate([pairs[:, 0], pairs[:, 1]])
    target = np.concatenate([pairs[:, 1], pairs[:, 0]])
    age = np.tile(np.arange(len(pairs)), 2)
    order = np.lexsort((age, source))
    target = target[order]
    offsets = np.searchsorted(source[order], np.arange(count + 1))
    at = askers
    for _ in range(2):
        degree = offsets[at + 1] - offsets[at]
        step = (rng.random(len(at)) ** 0.6 * degree).astype(np.int64)
        at = np.where(degree > 0, target[(offsets[at] + step).clip(max=len(target) - 1)], askers)
    return at


def _lives(
    people: People, pairs: NDArray[np.int64], met: NDArray[np.int64], rng: np.random.Generator
) -> Ties:
    """Give each tie a topic, a number of conversations, and an end: most fade, some fall silent.

    A tie goes silent on its own where both people stay; of those, some resume near the end.
    """
    count = len(pairs)
    met = np.maximum(met, people.joined[pairs].max(axis=1))
    last = np.maximum(people.left[pairs].min(axis=1), met + clock.DAY)
    common = shared_topics(people, pairs)
    topic = np.where(common >= 0, common, people.topics[pairs[:, 1], 0])
    same = people.community[pairs[:, 0], 0] == people.community[pairs[:, 1], 0]
    pull = 0.25 * same + 0.35 * (common >= 0) - 0.35
    room = np.sqrt((last - met) / (clock.END - clock.START))
    sessions = 1 + (rng.lognormal(pull, 1.35, count) * room * 1.35).astype(np.int64)
    sessions = np.minimum(sessions, 150)
    stays = (people.left[pairs] == clock.END).all(axis=1)
    mine = (pairs == CONNECTOR).any(axis=1)
    old = met < clock.END - 420 * clock.DAY
    close = stays & old & (sessions >= 4)
    silent = close & (rng.random(count) < np.where(mine, 0.5, 0.35))
    length = last - met
    ends = met + (length * rng.beta(3.0, 1.0, count)).astype(np.int64)
    quiet = clock.END - rng.integers(150 * clock.DAY, 480 * clock.DAY, count)
    ends = np.where(silent, np.clip(quiet, met + 30 * clock.DAY, clock.END), ends)
    lively = people.active[pairs, -1].min(axis=1)
    likely = np.where(lively > np.median(lively), 0.35, 0.12)
    again = silent & (rng.random(count) < likely)
    return Ties(
        one=pairs[:, 0],
        other=pairs[:, 1],
        topic=topic,
        sessions=sessions,
        resumed=np.where(again, 1 + rng.poisson(1.0, count), 0),
        begins=met,
        ends=np.minimum(ends, last),
    )
