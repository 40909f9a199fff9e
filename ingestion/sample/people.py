"""Who is in the sample community: people, organisations, topics, interests and goals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingestion.sample import clock
from ingestion.sample.words import AREA_SECTORS, AREAS, FACETS, REGIONS, SECTORS

SLOTS = 6
"""Topics a person is interested in, most of all first."""

CONNECTOR, NEWCOMER = 2, 7
"""Rows of two contrasting people: one with many ties, old and new; one who has just arrived."""


_SPECIALIST = (
    "Nursing simulation", "Clinical reasoning", "Standardised patients", "Video-based learning",
    "Interprofessional debriefing", "Virtual reality labs",
)  # fmt: skip
"""What the newcomer cares for; the last two are what she would like to learn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """A tree of topics. parent: int64 [t], -1 at the top; leaves: int64, where things happen."""

    labels: list[str]
    parent: NDArray[np.int64]
    leaves: NDArray[np.int64]

    def siblings(self, topics: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """For each leaf, another near it in the tree (sometimes itself)."""
        order = np.argsort(self.parent[self.leaves], kind="stable")
        ranked = self.leaves[order]
        place = np.argsort(ranked)[np.searchsorted(np.sort(ranked), topics)]
        moved = np.clip(place + rng.integers(-3, 4, len(topics)), 0, len(ranked) - 1)
        return np.asarray(ranked[moved], np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """n people in columns.

    region, sector, organisation, camp: int64 [n]; camp (0 to 2) is whose views one shares.
    community: int64 [n, 2], the main one and, for some, a second (else the same again).
    topics, interest: int64 and float64 [n, SLOTS]; a row of interest sums to 1.
    joined, left: int64 [n], seconds; active: float64 [n, QUARTERS], how busy in each quarter.
    skill, kindness: float64 [n] in [0, 1]: how often answers help, how often one answers at all.
    """

    region: NDArray[np.int64]
    sector: NDArray[np.int64]
    organisation: NDArray[np.int64]
    camp: NDArray[np.int64]
    community: NDArray[np.int64]
    topics: NDArray[np.int64]
    interest: NDArray[np.float64]
    joined: NDArray[np.int64]
    left: NDArray[np.int64]
    active: NDArray[np.float64]
    skill: NDArray[np.float64]
    kindness: NDArray[np.float64]
    organisations: list[str]

    def __len__(self) -> int:
        return len(self.region)

    @property
    def utc_offset_hours(self) -> NDArray[np.float64]:
        """Hours that each person's clock is ahead of UTC."""
        return np.array([region.utc_offset_hours for region in REGIONS])[self.region]


def make_topics(people: int) -> Topics:
    """Areas, topics, and beyond a few thousand people facets of topics."""
    labels = list(AREAS)
    parent = [-1] * len(AREAS)
    for area, names in enumerate(AREAS.values()):
        labels += names
        parent += [area] * len(names)
    base = np.arange(len(AREAS), len(labels))
    facets = min(len(FACETS), int(np.log2(max(people, 2000) / 2000)))
    for facet in FACETS[:facets]:
        labels += [f"{labels[topic]} {facet}" for topic in base]
        parent += base.tolist()
    leaves = np.arange(len(AREAS), len(labels))
    return Topics(labels=labels, parent=np.array(parent), leaves=leaves)


def make_people(count: int, topics: Topics, rng: np.random.Generator) -> People:
    """`count` people in planted, overlapping communities, each about topics of one area."""
    area, profile = _communities(count, topics, rng)
    size = 1.0 / np.arange(1, len(area) + 1) ** 0.5
    community = rng.choice(len(area), (count, 2), p=size / size.sum())
    community[:, 1] = np.where(rng.random(count) < 0.35, community[:, 1], community[:, 0])
    community[CONNECTOR] = 0, min(3, len(area) - 1)
    community[NEWCOMER] = 1
    interests, weights = _interests(community, profile, topics, rng)
    sector = np.where(
        rng.random(count) < 0.6,
        np.array(AREA_SECTORS)[area[community[:, 0]]],
        rng.integers(0, len(SECTORS), count),
    )
    sector[NEWCOMER] = 1
    names, home, region = _organisations(count, sector, rng)
    joined, left = _tenure(count, rng)
    skill = np.where(rng.random(count) < 0.04, rng.uniform(0.75, 0.98, count), 0.0)
    return People(
        region=region,
        sector=sector,
        organisation=home,
        camp=rng.integers(0, 3, count),
        community=community,
        topics=interests,
        interest=weights,
        joined=joined,
        left=left,
        active=_activity(joined, left, skill, rng),
        skill=np.maximum(skill, rng.beta(2, 4, count)),
        kindness=np.clip(rng.beta(3, 2, count) + 0.3 * (skill > 0), 0.05, 0.97),
        organisations=names,
    )


def _communities(
    count: int, topics: Topics, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The area of each community, int64 [k], and its five topics, int64 [k, 5]."""
    size = max(4, round(0.55 * count**0.5))
    area = np.arange(size) % len(AREAS)
    profile = np.empty((size, 5), np.int64)
    for k in range(size):
        own = topics.leaves[_root(topics)[topics.leaves] == area[k]]
        profile[k] = [*rng.choice(own, 4, replace=False), rng.choice(topics.leaves)]
    profile[1, 0] = topics.labels.index(_SPECIALIST[0])
    return area, profile


def _root(topics: Topics) -> NDArray[np.int64]:
    """The area of each topic."""
    up = np.where(topics.parent < 0, np.arange(len(topics.parent)), topics.parent)
    return np.asarray(up[up], np.int64)


def _interests(
    community: NDArray[np.int64],
    profile: NDArray[np.int64],
    topics: Topics,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Topics and how much of a person's time each takes; most are her communities' own."""
    count = len(community)
    order = rng.permuted(np.tile(np.arange(5), (count, 1)), axis=1)
    chosen = np.empty((count, SLOTS), np.int64)
    chosen[:, :3] = np.take_along_axis(profile[community[:, 0]], order[:, :3], axis=1)
    chosen[:, 3] = np.take_along_axis(profile[community[:, 1]], order[:, 3:4], axis=1)[:, 0]
    fame = 1.0 / np.arange(1, len(topics.leaves) + 1) ** 0.7
    famous = rng.permutation(topics.leaves)
    chosen[:, 4] = rng.choice(famous, count, p=fame / fame.sum())
    chosen[:, 5] = rng.choice(topics.leaves, count)
    weights = np.sort(rng.exponential(1.0, (count, SLOTS)), axis=1)[:, ::-1] ** 1.3
    chosen[NEWCOMER] = [topics.labels.index(label) for label in _SPECIALIST]
    return chosen, weights / weights.sum(axis=1, keepdims=True)


def _organisations(
    count: int, sector: NDArray[np.int64], rng: np.random.Generator
) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """Names of organisations, and each person's organisation and region."""
    total = max(len(SECTORS) * 2, count // 40)
    kind = np.arange(total) % len(SECTORS)
    region = rng.permutation(np.arange(total) % len(REGIONS))
    names: list[str] = []
    for i in range(total):
        forms, places = list(SECTORS.values())[kind[i]][0], REGIONS[region[i]].places
        name = forms[rng.integers(len(forms))].format(places[rng.integers(len(places))])
        names.append(f"{name} {2 + names.count(name)}" if name in names else name)
    size = rng.lognormal(0.0, 0.8, total)
    home = np.empty(count, np.int64)
    for s in range(len(SECTORS)):
        here, members = np.flatnonzero(kind == s), sector == s
        home[members] = rng.choice(here, int(members.sum()), p=size[here] / size[here].sum())
    return names, home, region[home]


def _tenure(count: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """When people join (more and more) and leave (a quarter of them do); seconds."""
    span = clock.END - clock.START
    joined = clock.START + (rng.random(count) ** 0.8 * 0.95 * span).astype(np.int64)
    early = rng.random(count) < 0.3
    joined[early] = clock.START + rng.integers(0, 60 * clock.DAY, int(early.sum()))
    recent = rng.random(count) < 0.06
    joined[recent] = clock.END - rng.integers(3 * clock.DAY, 75 * clock.DAY, int(recent.sum()))
    joined[CONNECTOR] = clock.START + 10 * clock.DAY
    joined[NEWCOMER] = clock.END - 70 * clock.DAY
    stay = joined + (rng.beta(1, 1.5, count) * (clock.END - joined)).astype(np.int64) + clock.DAY
    leaves = rng.random(count) < 0.25
    leaves[[CONNECTOR, NEWCOMER]] = False
    return joined, np.where(leaves, np.minimum(stay, clock.END), clock.END)


def _activity(
    joined: NDArray[np.int64],
    left: NDArray[np.int64],
    expert: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """How busy each person is in each quarter: heavy-tailed over people, drifting over time."""
    count = len(joined)
    level = rng.lognormal(0.0, 1.1, count) * np.where(expert > 0, 2.5, 1.0)
    level[CONNECTOR] = np.quantile(level, 0.985)
    level[NEWCOMER] = np.quantile(level, 0.9)
    drift = np.cumsum(rng.normal(0.0, 0.28, (count, clock.QUARTERS)), axis=1)
    opens = clock.START + np.arange(clock.QUARTERS) * clock.QUARTER
    present = np.minimum(left[:, None], opens + clock.QUARTER) - np.maximum(joined[:, None], opens)
    drift[CONNECTOR] *= 0.3
    return np.asarray(
        level[:, None] * np.exp(drift - drift[:, :1]) * present.clip(0) / clock.QUARTER, np.float64
    )
