"""Whom people addressed next, on a made-up community: our list beside simple peers'.

A check that nothing is broken, not an evaluation: the community was made up by our own rules.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import scipy.sparse as sp
from numpy.typing import NDArray

from evaluation.metrics.coverage import coverage
from evaluation.metrics.exposure import exposure
from evaluation.metrics.ndcg import ndcg
from recommender.domain.ids import Row
from recommender.domain.slate import Kind, Query
from recommender.filters import Rules
from recommender.matrices import Snapshot, load_snapshot
from recommender.model import Model
from recommender.pipeline import Pipeline
from tests.bench.community import Community
from tests.bench.figures import Figure

DAYS = 60
"""How long after the cut it is watched whom people address."""
TOP = 10
BLOCK = 512
RESAMPLES = 2000

Lists = NDArray[np.int32]
Scores = Callable[[NDArray[np.int32]], NDArray[np.floating]]


def measure(community: Community) -> list[Figure]:
    """NDCG@10 and coverage@10 of ours and of peers, and the ratio to the best of them."""
    known = dataclasses.replace(community, as_of=_cut(community), costs={})
    pipeline = Pipeline.open(known.models)
    truth = newly_addressed(known, pipeline.model)
    askers = np.flatnonzero(np.diff(truth.indptr)).astype(np.int32)
    lists = {"ours": ours(pipeline, askers)}
    for name, scores in peers(load_snapshot(known.snapshots)).items():
        lists[name] = best(scores, askers, pipeline.model)
    gains = {name: ndcg(found, truth[askers], TOP) for name, found in lists.items()}
    rival = max((name for name in gains if name != "ours"), key=lambda name: gains[name].mean())
    section = f"quality: made-up community, {len(askers):,} of {community.people:,} people"
    return [
        *(
            Figure(section, f"NDCG@{TOP}, {name}", [float(each.mean())])
            for name, each in gains.items()
        ),
        _ratio(section, f"NDCG@{TOP} to {rival}", gains["ours"], gains[rival]),
        *(
            Figure(section, f"coverage@{TOP}, {name}", [_coverage(found, community.people)])
            for name, found in lists.items()
        ),
    ]


def _coverage(lists: Lists, people: int) -> float:
    return float(coverage(exposure(lists, people)))


def _cut(community: Community) -> datetime:
    times = pq.read_table(community.tables / "interactions.parquet", columns=["occurred_at"])
    latest: datetime = pc.max(times["occurred_at"]).as_py()
    return latest.replace(tzinfo=UTC) - timedelta(days=DAYS)


def newly_addressed(community: Community, model: Model) -> sp.csr_matrix:
    """Pattern [n, n]: whom each person addresses after the cut without earlier contact."""
    columns = ["person_id", "contact_id", "occurred_at"]
    later = pq.read_table(community.tables / "interactions.parquet", columns=columns)
    cut = (community.as_of or datetime.max).replace(tzinfo=None)
    later = later.filter(pc.greater_equal(later["occurred_at"].cast("timestamp[us]"), cut))
    n = len(model.person_ids)
    row = {person: place for place, person in enumerate(model.person_ids.take(np.arange(n)))}
    pairs = zip(later["person_id"].to_pylist(), later["contact_id"].to_pylist(), strict=True)
    met = {(row[a], row[b]) for a, b in pairs if a in row and b in row}
    persons, contacts = np.array(sorted(met), np.int64).reshape(-1, 2).T
    pattern = sp.csr_matrix((np.ones(len(persons)), (persons, contacts)), (n, n))
    return _minus(pattern, model.connected)


def _minus(pattern: sp.csr_matrix, gone: sp.csr_matrix) -> sp.csr_matrix:
    left: sp.csr_matrix = (pattern - pattern.multiply(gone)).tocsr()
    left.eliminate_zeros()
    return left


def ours(pipeline: Pipeline, askers: NDArray[np.int32]) -> Lists:
    """Our lists, int32 [askers, TOP], -1 where a list is shorter."""
    out = np.full((len(askers), TOP), -1, np.int32)
    for start in range(0, len(askers), BLOCK):
        block = [Row(int(row)) for row in askers[start : start + BLOCK]]
        rows = pipeline.recommend(Query(askers=block, limit=TOP))[0].rows
        out[start : start + len(block), : rows.shape[1]] = rows
    return out


def peers(snapshot: Snapshot) -> dict[str, Scores]:
    """What others rank by: scores [b, n] for b askers."""
    addressed = snapshot.person_contact.csr("decay_180")
    both = (addressed + addressed.T).tocsr()
    both.data = np.log1p(both.data)
    degree = np.asarray(both.sum(axis=1)).ravel()
    share = np.divide(1, degree, out=np.zeros_like(degree), where=degree > 0)
    passed = (sp.diags(share) @ both).tocsr()
    activity = np.asarray(snapshot.person_topic.csr("decay_14").sum(axis=1)).ravel()
    popularity = np.asarray(addressed.sum(axis=0)).ravel()
    return {
        "recent activity": lambda askers: np.tile(activity, (len(askers), 1)),
        "popularity": lambda askers: np.tile(popularity, (len(askers), 1)),
        "resource allocation, decayed": lambda askers: (both[askers] @ passed).toarray(),
    }


def best(scores: Scores, askers: NDArray[np.int32], model: Model) -> Lists:
    """The TOP by scores among those whom our own rules allow, int32 [askers, TOP]."""
    rules = Rules(
        blocked=model.blocked,
        unwanted=model.unwanted,
        connected=model.connected,
        hidden=model.hidden,
    )
    blocks = []
    for start in range(0, len(askers), BLOCK):
        block = askers[start : start + BLOCK]
        values = np.where(model.hidden, -np.inf, scores(block))
        values[rules.barred(block, Kind.PEOPLE).nonzero()] = -np.inf
        blocks.append(np.argsort(-values, axis=1, kind="stable")[:, :TOP].astype(np.int32))
    return np.concatenate(blocks)


def _ratio(
    section: str, name: str, ours: NDArray[np.float64], theirs: NDArray[np.float64]
) -> Figure:
    """Ratio of means, with a 95 % interval from resampling people, both lists together."""
    drawn = np.random.default_rng(0).integers(0, len(ours), (RESAMPLES, len(ours)))
    resampled = ours[drawn].mean(axis=1) / theirs[drawn].mean(axis=1)
    low, high = np.percentile(resampled, [2.5, 97.5]).tolist()
    ratio = float(ours.mean() / theirs.mean())
    return Figure(section, f"{name} [95 %]", [ratio], interval=(low, high))
