"""Learned rankers: what they recover, what they leave alone, and when they are chosen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender.domain.config import TrainConfig
from recommender.domain.slate import FACTORS, SIGNALS
from recommender.ranker import RANKERS, choose_ranker
from recommender.ranking.learning import Examples, learn_curves, learn_lines, ndcg
from recommender.ranking.reciprocity import TRAITS
from recommender.ranking.relevance import LEVELS, SEGMENTS, TERMS, USUAL, plain_tables

WALK = TERMS.index("network_walk")
CONFIG = TrainConfig()


def made(seed: int, askers: int = 60, each: int = 40, strength: float = 6.0) -> Examples:
    """Askers who address those near on the network walk, and care for nothing else."""
    draw = np.random.default_rng(seed)
    codes = draw.integers(0, LEVELS, (askers * each, len(TERMS))).astype(np.uint8)
    codes[:, : len(FACTORS)] = USUAL
    wish = strength * codes[:, WALK] / LEVELS + draw.gumbel(size=len(codes))
    starts = np.arange(askers + 1, dtype=np.int64) * each
    met = np.zeros(len(codes), bool)
    for first in starts[:-1]:
        met[first + np.argsort(-wish[first : first + each])[:2]] = True
    return Examples(
        codes=codes,
        met=met,
        back=np.zeros_like(met),
        traits=np.zeros((len(codes), len(TRAITS)), np.uint8),
        starts=starts,
        segments=(np.arange(askers) % SEGMENTS).astype(np.uint8),
        all_met=np.full(askers, 2),
        askers=np.arange(askers, dtype=np.int32),
        contacts=np.tile(np.arange(each, dtype=np.int32), askers),
        since=seed,
    )


@pytest.fixture(scope="module")
def times() -> list[Examples]:
    return [made(seed) for seed in range(5)]


def slope(tables, term):
    """What the whole range of a term is worth, for the first segment."""
    return tables[0, term, -1] - tables[0, term, USUAL if term < len(FACTORS) else 0]


@pytest.mark.parametrize("learn", [learn_lines, RANKERS["curves"]], ids=["lines", "curves"])
def test_what_decides_is_found(times, learn):
    """The one term that people go by becomes the weightiest, and lists get better."""
    tables = learn(times[1:])
    worth = [slope(tables, term) for term in range(len(FACTORS), len(TERMS))]
    assert int(np.argmax(worth)) + len(FACTORS) == WALK
    assert ndcg(times[0], tables).mean() > ndcg(times[0], plain_tables()).mean() + 0.05


def test_without_examples_to_learn_from_nothing_changes(times):
    """An asker who addressed nobody teaches no order."""
    empty = replace(times[0], met=np.zeros_like(times[0].met))
    assert learn_lines([empty]) == pytest.approx(plain_tables(), abs=1e-4)


def test_curves_never_fall_where_more_is_better(times):
    """Every signal, and every factor but two, counts for somebody or not at all."""
    added = learn_curves(times, plain_tables()) - plain_tables()
    for term, name in enumerate(TERMS):
        if name not in ("organisation", "communality"):
            assert (np.diff(added[:, term]) >= -1e-5).all(), name


def test_tables_say_nothing_of_what_is_absent(times):
    """A reason never rests on a term that is not there."""
    for learn in RANKERS.values():
        tables = learn(times)
        assert (tables[:, : len(FACTORS), USUAL] == 0).all()
        assert (tables[:, len(FACTORS) :, 0] == 0).all()


def test_the_same_examples_teach_the_same(times):
    """To the last bit."""
    for learn in RANKERS.values():
        assert learn(times).tobytes() == learn(times).tobytes()


def test_a_richer_ranker_is_chosen_where_it_wins(times):
    """And the report says by how much, over what, and on whom."""
    ranker = choose_ranker(times, CONFIG)
    assert ranker.report["chosen"] in ("lines", "curves")
    assert ranker.report["gains"]["lines"]["low"] > 0
    assert ranker.report["held_out_askers"] == 180
    assert ranker.tables.shape == (SEGMENTS, len(TERMS), LEVELS)


def test_the_plain_one_stays_where_nothing_is_to_be_learned():
    """People who go by no term at all."""
    ranker = choose_ranker([made(seed, strength=0.0) for seed in range(5)], CONFIG)
    assert ranker.report["chosen"] == "plain"
    np.testing.assert_array_equal(ranker.tables, plain_tables())


def test_the_plain_one_stays_where_too_few_show_it():
    """A gain among few people is not beyond doubt."""
    ranker = choose_ranker([made(seed, askers=20) for seed in range(5)], CONFIG)
    assert ranker.report["chosen"] == "plain"


@pytest.mark.parametrize("name", sorted(RANKERS))
def test_a_ranker_can_be_named(times, name):
    """Whatever the held-out times say."""
    ranker = choose_ranker(times[:2], replace(CONFIG, ranker=name))
    assert ranker.report["chosen"] == name


@pytest.mark.parametrize("name", sorted(RANKERS))
def test_nothing_to_learn_from_is_no_error(name):
    """A host of yesterday."""
    ranker = choose_ranker([], replace(CONFIG, ranker=name))
    np.testing.assert_array_equal(ranker.tables, plain_tables())
    assert ranker.report["chosen"] == "plain"


def test_ndcg_by_hand():
    """The second and the fourth of four, of three whom she addressed."""
    codes = np.zeros((4, len(TERMS)), np.uint8)
    codes[:, : len(FACTORS)] = USUAL
    codes[:, TERMS.index("active_in_topics")] = [40, 30, 20, 10]
    one = Examples(
        codes=codes, met=np.array([False, True, False, True]), starts=np.array([0, 4]),
        back=np.zeros(4, bool), traits=np.zeros((4, len(TRAITS)), np.uint8),
        segments=np.zeros(1, np.uint8), all_met=np.array([3]), askers=np.array([7], np.int32),
        contacts=np.arange(4, dtype=np.int32), since=0,
    )  # fmt: skip
    gained = 1 / np.log2(3) + 1 / np.log2(5)
    ideal = 1 + 1 / np.log2(3) + 1 / np.log2(4)
    assert ndcg(one, plain_tables()) == pytest.approx([gained / ideal])
    assert set(SIGNALS) < set(TERMS)
