"""The diversity headline: a candidate against the asker's present network (science §8.6)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.domain.slate import FACTORS, SIGNALS
from recommender.factors.dissonance import dissonance
from recommender.factors.profiles import Profiles
from recommender.kernels import pair_dots
from recommender.matrices import Snapshot
from recommender.sparse import row_max, scale_rows, share_rows, top_per_row, unit_rows, without
from recommender.ties import Ties

Pairs = NDArray[np.int32]
Values = NDArray[np.float32]
RELEVANT = 0.2
"""Relevance from which diversity counts in full: what is irrelevant is not diverse."""

ADJACENT_TOPICS = 40
"""Topics next to one's goals that are looked at, nearest first."""


BLOCK = 8192
"""Rows of topics that are made together."""


def diversity_scorer(
    snapshot: Snapshot, ties: Ties, profiles: Profiles, community: NDArray[np.int32]
) -> Callable[[Pairs, Pairs, Values, Values, Values], Values]:
    """Prepare what all pairs share.

    The result takes askers and contacts, int32 [m], their factors [m, 9], how well these are known
    [m, 9], and signals [m, signals], and gives float32 [m] in [0, 1]:

    (.3 other community + .2 few shared contacts + .2 dissonance + .2 adjacent topics
    + .1 other organisation, sector or role) · min(1, relevance / RELEVANT)
    """
    member = _membership(community)
    at_home = share_rows((ties.matrix(ties.strength + np.float32(0.1)) @ member).tocsr())
    adjacent = _adjacent_topics(ties, profiles)
    interests = share_rows(profiles.interests)
    goals = unit_rows(profiles.goals)
    shared_contacts = SIGNALS.index("shared_contacts")
    f = {name: i for i, name in enumerate(FACTORS)}

    def score(
        askers: Pairs, contacts: Pairs, factors: Values, confidence: Values, signals: Values
    ) -> Values:
        elsewhere = 1 - pair_dots(at_home, member, askers, contacts)
        value = (
            0.3 * elsewhere
            + 0.2 * (1 - signals[:, shared_contacts])
            + 0.2 * dissonance(factors, confidence)
            + 0.2 * pair_dots(adjacent, interests, askers, contacts)
            + 0.1 * _distance(snapshot, askers, contacts)
        )
        current = pair_dots(goals, profiles.recent, askers, contacts)
        worth = np.maximum.reduce(
            [current, factors[:, f["collaboration"]], factors[:, f["learning"]]]
        )
        return np.asarray((value * np.minimum(1, worth / RELEVANT)).clip(0, 1), np.float32)

    return score


def _membership(community: NDArray[np.int32]) -> sp.csr_matrix:
    known = np.flatnonzero(community >= 0)
    shape = (len(community), int(community.max(initial=0)) + 1)
    return sp.csr_matrix((np.ones(len(known), np.float32), (known, community[known])), shape)


def _adjacent_topics(ties: Ties, profiles: Profiles) -> sp.csr_matrix:
    """By asker: topics that go together with her goals but are absent from her network, ≤ 1."""
    topics = unit_rows(profiles.interests.T.tocsr())
    together = _in_blocks(
        topics.shape[0], lambda own: top_per_row(topics[own] @ topics.T, ADJACENT_TOPICS)
    )
    network = ties.matrix(np.ones(len(ties)))

    def missing(own: slice) -> sp.csr_matrix:
        near = top_per_row(profiles.goals[own] @ together, ADJACENT_TOPICS)
        present = network[own] @ profiles.interests
        present.eliminate_zeros()
        return without(near, present)

    found = _in_blocks(profiles.goals.shape[0], missing)
    top = row_max(found)
    return scale_rows(found, np.divide(1, top, out=np.zeros_like(top), where=top > 0))


def _in_blocks(rows: int, made: Callable[[slice], sp.csr_matrix]) -> sp.csr_matrix:
    """Some rows at a time: before they are cut down they have many times as many cells."""
    starts = range(0, max(rows, 1), BLOCK)
    return sp.csr_matrix(sp.vstack([made(slice(start, start + BLOCK)) for start in starts]))


def _distance(snapshot: Snapshot, askers: Pairs, contacts: Pairs) -> NDArray[np.float32]:
    """Share of the declared attributes that both have in which they differ; 0 where none."""
    differ, known = np.zeros(len(askers), np.float32), np.zeros(len(askers), np.float32)
    for codes in snapshot.attributes.values():
        a, b = codes[askers], codes[contacts]
        both = (a >= 0) & (b >= 0)
        known += both
        differ += both & (a != b)
    return np.divide(differ, known, out=np.zeros_like(differ), where=known > 0)
