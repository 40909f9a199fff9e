"""Tiny worlds whose one right answer is known by construction; `WORLDS` names them for suites."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from tests.world_builder import World, ago


def two_cliques() -> World:
    """Cliques a1–a5 and b1–b5 with the bridge a5–b5; only a1 and a2 have yet to meet."""
    world = World()
    for side in "ab":
        names = [f"{side}{i}" for i in range(1, 6)]
        for place, (x, y) in enumerate(itertools.combinations(names, 2)):
            if (x, y) != ("a1", "a2"):
                world.talk(x, y, 3 + place, 20 + place, topic=f"{side}-talk")
        for name in names:
            world.works(name, f"{side}-talk", 2, 9)
    return world.talk("a5", "b5", 5, 15, topic="a-talk")


def checkerboard() -> World:
    """Black people work on black topics, white people on white ones; nobody has met anybody."""
    world = World()
    for i, (colour, place) in enumerate(itertools.product(("black", "white"), range(4))):
        for step in range(3):
            world.works(f"{colour}{place}", f"{colour}-topic{(place + step) % 4}", 1 + i + step)
    return world


def dormant_pair() -> World:
    """Olga and ian talked for months until 200 days ago; both are around; the rest are fillers."""
    world = World()
    world.talk("olga", "ian", *range(200, 290, 10), topic="soil")
    for name in ("olga", "ian"):
        world.works(name, "soil", 1, 4, 8, 30)
    world.talk("olga", "fay", 1, 2, 3, 40, 50, topic="soil").works("fay", "soil", 3)
    # Long ago too, but once only: never a real tie.
    return world.says("olga", "gus", 250).works("gus", "soil", 2)


def expert_and_askers() -> World:
    """Everyone asks eva about glass and she answers; noa wants to learn glass and knows nobody."""
    world = World()
    for place, name in enumerate(["ann", "ben", "cas", "dan", "eli", "fil"]):
        world.says(name, "eva", 5 + place, 25 + place, topic="glass")
        world.says("eva", name, 4.9 + place, 24.9 + place, topic="glass")
        world.works(name, "glass", 5 + place).works(name, f"hobby-{name}", 3, 6, 12)
    world.works("eva", "glass", *range(1, 12))
    return world.wants("noa", "glass").works("noa", "hobby-noa", 2)


def newcomer() -> World:
    """Nell has nothing but a goal; kit works on it, lou on something else."""
    world = World().wants("nell", "bees")
    world.works("kit", "bees", 1, 2, 5).works("lou", "cars", 1, 2, 5)
    return world.works("mia", "cars", 3).works("kit", "cars", 90)


def one_person() -> World:
    """Only uma, who works alone."""
    return World().works("uma", "chess", 1, 2)


def no_interactions() -> World:
    """Three people in one topic, of whom none ever addressed another."""
    return World().works("ann", "maps", 1, 3).works("bob", "maps", 2).works("cyd", "maps", 5, 7)


def hub() -> World:
    """Hana is in contact with all thirty others, who know nobody else."""
    world = World()
    for place in range(30):
        name = f"p{place:02d}"
        world.talk("hana", name, 2 + place, 33 + place, topic="news")
        world.works(name, "news", 1 + place % 5)
    return world.works("hana", "news", 1)


def met_in_threads() -> World:
    """Ada and bob meet in three threads; carl and ada in a fourth; dora in none."""
    world = World()
    for place, thread in enumerate(["t1", "t2", "t3"]):
        world.works("ada", "maths", 3 + place, thing=thread)
        world.works("bob", "maths", 4 + place, thing=thread)
    world.works("ada", "maths", 9, thing="t4").works("carl", "maths", 9.5, thing="t4")
    world.works("dora", "maths", 7, thing="t5")
    for thread in ("t1", "t2", "t3", "t4", "t5"):
        world.add("objects", object_id=thread, topic_id="maths", title=f"Thread {thread}")
    return world


def everyone_blocked() -> World:
    """Sol has blocked the only three others."""
    world = no_interactions().works("sol", "maps", 1, 2)
    for other in ("ann", "bob", "cyd"):
        world.blocks("sol", other)
    return world


def hidden_people() -> World:
    """Of the two cliques, a2, a5 and b1 do not want to be found."""
    world = two_cliques()
    for name in ("a2", "a5", "b1"):
        world.person(name, discoverable=False)
    return world


def barred_pairs() -> World:
    """Ida works on tea with everyone else; each stands in another way to her, fine in none."""
    world = World()
    names = ["contact", "declared", "ended", "blocked", "blocker", "muted", "muter"]
    for name in ["ida", *names, "dismissed", "hidden", "fine"]:
        world.works(name, "tea", 1, 3, 8, thing="pot").works(name, f"own-{name}", 2)
    world.says("contact", "ida", 400).connects("ida", "declared").connects("ended", "ida", ended=20)
    world.blocks("ida", "blocked").blocks("blocker", "ida")
    world.blocks("ida", "muted", "mute").blocks("muter", "ida", "mute")
    world.blocks("ida", "dismissed", "dismiss")
    return world.person("hidden", discoverable=False)


def declared_only() -> World:
    """Xena and yves are connected and have never spoken; zoe is alone."""
    world = World().connects("xena", "yves")
    return world.works("xena", "art", 1).works("yves", "art", 2).works("zoe", "art", 3)


def workplaces() -> World:
    """Two organisations with roles, sectors, languages, skills and offers declared."""
    world = World()
    for place in range(8):
        name, home = f"w{place}", ("Acme", "Bolt")[place % 2]
        world.person(
            name,
            display_name=f"Worker {place}",
            organisation=home,
            role=("nurse", "coach")[place // 4],
            sector="care",
            languages=[("en", "fr")[place % 2], "de"] if place < 6 else ["el"],
        )
        world.works(name, f"field-{home}", 1 + place, 20 + place, 100 + place)
        world.works(name, "common", 5 + place)
        world.add("skills", person_id=name, topic_id=f"field-{home}", level=place % 5)
        world.wants(name, f"field-{('Acme', 'Bolt')[(place + 1) % 2]}")
        world.wants(name, f"field-{home}", direction="offer")
    for a, b in [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6), (0, 2)]:
        world.talk(f"w{a}", f"w{b}", 4 + a, 30 + b, topic="common")
    return world


def no_topics() -> World:
    """Five people who talk in a ring about nothing in particular, and one who is only declared."""
    world = World().person("lone")
    for place in range(5):
        world.talk(f"r{place}", f"r{(place + 1) % 5}", 2 + place, 40 + place)
    return world


def two_camps() -> World:
    """Eight people of each camp turn to its six guides; fan of the left has yet to meet left5."""
    world = World()
    for camp in ("left", "right"):
        for i, j in itertools.product(range(8), range(6)):
            if (camp, i, j) != ("left", 0, 5):
                world.says("fan" if (camp, i) == ("left", 0) else f"{camp}-fan{i}", f"{camp}{j}", 2)
    return world


def mixes() -> World:
    """Mae and twin work on the same four topics; others share some of them; nobody has met."""
    world = World()
    for place, name in enumerate(["mae", "twin"]):
        for topic in ("tin", "zinc", "lead", "iron"):
            world.works(name, topic, 2 + place, 9, 30)
    for place in range(6):
        for topic in (("tin", "zinc", "lead", "iron")[place % 4], f"own{place}", f"own{place + 1}"):
            world.works(f"other{place}", topic, 3, 8, 25)
    return world


TONGUES = {
    "north": ("machine learning", "bee keeping", "garden soil", "chamber music"),
    "south": ("learning machines", "keeping of bees", "soil in gardens", "music for chambers"),
}
"""Two halves of a community with ids of their own for the same four things."""


def two_tongues() -> World:
    """Nobody of the north shares a topic id with the south; labels are alike in pairs."""
    world = World()
    for half, labels in TONGUES.items():
        for place, label in enumerate(labels):
            topic = f"{half}-{place}"
            world.add("topics", topic_id=topic, label=label)
            for member in range(2):
                name = f"{half}{place}{member}"
                world.add("objects", object_id=f"talk-{name}", title=f"A talk on {label}")
                world.works(name, topic, 1 + member, 20, thing=f"talk-{name}")
    return world


def arrivals() -> World:
    """Everyone likes tea; fresh came last week, older two months ago, staying years ago."""
    world = World().works("me", "tea", 3, 400).works("fresh", "tea", 2, 6)
    world.works("older", "tea", 2, 60).works("staying", "tea", 2, 700).works("other", "jam", 1)
    world.person("silent", joined_at=ago(4)).wants("silent", "tea")
    return world.person("asleep", joined_at=ago(500)).wants("asleep", "tea").wants("unsaid", "tea")


def apart() -> World:
    """Ann and her circle talk of sails; of another circle, zoe alone works on sails too."""
    world = World()
    for circle, topic in (("ann", "bob", "cal"), "sails"), (("zoe", "yan", "xia"), "kites"):
        for a, b in itertools.combinations(circle, 2):
            world.talk(a, b, 3, 20, topic=topic)
        for name in circle:
            world.works(name, topic, 2, 9)
    return world.works("dee", "sails", 1, 2).works("zoe", "sails", 1, 4)


UNICODE = ("Ωμέγα", "zoë", "zoe\u0308", "日本 太郎", "🦉owl", "שלום", "' OR 1=1 --")


def unicode_ids() -> World:
    """Ids in many scripts, two of which look the same."""
    world = World()
    for place, name in enumerate(UNICODE):
        world.works(name, "λόγος", 1 + place, thing="книга")
    return world.talk(UNICODE[0], UNICODE[3], 4, 9, topic="λόγος").talk(
        UNICODE[3], UNICODE[4], 5, 11
    )


WORLDS: dict[str, Callable[[], World]] = {
    made.__name__: made
    for made in (
        two_cliques,
        checkerboard,
        dormant_pair,
        expert_and_askers,
        newcomer,
        one_person,
        no_interactions,
        hub,
        met_in_threads,
        everyone_blocked,
        hidden_people,
        barred_pairs,
        declared_only,
        workplaces,
        no_topics,
        two_camps,
        mixes,
        two_tongues,
        arrivals,
        apart,
        unicode_ids,
    )
}
"""Every world above by its name."""
