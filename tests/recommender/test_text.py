"""What things are called, as vectors: near where words are alike, absent where there are none."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.lookback import before
from recommender.text import person_vectors, texts_of, topic_vectors
from recommender.topics_near import NEAREST, near_topics
from tests.world_builder import World, build
from tests.worlds import two_tongues


def row(snapshot, topic):
    return snapshot.topic_ids.row(topic)


def test_vectors_have_length_one_or_zero(built):
    """A topic without words has no direction."""
    vectors = topic_vectors(built("two_tongues").snapshot)
    assert vectors.dtype == np.float32
    assert vectors.shape[0] == len(built("two_tongues").snapshot.topic_ids)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_topics_called_alike_are_nearest_though_their_ids_differ(built):
    """Each topic of the north has its sister in the south first of all."""
    near = near_topics(built("two_tongues").snapshot).toarray()
    for place in range(4):
        one, other = (
            row(built("two_tongues").snapshot, f"{half}-{place}") for half in ("north", "south")
        )
        assert near[one].argmax() == other
        assert near[other].argmax() == one


@pytest.mark.parametrize("name", ["no_topics", "met_in_threads", "workplaces", "unicode_ids"])
def test_nearness_is_between_zero_and_one_and_never_to_oneself(name, built):
    """With text or without; no more than so many of each topic."""
    snapshot = built(name).snapshot
    near = near_topics(snapshot)
    topics = len(snapshot.topic_ids)
    assert near.shape == (topics, topics)
    assert near.dtype == np.float32
    assert ((near.data > 0) & (near.data <= 1)).all()
    assert near.diagonal().sum() == 0
    assert np.diff(near.indptr).max(initial=0) <= NEAREST


def test_labels_that_are_ids_are_no_text(built):
    """The topics of this world are called nothing but their ids, and it has no objects."""
    snapshot = built("two_cliques").snapshot
    assert texts_of(snapshot) is None
    assert topic_vectors(snapshot) is None
    assert person_vectors(snapshot) is None


def test_where_there_is_no_text_topics_are_near_by_who_works_on_them(tmp_path):
    """Three people work on both figs and nuts; nobody works on kites too."""
    world = World().works("kim", "kites", 3)
    for name in ("ann", "bob", "cyd"):
        world.works(name, "figs", 2).works(name, "nuts", 4)
    snapshot = build(world, tmp_path).snapshot
    near = near_topics(snapshot).toarray()
    figs, nuts, kites = (row(snapshot, topic) for topic in ("figs", "nuts", "kites"))
    assert near[figs, nuts] == pytest.approx(1, abs=1e-5)
    assert near[kites].sum() == near[:, kites].sum() == 0


def test_titles_speak_for_a_topic_that_has_no_label(tmp_path):
    """Two topics without labels hold threads that are called alike; a third holds others."""
    world = World()
    titles = {"x1": "sorting lists quickly", "x2": "quick list sorting", "x3": "baking sour bread"}
    for place, (topic, title) in enumerate(titles.items()):
        for copy in range(2):
            world.add("objects", object_id=f"{topic}-{copy}", title=f"{title} {'again' * copy}")
            world.works(f"p{place}", topic, 2 + copy, thing=f"{topic}-{copy}")
    snapshot = build(world, tmp_path).snapshot
    vectors = topic_vectors(snapshot)
    alike = vectors @ vectors.T
    assert alike[0, 1] > 0.5 > abs(alike[0, 2])
    people = person_vectors(snapshot)
    assert people[0] @ people[1] > 0.5 > abs(people[0] @ people[2])


def test_descriptions_and_parents_are_part_of_what_a_topic_is_called(tmp_path):
    """Its label alone says nothing of bees."""
    world = World().add("topics", topic_id="a", label="Apiary", description="keeping bees")
    world.add("topics", topic_id="b", label="Bees").add("topics", topic_id="c", label="Chess")
    world.add("topics", topic_id="d", label="Openings", parent_topic_id="c")
    for topic in "abcd":
        world.works(f"p{topic}", topic, 1)
    vectors = topic_vectors(build(world, tmp_path).snapshot)
    alike = vectors @ vectors.T
    assert alike[0, 1] > 0.2 > abs(alike[0, 2])
    assert alike[3, 2] > 0.2 > abs(alike[3, 1])


def test_the_same_names_give_the_same_bytes(built, tmp_path):
    """Learned twice from two copies of one community."""
    again = build(two_tongues(), tmp_path).snapshot
    assert topic_vectors(again).tobytes() == topic_vectors(built("two_tongues").snapshot).tobytes()
    assert (near_topics(again) != near_topics(built("two_tongues").snapshot)).nnz == 0


def test_an_earlier_time_shares_the_vectors_of_names(built):
    """Looking back learns nothing anew."""
    snapshot = built("two_tongues").snapshot
    past = before(snapshot, snapshot.as_of_microseconds - 10 * 86_400_000_000)
    assert texts_of(past) is texts_of(snapshot)


def test_names_without_letters_enough_are_no_text(tmp_path):
    """Nothing can be learned from empty words."""
    world = World()
    for place in range(4):
        world.add("topics", topic_id=f"t{place}", label=" " * (place + 1))
        world.works(f"p{place}", f"t{place}", 1)
    assert texts_of(build(world, tmp_path).snapshot) is None
