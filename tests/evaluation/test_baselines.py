"""What holds of every baseline, whatever it thinks of people."""

from __future__ import annotations

import importlib.util
import tracemalloc

import numpy as np
import pytest

from evaluation.baselines import BASELINES, lightgcn
from evaluation.known import Known
from evaluation.left_out import BadScoresError, LeftOutError, MissingExtraError, TooLargeError
from tests.evaluation.made_communities import known_of, tied, two_blocks
from tests.worlds import WORLDS

HAS_TORCH = importlib.util.find_spec("torch") is not None
needs_torch = pytest.mark.skipif(not HAS_TORCH, reason="PyTorch (extra: graph) is not installed")

MODULES = {**BASELINES, "lightgcn": lightgcn}
EVERY = [*BASELINES, pytest.param("lightgcn", marks=needs_torch)]
LEARNT = [
    "implicit_als",
    "implicit_bpr",
    "implicit_lmf",
    pytest.param("lightgcn", marks=needs_torch),
]
SEVERAL = [
    "two_cliques",
    "met_in_threads",
    "no_topics",
    "workplaces",
    "no_interactions",
    "declared_only",
    "one_person",
]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A function from the name of a world to what is known of it."""
    made: dict[str, Known] = {}

    def known(name: str) -> Known:
        if name not in made:
            made[name] = known_of(WORLDS[name](), tmp_path_factory.mktemp(name))
        return made[name]

    return known


def scores(name, known, askers=None):
    """Of all for all, or for these."""
    everyone = np.arange(known.people, dtype=np.int32)
    return MODULES[name].scorer(known)(everyone if askers is None else np.int32(askers))


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("place", SEVERAL)
def test_scores_are_finite_numbers_for_everyone(world, place, name):
    """One for each asker and person, with ties and topics or without."""
    known = world(place)
    found = scores(name, known)
    assert found.shape == (known.people, known.people)
    assert np.issubdtype(found.dtype, np.floating)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("name", EVERY)
def test_scores_do_not_depend_on_who_else_asks(world, name):
    """All at once, or one by one from the last to the first."""
    known = world("two_cliques")
    score = MODULES[name].scorer(known)
    everyone = np.arange(known.people, dtype=np.int32)
    alone = np.concatenate([score(everyone[[asker]]) for asker in everyone[::-1]])[::-1]
    np.testing.assert_allclose(score(everyone), alone, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", EVERY)
def test_nobody_asking_is_answered_with_no_scores(world, name):
    """An empty block has its shape."""
    known = world("two_cliques")
    assert scores(name, known, []).shape == (0, known.people)


@pytest.mark.parametrize("name", EVERY)
def test_scores_are_the_same_every_time(world, name):
    """Prepared twice from one seed."""
    known = world("two_cliques")
    assert np.array_equal(scores(name, known), scores(name, known))


@pytest.mark.parametrize("name", EVERY)
def test_whoever_takes_the_scores_may_write_into_them(world, name):
    """What is done to one block shows in no later one."""
    score = MODULES[name].scorer(world("two_cliques"))
    first = score(np.int32([0, 1]))
    kept = first.copy()
    first[:] = 7
    assert np.array_equal(score(np.int32([0, 1])), kept)


@pytest.mark.parametrize("name", EVERY)
def test_what_is_known_stays_as_it_was(world, name):
    """Neither facts nor derived matrices change, nor anybody's profile."""
    known = world("two_cliques")
    before = [array.copy() for array in _arrays(known)]
    scores(name, known)
    assert all(map(np.array_equal, before, _arrays(known)))


def _arrays(known):
    snapshot, ties, interests = known.snapshot, known.tied, known.material.profiles.interests
    matrices = (snapshot.person_topic, snapshot.person_contact, snapshot.person_object)
    measured = [array for matrix in matrices for array in (*matrix.keys, *matrix.measures.values())]
    of = [[matrix.data, matrix.indices, matrix.indptr] for matrix in (ties, interests)]
    return [*measured, *of[0], *of[1]]


@pytest.mark.parametrize("name", [name for name in BASELINES if name != "ease"])
def test_no_baseline_holds_everyone_against_everyone(name):
    """For 13,000 people that were 650 MB; an eighth must do, with what a block takes."""
    known = tied(13_000, [(row, row + 1) for row in range(12_999)])
    known.tied  # noqa: B018 - not the baseline's
    tracemalloc.start()
    scores(name, known, range(16))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 80e6


def test_ease_says_that_a_community_is_too_large():
    """Rather than to take all memory."""
    with pytest.raises(TooLargeError, match="12,001 people are above 12,000"):
        scores("ease", tied(12_001, [(0, 1)]))


def test_all_reasons_to_be_left_out_are_caught_as_one():
    """Whoever judges catches a single class."""
    reasons = {TooLargeError, MissingExtraError, BadScoresError}
    assert reasons == set(LeftOutError.__subclasses__())


@pytest.mark.parametrize("name", LEARNT)
def test_learnt_vectors_put_the_unmet_of_the_own_block_above_the_other_block(name):
    """For everyone: whom the own people know stands before whom none of them knows."""
    known = two_blocks()
    found, block = scores(name, known), np.arange(60) // 30
    for asker in range(60):
        own = (block == block[asker]) & (known.tied[asker].toarray()[0] == 0)
        own[asker] = False
        assert found[asker, own].min() > found[asker, block != block[asker]].max()


@pytest.mark.parametrize("name", LEARNT)
def test_people_without_ties_score_nothing(name):
    """0 stands for somebody of whom nothing is known, whatever chance put into her vector."""
    found = scores(name, tied(62, [(i, j) for i in range(60) for j in range(i)]))
    assert not found[:, 60:].any()
    assert found[:60, :60].all()


@pytest.mark.skipif(HAS_TORCH, reason="PyTorch is installed, so nothing is missing")
def test_a_graph_network_without_pytorch_says_what_to_install():
    """With the command, and as a reason to be left out."""
    with pytest.raises(MissingExtraError, match=r"pip install 'pln-recommender\[graph\]'"):
        lightgcn.scorer(two_blocks())
