"""What the factors read: each person's interests, goals, skills, standing and reach, as arrays.

Computed once per training from the snapshot; every factor is then a function over pairs of rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender import sparse
from recommender.matrices import Snapshot
from recommender.ties import Ties

SHRINKAGE = 5.0
"""Observations at which a confidence reaches ½ (science: c = n / (n + κ))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """n people, t topics. Matrices are float32 CSR [n, t] unless said otherwise.

    interests: TF-IDF of topics worked on (half-life 365 days), rows of length 1.
    recent: the same over the last months (half-life 90 days).
    goals: topics the person wants to learn, rows sum to 1; recent interests where none declared.
    declared_goals: int32 [n], how many learning goals were declared.
    skills: how well, in [0, 1]: declared, offered, or standing among a topic's contributors.
    standing: percentile in [0, 1] of what each contribution to a topic was answered with.
    reach: interests of the people whom a person is in contact with, weighed against hubs.
    helped: float32 [n], percentile of distinct people contacted per active day.
    answered, asked: float32 [n], people who addressed the person and got a reply; all who did.
    active: float32 [n] in [0, 1), how surely the person is around these weeks.
    events: float32 [n], activities seen.
    tastes: float32 [n, d] of length 1: whom she turns to, as an embedding.
    degree: int32 [n], contacts addressed or addressed by.
    rising: float32 [t] >= 0, how much a topic's share grew this quarter over the year before.
    organisation: int32 [n], -1 unknown; organisation_topics: CSR [organisations, t], length 1.
    organisation_size: int32 [organisations].
    languages: bool-like CSR [n, languages].
    """

    interests: sp.csr_matrix
    recent: sp.csr_matrix
    goals: sp.csr_matrix
    declared_goals: NDArray[np.int32]
    skills: sp.csr_matrix
    standing: sp.csr_matrix
    reach: sp.csr_matrix
    helped: NDArray[np.float32]
    answered: NDArray[np.float32]
    asked: NDArray[np.float32]
    active: NDArray[np.float32]
    events: NDArray[np.float32]
    tastes: NDArray[np.float32]
    degree: NDArray[np.int32]
    rising: NDArray[np.float32]
    organisation: NDArray[np.int32]
    organisation_topics: sp.csr_matrix
    organisation_size: NDArray[np.int32]
    languages: sp.csr_matrix


def build_profiles(snapshot: Snapshot, ties: Ties, tastes: NDArray[np.float32]) -> Profiles:
    """Derive every array of `Profiles`. tastes: float32 [n, d], see there."""
    topic = snapshot.person_topic
    rarity = _rarity(topic.csr("count"))
    interests = _tfidf(topic.csr("decay_365"), rarity)
    recent = _tfidf(topic.csr("decay_90"), rarity)
    goals, declared = _goals(snapshot, recent, interests)
    standing = _standing(snapshot)
    organisation = snapshot.attributes["organisation"]
    organisation_topics, organisation_size = _organisations(organisation, interests)
    lately = sparse.row_sums(topic.csr("decay_30"))
    neighbours = ties.matrix(np.ones(len(ties), np.float32))
    degree = np.diff(ties.indptr).astype(np.int32)
    events = sparse.row_sums(topic.csr("count")).astype(np.float32)
    days = sparse.row_sums(topic.csr("active_days"))
    asked = np.bincount(ties.persons(), ties.received > 0, ties.people)
    answered = np.bincount(ties.persons(), (ties.received > 0) & (ties.sent > 0), ties.people)
    contacted = np.bincount(ties.persons(), ties.sent > 0, ties.people)
    return Profiles(
        interests=interests,
        recent=recent,
        goals=goals,
        declared_goals=declared,
        skills=_skills(snapshot, standing),
        standing=standing,
        reach=(neighbours @ sparse.scale_rows(interests, 1 / np.log(2.0 + degree))).tocsr(),
        helped=percentile(contacted / np.maximum(days, 1)),
        answered=answered.astype(np.float32),
        asked=asked.astype(np.float32),
        active=(lately / (lately + 1)).astype(np.float32),
        events=events,
        tastes=tastes,
        degree=degree,
        rising=_rising(snapshot),
        organisation=organisation,
        organisation_topics=organisation_topics,
        organisation_size=organisation_size,
        languages=snapshot.languages,
    )


def shrunk_confidence(observations: NDArray[np.floating | np.integer]) -> NDArray[np.float32]:
    """How far to trust a figure made of so many observations: n / (n + κ), float32 in [0, 1).

    >>> shrunk_confidence(np.array([0, 5, 45]))
    array([0. , 0.5, 0.9], dtype=float32)
    """
    return (observations / (observations + SHRINKAGE)).astype(np.float32)


def percentile(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """Share of the others below each value, ties sharing their middle; float32 in [0, 1].

    >>> percentile(np.array([3., 1., 2., 2.]))
    array([1. , 0. , 0.5, 0.5], dtype=float32)
    """
    if len(values) < 2:
        return np.full(len(values), 0.5, np.float32)
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, "left")
    not_above = np.searchsorted(ordered, values, "right")
    return ((below + not_above - 1) / (2 * (len(values) - 1))).astype(np.float32)


def _rarity(counts: sp.csr_matrix) -> NDArray[np.float64]:
    people = np.bincount(counts.indices, minlength=counts.shape[1])
    # One is added under the logarithm so that a topic everyone works on still counts for something.
    return np.log1p((1 + counts.shape[0]) / (1 + people))


def _tfidf(decayed: sp.csr_matrix, rarity: NDArray[np.float64]) -> sp.csr_matrix:
    damped = sparse.mapped(decayed, np.log1p(decayed.data))
    return sparse.unit_rows(sparse.scale_columns(damped, rarity))


def _goals(
    snapshot: Snapshot, recent: sp.csr_matrix, interests: sp.csr_matrix
) -> tuple[sp.csr_matrix, NDArray[np.int32]]:
    learn = snapshot.relation("goals", "direction") == "learn"
    person = snapshot.relation("goals", "person")[learn]
    topic = snapshot.relation("goals", "topic")[learn]
    declared = _binary(person, topic, interests.shape)
    count = np.diff(declared.indptr).astype(np.int32)
    awake = np.diff(recent.indptr) > 0
    fallback = [
        sparse.scale_rows(recent, count == 0),
        sparse.scale_rows(interests, (count == 0) & ~awake),
    ]
    goals = sparse.share_rows((declared + fallback[0] + fallback[1]).tocsr())
    goals.eliminate_zeros()
    return goals, count


def _standing(snapshot: Snapshot) -> sp.csr_matrix:
    """Percentile of answers received per contribution, shrunk, among each topic's contributors.

    Where interactions name no topic, a person's overall rate stands for each of her topics.
    """
    given = snapshot.person_topic.csr("count")
    about = snapshot.person_contact_topic
    if len(about):
        keys = (about.keys[1], about.keys[2])
        received = sp.csr_matrix((about.measures["weight"], keys), given.shape).tocsr()
        received = received.multiply(given > 0).tocsr()
    else:
        total = sparse.column_sums(snapshot.person_contact.csr("weight"))
        received = sparse.scale_rows(sparse.share_rows(given), total)
    people, topics = given.nonzero()
    contributions = given.data.astype(np.float64)
    cells = (people.astype(np.int64), topics.astype(np.int64))
    answers = sparse.values_at(received, *cells).astype(np.float64)
    prior = answers.sum() / max(contributions.sum(), 1)
    rate = (answers + SHRINKAGE * prior) / (contributions + SHRINKAGE)
    return sparse.mapped(given, _percentile_within(topics, rate))


def _percentile_within(
    groups: NDArray[np.integer], values: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Rank of each value inside its group, (i + ½) / size, equal values sharing the lowest."""
    order = np.lexsort((values, groups))
    grouped, sorted_values = groups[order], values[order]
    start = np.searchsorted(grouped, grouped, "left")
    new = np.ones(len(order), bool)
    new[1:] = (grouped[1:] != grouped[:-1]) | (sorted_values[1:] != sorted_values[:-1])
    first_equal = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    size = np.bincount(groups, minlength=1)[grouped] if len(groups) else start
    out = np.empty(len(order), np.float32)
    out[order] = (first_equal - start + 0.5) / np.maximum(size, 1)
    return out


def _skills(snapshot: Snapshot, standing: sp.csr_matrix) -> sp.csr_matrix:
    """Declared levels over 4 and offers (as level 3) where given; else shrunk standing."""
    counts = snapshot.person_topic.csr("count")
    shown = sparse.mapped(standing, standing.data * shrunk_confidence(counts.data))
    offers = snapshot.relation("goals", "direction") == "offer"
    person = np.r_[
        snapshot.relation("skills", "person"), snapshot.relation("goals", "person")[offers]
    ]
    topic = np.r_[snapshot.relation("skills", "topic"), snapshot.relation("goals", "topic")[offers]]
    level = np.nan_to_num(snapshot.relation("skills", "level").astype(np.float32), nan=2.0) / 4
    declared = sp.coo_matrix(
        (np.r_[level, np.full(offers.sum(), 0.75, np.float32)], (person, topic)), standing.shape
    )
    known = _binary(person, topic, standing.shape)
    observed = shown - shown.multiply(known)
    return sp.csr_matrix(observed + _maximum(declared), dtype=np.float32)


def _maximum(matrix: sp.coo_matrix) -> sp.csr_matrix:
    """Keep the largest of the values given for one cell, instead of their sum."""
    order = np.lexsort((-matrix.data, matrix.col, matrix.row))
    row, col, data = matrix.row[order], matrix.col[order], matrix.data[order]
    first = np.ones(len(row), bool)
    first[1:] = (row[1:] != row[:-1]) | (col[1:] != col[:-1])
    return sp.csr_matrix((data[first], (row[first], col[first])), matrix.shape)


def _binary(
    rows: NDArray[np.integer], columns: NDArray[np.integer], shape: tuple[int, int]
) -> sp.csr_matrix:
    matrix = sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def _organisations(
    organisation: NDArray[np.int32], interests: sp.csr_matrix
) -> tuple[sp.csr_matrix, NDArray[np.int32]]:
    known = np.flatnonzero(organisation >= 0)
    count = int(organisation.max(initial=-1)) + 1
    members = _binary(organisation[known], known, (count, len(organisation)))
    return sparse.unit_rows((members @ interests).tocsr()), np.diff(members.indptr).astype(np.int32)


def _rising(snapshot: Snapshot) -> NDArray[np.float32]:
    """Log of a topic's share of the last quarter over its share of the year, above 0, smoothed."""
    quarter = sparse.column_sums(snapshot.person_topic.csr("decay_90"))
    year = sparse.column_sums(snapshot.person_topic.csr("decay_365"))
    smooth = max(year.sum() / max(len(year), 1), 1e-9)
    grown = (quarter + smooth) / (quarter.sum() + smooth * len(quarter))
    usual = (year + smooth) / (year.sum() + smooth * len(year))
    return np.asarray(np.maximum(np.log(grown / usual), 0), np.float32)
