"""Small worlds drawn by Hypothesis: any facts about a handful of people."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.world_builder import World

NAMES = ("ann", "bob", "cyd", "dov", "eve", "fay")
TOPICS = ("t0", "t1", "t2", "t3")
THINGS = (None, "x", "y", "z")

people = st.sampled_from(NAMES)
pairs = st.tuples(people, people).filter(lambda pair: pair[0] != pair[1])
topics = st.sampled_from(TOPICS)
days = st.sampled_from([0.5, 3, 20, 45, 70, 120, 200, 400, 900])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Activities, interactions, connections, goals, blocks and hiding, in any combination."""
    world = World()
    for name in draw(st.lists(people, min_size=1, max_size=6, unique=True)):
        world.person(name, discoverable=draw(st.sampled_from([True, True, True, False])))
    for name, topic, day, thing in draw(
        st.lists(st.tuples(people, topics, days, st.sampled_from(THINGS)), max_size=20)
    ):
        world.works(name, topic, day, thing=thing)
    spoken = st.tuples(pairs, days, st.none() | topics)
    for (a, b), day, topic in draw(st.lists(spoken, max_size=12)):
        world.says(a, b, day, topic=topic)
    ended = st.none() | st.just(5.0)
    for (a, b), end in draw(st.lists(st.tuples(pairs, ended), max_size=2)):
        world.connects(a, b, ended=end)
    kinds = st.sampled_from(["block", "mute", "dismiss"])
    for (a, b), kind in draw(st.lists(st.tuples(pairs, kinds), max_size=3)):
        world.blocks(a, b, kind)
    ways = st.sampled_from(["learn", "offer"])
    for name, topic, way in draw(st.lists(st.tuples(people, topics, ways), max_size=4)):
        world.wants(name, topic, direction=way)
    return world
