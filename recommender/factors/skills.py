"""How well people know their topics: what they declare, and how their contributions stand."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from recommender import sparse
from recommender.factors.statistics import SHRINKAGE, percentile_within, shrunk_confidence
from recommender.matrices import Snapshot


def standing_by_topic(snapshot: Snapshot) -> sp.csr_matrix:
    """Percentile of answers received per contribution, shrunk, among each topic's contributors.

    Where interactions name no topic, a person's overall rate stands for each of her topics.
    """
    given = _contributions(snapshot)
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
    return sparse.mapped(given, percentile_within(topics, rate))


def skills_by_topic(snapshot: Snapshot, standing: sp.csr_matrix) -> sp.csr_matrix:
    """Declared levels over 4 and offers (as level 3) where given; else shrunk standing."""
    counts = _contributions(snapshot)
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
    known = sparse.pattern(person, topic, standing.shape)
    observed = shown - shown.multiply(known)
    return sp.csr_matrix(observed + sparse.highest(declared), dtype=np.float32)


def _contributions(snapshot: Snapshot) -> sp.csr_matrix:
    """How often each person acted in a topic in which she did more than look on: CSR [n, t]."""
    topic = snapshot.person_topic
    return topic.csr("count", topic.taking_part())
