"""What must hold of metrics whatever the lists: knowing all, guessing, and renumbering."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from evaluation.metrics.auc import auc
from evaluation.metrics.average_precision import average_precision
from evaluation.metrics.community_recall import community_recall
from evaluation.metrics.coverage import coverage
from evaluation.metrics.disparate_visibility import disparate_visibility, visibility_gap
from evaluation.metrics.exposure import exposure
from evaluation.metrics.gini import gini
from evaluation.metrics.intra_list_diversity import intra_list_diversity
from evaluation.metrics.ndcg import ndcg
from evaluation.metrics.novelty import novelty
from evaluation.metrics.recall import recall
from evaluation.metrics.reciprocal_rank import reciprocal_rank
from evaluation.metrics.serendipity import serendipity
from evaluation.metrics.unexpectedness import unexpectedness
from evaluation.metrics.weak_tie_share import weak_tie_share
from recommender.sparse import unit_rows
from tests.evaluation.lists import drawn_lists, drawn_pattern, ideal_lists

ASKERS, PEOPLE, COMMUNITIES, GROUPS, K = 25, 60, 7, 3, 10
COUNTS = {"community": COMMUNITIES, "groups": GROUPS}


@pytest.mark.parametrize("seed", range(5))
def test_whoever_knows_the_answers_scores_1(seed):
    """Whether fewer or more are relevant than k; average precision only up to k."""
    relevant = drawn_pattern(np.random.default_rng(seed), ASKERS, PEOPLE)
    found, count = ideal_lists(relevant, K), np.diff(relevant.indptr)
    asked = count > 0
    assert ndcg(found, relevant, K)[asked] == pytest.approx(1)
    assert recall(found, relevant, K)[asked] == pytest.approx(1)
    assert reciprocal_rank(found, relevant)[asked] == pytest.approx(1)
    precision = average_precision(found, relevant, K)[asked]
    assert precision == pytest.approx(np.minimum(K / count[asked], 1))
    assert (count > K).any()
    assert ((count > 0) & (count <= K)).any()


@pytest.mark.parametrize("wanted", [1, 4, 15])
def test_guessing_scores_the_analytic_expectation(wanted):
    """Every place is right with probability p = wanted / people: within four standard errors."""
    rng, draws, p = np.random.default_rng(wanted), 20_000, wanted / PEOPLE
    everybody = np.tile(np.arange(PEOPLE, dtype=np.int32), (draws, 1))
    found = rng.permuted(everybody, axis=1)[:, :K]
    relevant = sp.csr_matrix(everybody < wanted)
    worth = 1 / np.log2(np.arange(2, K + 2))
    expected = {
        ndcg: p * worth.sum() / worth[:wanted].sum(),
        recall: p * K / min(K, wanted),
    }
    for metric, mean in expected.items():
        values = metric(found, relevant, K)
        assert abs(values.mean() - mean) < 4 * values.std() / np.sqrt(draws)


def drawn_world(seed):
    """Everything that metrics ask for, by name."""
    rng = np.random.default_rng(seed)
    profiles = rng.random((PEOPLE, 9)) * (rng.random((PEOPLE, 9)) < 0.3)
    return {
        "found": drawn_lists(rng, ASKERS, PEOPLE, K),
        "expected": [drawn_lists(rng, ASKERS, PEOPLE, K) for _ in range(2)],
        "relevant": drawn_pattern(rng, ASKERS, PEOPLE),
        "pool": drawn_pattern(rng, ASKERS, PEOPLE, 0.6),
        "profiles": unit_rows(sp.csr_matrix(profiles)),
        "community": rng.integers(-1, COMMUNITIES, PEOPLE).astype(np.int32),
        "at_home": drawn_pattern(rng, ASKERS, COMMUNITIES),
        "groups": rng.integers(-1, GROUPS, PEOPLE).astype(np.int32),
        "degree": rng.integers(0, 30, PEOPLE),
    }


def renumbered(world, seed):
    """The same people, askers, communities and groups under other numbers.

    Returns the world, the askers in their new order, and the groups in theirs.
    """
    rng = np.random.default_rng(seed)
    people, askers = rng.permutation(PEOPLE), rng.permutation(ASKERS)
    # `people[new]` is the old number, `number[old]` the new one; the last entry keeps -1.
    number = np.append(np.argsort(people), -1).astype(np.int32)
    code = {name: np.append(rng.permutation(count), -1) for name, count in COUNTS.items()}
    new = {
        "found": number[world["found"]][askers],
        "expected": [number[lists][askers] for lists in reversed(world["expected"])],
        "relevant": world["relevant"][askers][:, people],
        "pool": world["pool"][askers][:, people],
        "profiles": world["profiles"][people],
        "community": code["community"][world["community"][people]].astype(np.int32),
        "at_home": world["at_home"][askers][:, np.argsort(code["community"][:-1])],
        "groups": code["groups"][world["groups"][people]].astype(np.int32),
        "degree": world["degree"][people],
    }
    return new, askers, np.argsort(code["groups"][:-1])


def of_askers(world):
    """Every metric with a value for each asker, by name."""
    found, relevant, expected = world["found"], world["relevant"], world["expected"]
    return {
        "ndcg": ndcg(found, relevant, K),
        "recall": recall(found, relevant, K),
        "reciprocal rank": reciprocal_rank(found, relevant),
        "average precision": average_precision(found, relevant, K),
        "auc": auc(found, relevant, world["pool"]),
        "intra-list diversity": intra_list_diversity(found, world["profiles"]),
        "community recall": community_recall(found, world["community"]),
        "weak-tie share": weak_tie_share(found, world["community"], world["at_home"]),
        "novelty": novelty(found, world["degree"]),
        "unexpectedness": unexpectedness(found, expected),
        "serendipity": serendipity(found, expected, relevant),
    }


def of_lists(world):
    """Every metric of all lists together, by name; and exposure itself, sorted."""
    seen = exposure(world["found"], PEOPLE)
    return {
        "exposure": np.sort(seen),
        "coverage": coverage(seen),
        "gini": gini(seen),
        "visibility gap": visibility_gap(seen, world["groups"]),
    }


@pytest.mark.parametrize("seed", range(5))
def test_renumbering_changes_no_metric(seed):
    """Askers keep their values wherever they stand, and groups theirs."""
    world = drawn_world(seed)
    new, askers, groups = renumbered(world, seed + 100)
    after = of_askers(new)
    for name, before in of_askers(world).items():
        assert after[name] == pytest.approx(before[askers], nan_ok=True), name
        assert len(np.unique(before[np.isfinite(before)])) > 1, name
    after = of_lists(new)
    for name, before in of_lists(world).items():
        assert after[name] == pytest.approx(before), name
    shares = [disparate_visibility(exposure(w["found"], PEOPLE), w["groups"]) for w in (new, world)]
    assert shares[0] == pytest.approx(shares[1][groups])


@pytest.mark.parametrize("seed", range(5))
def test_shares_lie_between_0_and_1(seed):
    """All but novelty, which is in bits and not negative."""
    world = drawn_world(seed)
    values = of_askers(world)
    bits = values.pop("novelty")
    assert (bits[np.isfinite(bits)] >= 0).all()
    for name, found in (values | {"gini": gini(exposure(world["found"], PEOPLE))}).items():
        defined = found[np.isfinite(found)]
        assert ((defined >= -1e-6) & (defined <= 1 + 1e-6)).all(), name


def test_arguments_stay_as_they_were():
    """No metric writes into what it is given."""
    world, same = drawn_world(7), drawn_world(7)
    of_askers(world)
    of_lists(world)
    for name, value in world.items():
        for left, right in zip(parts(value), parts(same[name]), strict=True):
            assert (left == right).all(), name


def parts(value):
    """The arrays that a value is made of."""
    if isinstance(value, list):
        return value
    return [value.data, value.indices, value.indptr] if sp.issparse(value) else [value]
