"""What is new about a contact since the two last spoke."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from recommender.ranking.novelty import Novelty, topic_shift
from tests.world_builder import World, build


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Whom I spoke with 100 days ago, and what they did before and since."""
    made = World().works("me", "soil", 1, 101, 102).works("friend", "soil", 1)
    made.talk("me", "friend", 5, 6).talk("moved", "friend", 5, 6)
    for name in ("same", "moved", "half", "gone", "came"):
        made.talk("me", name, 100, 110)
    made.works("same", "soil", 105, 120, 3).works("moved", "soil", 105, 120).works(
        "moved", "dust", 3
    )
    made.works("half", "soil", 105, 3).works("half", "dust", 106, 107, 4)
    made.works("gone", "soil", 105).works("came", "dust", 3)
    made.add("activities", person_id="same", topic_id="dust", verb="view",
             occurred_at=made.tables["activities"][0]["occurred_at"])  # fmt: skip
    return build(made, tmp_path_factory.mktemp("novelty"))


def place(world, contact, person="me"):
    row, other = world.row(person), world.row(contact)
    return int(world.ties.places(np.int32([row]), np.int32([[other]]))[0, 0])


def test_the_shift_of_topics_is_a_divergence_of_before_and_since(world):
    """Base 2; 0 where either is empty, and what was only looked at does not count."""
    shift = topic_shift(world.snapshot, world.ties)
    told = {name: float(shift[place(world, name)]) for name in ("same", "moved", "gone", "came")}
    assert told == pytest.approx({"same": 0, "moved": 1, "gone": 0, "came": 0}, abs=1e-6)
    expected = jensenshannon([1 / 3, 2 / 3], [1 / 2, 1 / 2], base=2) ** 2
    assert shift[place(world, "half")] == pytest.approx(expected, abs=1e-6)


def test_novelty_is_the_mean_of_three_terms(world):
    """Recomputed densely, for the tie that shifted wholly; friend is a present contact."""
    ties, profiles = world.ties, world.material.profiles
    value = Novelty(world.snapshot, ties, profiles)(np.array([place(world, "moved")]))
    me, moved = world.row("me"), world.row("moved")
    contacts = ties.matrix(~ties.dormant).toarray()
    around = contacts[me] @ profiles.interests.toarray()
    around /= np.linalg.norm(around)
    apart = 1 - around @ profiles.recent.toarray()[moved]
    either = ((contacts[me] + contacts[moved]) > 0).sum()
    overlap = (contacts[me] * contacts[moved]).sum() / either
    assert value[0] == pytest.approx((0.4 + 0.3 * apart + 0.2 * (1 - overlap)) / 0.9, abs=1e-5)


def test_every_novelty_is_between_0_and_1(any_world):
    """Of every tie of every world."""
    ties = any_world.ties
    found = Novelty(any_world.snapshot, ties, any_world.material.profiles)
    value = found(np.arange(len(ties)))
    assert value.dtype == np.float32
    assert ((value >= 0) & (value <= 1)).all()
