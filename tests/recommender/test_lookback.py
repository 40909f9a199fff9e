"""Looking back gives what ingestion as of that time gives."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from ingestion.sample import write_sample
from ingestion.snapshot import ingest
from recommender.domain.config import IngestConfig
from recommender.domain.tables import MATRICES, MEASURES, RELATIONS
from recommender.domain.times import microseconds
from recommender.lookback import before
from recommender.matrices import Snapshot, load_snapshot

PEOPLE = 120


@pytest.fixture(scope="module")
def looked(tmp_path_factory) -> tuple[Snapshot, Snapshot]:
    """A year ago: looked back at from today, and ingested as of then."""
    folder = tmp_path_factory.mktemp("lookback")
    write_sample(folder / "host", PEOPLE, seed=3)
    now = load_snapshot(ingest(folder / "host", folder / "now", IngestConfig()).snapshot)
    then = now.as_of - timedelta(days=365, seconds=11)
    past = ingest(folder / "host", folder / "then", IngestConfig(), as_of=then).snapshot
    return before(now, microseconds(then)), load_snapshot(past)


def _rows(ours: Snapshot, theirs: Snapshot, key: str) -> np.ndarray:
    """Rows of `theirs` in `ours`."""
    ids = {"person": "person_ids", "contact": "person_ids", "topic": "topic_ids"}
    table, other = (getattr(s, ids.get(key, "object_ids")) for s in (ours, theirs))
    place = {table[row]: row for row in range(len(table))}
    return np.array([place[other[row]] for row in range(len(other))] or [0])


@pytest.mark.parametrize("name", sorted(MATRICES))
def test_matrices_are_those_of_the_time(looked, name) -> None:
    back, then = looked
    ours, theirs = getattr(back, name), getattr(then, name)
    keys = [_rows(back, then, k)[c] for k, c in zip(MATRICES[name], theirs.keys, strict=True)]
    order = np.lexsort(keys[::-1])
    assert len(ours) == len(theirs) > 0
    for mine, key in zip(ours.keys, keys, strict=True):
        np.testing.assert_array_equal(mine, key[order])
    for measure in MEASURES:
        np.testing.assert_allclose(
            ours.measures[measure], theirs.measures[measure][order], rtol=1e-6, err_msg=measure
        )


@pytest.mark.parametrize("name", sorted(RELATIONS))
def test_declared_facts_are_those_of_the_time(looked, name) -> None:
    back, then = looked
    assert len(back.relations[name]) == len(then.relations[name])


def test_events_end_before_the_time(looked) -> None:
    back, then = looked
    for mine, theirs in (
        (back.activities, then.activities),
        (back.interactions, then.interactions),
    ):
        assert len(mine) == len(theirs) > 0
        assert mine.at[-1] < back.as_of_microseconds
        np.testing.assert_array_equal(mine.at, theirs.at)


def test_looking_back_to_now_changes_nothing(looked) -> None:
    _, then = looked
    again = before(then, then.as_of_microseconds)
    for name in MATRICES:
        for measure in MEASURES:
            np.testing.assert_allclose(
                getattr(again, name).measures[measure],
                getattr(then, name).measures[measure],
                rtol=1e-6,
            )


def test_looking_back_past_the_beginning_leaves_nothing(looked) -> None:
    _, then = looked
    empty = before(then, 0)
    assert all(len(getattr(empty, name)) == 0 for name in MATRICES)
    assert len(empty.person_ids) == len(then.person_ids)
