"""Whole lists with prices and seats: nobody is lost, and they are the same however asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recommender.domain.config import Dials
from recommender.domain.slate import Kind, Query
from recommender.live import Live
from recommender.packed import whole
from recommender.pipeline import recommend
from tests.worlds import WORLDS

DIALS = (Dials(), Dials(like_mindedness=0, collaboration=0, diversity=1))


@pytest.fixture(scope="module", params=WORLDS)
def dear(request, built):
    """The model of each world, with prices and seats of which small worlds have few."""
    model = built(request.param).pipeline.model
    rng = np.random.default_rng(0)
    people = whole(model.pools[Kind.PEOPLE])
    price = np.maximum(rng.normal(0, 0.3, len(model.price)), 0).astype(np.float32)
    seats = rng.random(len(people.rows)) < 0.3
    pools = {**model.pools, Kind.PEOPLE: replace(people, reserved=seats)}
    return replace(model, price=price, pools=pools)


def lists(model, askers, dials, limit):
    """The rows shown to each asker, without empty slots."""
    slate, _ = recommend(
        Live(model), Query(askers=askers, kind=Kind.PEOPLE, dials=dials, limit=limit)
    )
    return [line[line >= 0].tolist() for line in slate.rows]


@pytest.mark.parametrize("dials", DIALS)
@pytest.mark.parametrize("limit", [3, 10, 12])
def test_a_list_is_the_same_alone_in_a_block_and_when_longer(dear, dials, limit):
    """An online answer, an exported row and a page of a longer list agree."""
    everyone = list(range(len(dear.price)))
    whole = lists(dear, everyone, dials, 200)
    for asker, shown in zip(everyone, lists(dear, everyone, dials, limit), strict=True):
        assert lists(dear, [asker], dials, limit) == [shown]
        assert shown == whole[asker][:limit]


@pytest.mark.parametrize("dials", DIALS)
def test_prices_and_seats_hide_nobody(dear, dials):
    """Everyone has the people she had, in another order."""
    everyone = list(range(len(dear.price)))
    people = whole(dear.pools[Kind.PEOPLE])
    free = replace(
        dear,
        price=np.zeros_like(dear.price),
        pools={**dear.pools, Kind.PEOPLE: replace(people, reserved=np.zeros_like(people.reserved))},
    )
    pairs = zip(lists(dear, everyone, dials, 200), lists(free, everyone, dials, 200), strict=True)
    for one, other in pairs:
        assert len(set(one)) == len(one)
        assert set(one) == set(other)


def test_prices_of_a_trained_model_are_sound(any_world):
    """One for everybody, never negative."""
    price = any_world.pipeline.model.price
    assert price.shape == (len(any_world.people),)
    assert price.dtype == np.float32
    assert (price >= 0).all()
