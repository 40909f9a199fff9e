"""Our NDCG against that of an outside scorer, on a real network."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import scipy.sparse as sp

from evaluation.metrics.ndcg import ndcg
from tests.evaluation.bench import load_bench

TASK, DEPTH = "lean-2024-07-01", 100


@pytest.fixture(scope="module")
def split(tmp_path_factory):
    """A network cut at a time."""
    bench, folder = load_bench(), tmp_path_factory.mktemp("split")
    bench.split(TASK, folder)
    return bench.Split(folder)


def best(scores, allowed):
    """The DEPTH best of those allowed, fewer where there are fewer."""
    order = np.argsort(-scores, kind="stable")
    return order[allowed[order]][:DEPTH]


def popularity(split, asker):
    """Those whom most people addressed, strangers to the asker."""
    allowed = np.ones(split.n, bool)
    allowed[split.met[asker].indices] = False
    allowed[asker] = False
    return best(np.bincount(split.iv, minlength=split.n), allowed)


def guess(split, asker):
    """Few people, at random: strangers, contacts and the asker herself."""
    return np.random.default_rng(asker).permutation(split.n)[: asker % 8]


def recency(split, asker):
    """The asker's quiet ties, the last one to have acted first."""
    last = np.zeros(split.n, np.int64)
    np.maximum.at(last, split.au, split.at)
    allowed = np.zeros(split.n, bool)
    allowed[list(split.pool[asker])] = True
    return best(last, allowed)


def insight(split, asker):
    """Some of those who will be addressed, behind a stranger or two."""
    known = sorted(split.relevant["people", asker])
    return np.concatenate([popularity(split, asker)[: asker % 3], known[: 1 + asker % 12]])


SYSTEMS = [
    ("people", 10, popularity),
    ("people", 10, guess),
    ("people", 10, insight),
    ("reactivation", 5, recency),
]


def answers(split, kind, system):
    """What a system answers everyone who is asked, as the scorer reads it."""
    named = [(asker, list(system(split, asker))) for asker in split.asked[kind]]
    cells = [(asker, at + 1, who) for asker, found in named for at, who in enumerate(found)]
    askers, ranks, people = np.array(cells, np.int64).reshape(-1, 3).T
    columns = {
        "kind": pa.array([kind] * len(cells), pa.string()),
        "person_id": pa.array(split.ids[askers].tolist(), pa.string()),
        "rank": pa.array(ranks, pa.int32()),
        "contact_id": pa.array(split.ids[people].tolist(), pa.string()),
    }
    return pa.table(columns)


def as_lists(found):
    """Lists of rows, int32 [askers, DEPTH]."""
    out = np.full((len(found), DEPTH), -1, np.int32)
    for line, row in enumerate(found):
        out[line, : len(row[:DEPTH])] = row[:DEPTH]
    return out


def as_pattern(relevant, people):
    """A pattern [askers, people] of sets of rows."""
    lines = np.repeat(np.arange(len(relevant)), [len(one) for one in relevant])
    columns = np.concatenate([sorted(one) for one in relevant])
    return sp.csr_matrix((np.ones(len(lines)), (lines, columns)), (len(relevant), people))


@pytest.mark.parametrize(("kind", "k", "system"), SYSTEMS)
def test_ndcg_is_that_of_the_outside_scorer(split, tmp_path, kind, k, system):
    """Person by person, to 1e-9, on the answers that the scorer does not drop."""
    bench, askers = load_bench(), split.asked[kind]
    pq.write_table(answers(split, kind, system), tmp_path / "answers.parquet")
    found = bench.ranked(split, tmp_path / "answers.parquet")
    lists = as_lists([found.get((kind, asker), []) for asker in askers])
    relevant = as_pattern([split.relevant[kind, asker] for asker in askers], split.n)
    expected, _ = bench.measure(split, found, kind, k)
    assert ndcg(lists, relevant, k) == pytest.approx(expected, rel=0, abs=1e-9)
    assert expected.any()
