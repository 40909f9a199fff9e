"""What the factors read: each person's interests, goals, skills, standing and reach, as arrays.

Computed once per training from the snapshot; every factor is then a function over pairs of rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender import sparse
from recommender.factors.endorsements import endorsements
from recommender.factors.replies import reply_delays
from recommender.factors.skills import skills_by_topic, standing_by_topic
from recommender.factors.statistics import percentile
from recommender.matrices import Snapshot
from recommender.ties import Ties


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """n people, t topics. Matrices are float32 CSR [n, t] unless said otherwise.

    interests: TF-IDF of topics worked on (half-life 365 days), rows of length 1.
    recent: the same over the last months (half-life 90 days).
    goals: topics the person wants to learn, rows sum to 1; recent interests where none declared.
    declared_goals: int32 [n], how many learning goals were declared.
    targets: the level in (0, 4] that a declared goal aims at, where it names one.
    offers: pattern, topics in which the person offers help.
    skills: how well, in [0, 1]: declared, offered, or standing among a topic's contributors.
    standing: percentile in [0, 1] of what each contribution to a topic was answered with.
    reach: interests of the people whom a person is in contact with, weighed against hubs.
    helped: float32 [n], percentile of distinct people contacted per active day.
    answered, asked: float32 [n], people who addressed the person and got a reply; all who did.
    active: float32 [n] in [0, 1), how surely the person is around these weeks.
    events: float32 [n], activities seen.
    reply_days: float32 [n], median days until she answers who addresses her, or inf.
    replies: int32 [n], answers that `reply_days` is the median of.
    endorsed: CSR [n, cells], whom she turns to by topic; endorsed_topics: int32 [cells]; see
        `endorsements`.
    degree: int32 [n], contacts: addressed, addressed by, or declared.
    addressed: int32 [n], contacts addressed.
    rising: float32 [t] >= 0, how much a topic's share grew this quarter over the year before.
    organisation: int32 [n], -1 unknown; organisation_topics: CSR [organisations, t], length 1.
    organisation_size: int32 [organisations].
    languages: bool-like CSR [n, languages].
    """

    interests: sp.csr_matrix
    recent: sp.csr_matrix
    goals: sp.csr_matrix
    declared_goals: NDArray[np.int32]
    targets: sp.csr_matrix
    offers: sp.csr_matrix
    skills: sp.csr_matrix
    standing: sp.csr_matrix
    reach: sp.csr_matrix
    helped: NDArray[np.float32]
    answered: NDArray[np.float32]
    asked: NDArray[np.float32]
    active: NDArray[np.float32]
    events: NDArray[np.float32]
    reply_days: NDArray[np.float32]
    replies: NDArray[np.int32]
    endorsed: sp.csr_matrix
    endorsed_topics: NDArray[np.int32]
    degree: NDArray[np.int32]
    addressed: NDArray[np.int32]
    rising: NDArray[np.float32]
    organisation: NDArray[np.int32]
    organisation_topics: sp.csr_matrix
    organisation_size: NDArray[np.int32]
    languages: sp.csr_matrix


def build_profiles(snapshot: Snapshot, ties: Ties) -> Profiles:
    """Derive every array of `Profiles`."""
    topic = snapshot.person_topic
    rarity = _rarity(topic.csr("count"))
    interests = _tfidf(topic.csr("decay_365"), rarity)
    recent = _tfidf(topic.csr("decay_90"), rarity)
    goals, declared = _goals(snapshot, recent, interests)
    standing = standing_by_topic(snapshot)
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
    reply_days, replies = reply_delays(snapshot.interactions, ties.people)
    endorsed, endorsed_topics = endorsements(snapshot)
    return Profiles(
        interests=interests,
        recent=recent,
        goals=goals,
        declared_goals=declared,
        targets=_targets(snapshot, interests.shape),
        offers=_offers(snapshot, interests.shape),
        skills=skills_by_topic(snapshot, standing),
        standing=standing,
        reach=(neighbours @ sparse.scale_rows(interests, 1 / np.log(2.0 + degree))).tocsr(),
        helped=percentile(contacted / np.maximum(days, 1)),
        answered=answered.astype(np.float32),
        asked=asked.astype(np.float32),
        active=(lately / (lately + 1)).astype(np.float32),
        events=events,
        reply_days=reply_days,
        replies=replies,
        endorsed=endorsed,
        endorsed_topics=endorsed_topics,
        degree=degree,
        addressed=contacted.astype(np.int32),
        rising=_rising(snapshot),
        organisation=organisation,
        organisation_topics=organisation_topics,
        organisation_size=organisation_size,
        languages=snapshot.languages,
    )


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
    declared = sparse.pattern(person, topic, interests.shape)
    count = np.diff(declared.indptr).astype(np.int32)
    awake = np.diff(recent.indptr) > 0
    fallback = [
        sparse.scale_rows(recent, count == 0),
        sparse.scale_rows(interests, (count == 0) & ~awake),
    ]
    goals = sparse.share_rows((declared + fallback[0] + fallback[1]).tocsr())
    return goals, count


def _targets(snapshot: Snapshot, shape: tuple[int, int]) -> sp.csr_matrix:
    person, topic, level = (snapshot.relation("goals", c) for c in ("person", "topic", "level"))
    level = np.nan_to_num(level.astype(np.float32), nan=0.0).clip(0, 4)
    named = (snapshot.relation("goals", "direction") == "learn") & (level > 0)
    cells = (person[named], topic[named])
    return sparse.highest(sp.coo_matrix((level[named], cells), shape))


def _offers(snapshot: Snapshot, shape: tuple[int, int]) -> sp.csr_matrix:
    offered = snapshot.relation("goals", "direction") == "offer"
    person, topic = (snapshot.relation("goals", column)[offered] for column in ("person", "topic"))
    return sparse.pattern(person, topic, shape)


def _organisations(
    organisation: NDArray[np.int32], interests: sp.csr_matrix
) -> tuple[sp.csr_matrix, NDArray[np.int32]]:
    known = np.flatnonzero(organisation >= 0)
    count = int(organisation.max(initial=-1)) + 1
    members = sparse.pattern(organisation[known], known, (count, len(organisation)))
    return sparse.unit_rows((members @ interests).tocsr()), np.diff(members.indptr).astype(np.int32)


def _rising(snapshot: Snapshot) -> NDArray[np.float32]:
    """Log of a topic's share of the last quarter over its share of the year, above 0, smoothed."""
    quarter = sparse.column_sums(snapshot.person_topic.csr("decay_90"))
    year = sparse.column_sums(snapshot.person_topic.csr("decay_365"))
    smooth = max(year.sum() / max(len(year), 1), 1e-9)
    grown = (quarter + smooth) / (quarter.sum() + smooth * len(quarter))
    usual = (year + smooth) / (year.sum() + smooth * len(year))
    return np.asarray(np.maximum(np.log(grown / usual), 0), np.float32)
