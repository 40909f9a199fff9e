"""What the raw facts of a world say, counted anew in plain Python."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import chain

from recommender.domain.answer import Reason
from tests.recommender.held import CHECKS
from tests.world_builder import AS_OF, Fact, World

PIECE = 3
"""Letters in a row that two names must share to be alike at all."""


class Truth:
    """The facts of one world before `as_of`, asked pair by pair."""

    def __init__(self, world: World, as_of: datetime = AS_OF) -> None:
        def known(table: str) -> list[Fact]:
            return world.tables.get(table, [])

        self.as_of = as_of
        self.activities = [f for f in known("activities") if f["occurred_at"] < as_of]
        self.interactions = [f for f in known("interactions") if f["occurred_at"] < as_of]
        self.connections, self.blocks = known("connections"), known("blocks")
        self.goals, self.declared = known("goals"), known("people")
        self.skills = known("skills")
        self.objects, self.topics = known("objects"), known("topics")
        self.hidden = {f["person_id"] for f in self.declared if f.get("discoverable") is False}

    def talks(self, a: str, b: str) -> list[datetime]:
        """When the two were in contact, either way."""
        pair = {a, b}
        return [
            f["occurred_at"] for f in self.interactions if {f["person_id"], f["contact_id"]} == pair
        ]

    def contacts(self, person: str) -> set[str]:
        """Everyone with whom `person` was in contact."""
        pairs = [(f["person_id"], f["contact_id"]) for f in self.interactions]
        return {b for a, b in chain(pairs, [(b, a) for a, b in pairs]) if a == person}

    def connected(self, a: str, b: str) -> bool:
        """In contact at any time, or declared, ended or not."""
        declared = ({f["person_id"], f["contact_id"]} for f in self.connections)
        return b in self.contacts(a) or {a, b} in declared

    def barred(self, asker: str, other: str) -> bool:
        """Herself, hidden, blocked either way, muted or dismissed by her."""
        if asker == other or other in self.hidden:
            return True
        return any(
            (f["person_id"], f["contact_id"]) == (asker, other)
            or (f["kind"] == "block" and (f["contact_id"], f["person_id"]) == (asker, other))
            for f in self.blocks
        )

    def works_on(self, person: str, topic: str, since: timedelta | None = None) -> bool:
        """Did `person` do anything in `topic`, at all or lately."""
        return any(
            f["person_id"] == person
            and f["topic_id"] == topic
            and (since is None or f["occurred_at"] >= self.as_of - since)
            for f in self.activities
        )

    def wants(self, person: str, topic: str) -> bool:
        """Is `topic` a learning goal of `person`."""
        return any(
            (f["person_id"], f["topic_id"], f["direction"]) == (person, topic, "learn")
            for f in self.goals
        )

    def offers(self, person: str, topic: str) -> bool:
        """Does `person` offer `topic`."""
        return any(
            (f["person_id"], f["topic_id"], f["direction"]) == (person, topic, "offer")
            for f in self.goals
        )

    def shows(self, person: str, topic: str) -> bool:
        """Does `person` work on `topic`, offer it, or declare to know it."""
        declared = any(
            (f["person_id"], f["topic_id"]) == (person, topic) and f.get("level", 1) > 0
            for f in self.skills
        )
        return declared or self.works_on(person, topic) or self.offers(person, topic)

    def own_topics(self, person: str) -> set[str]:
        """Topics that `person` did anything in, or wants to learn."""
        done = {f["topic_id"] for f in self.activities if f["person_id"] == person}
        return {z for z in done if z is not None} | {
            f["topic_id"]
            for f in self.goals
            if f["person_id"] == person and f["direction"] == "learn"
        }

    def near(self, one: str, other: str) -> bool:
        """Does anybody work on both topics, or are they or their objects called alike."""
        both = any(self.works_on(f["person_id"], one) for f in self.works_in(other))
        return both or alike(self.names_of(one), self.names_of(other))

    def works_in(self, topic: str) -> list[Fact]:
        """What was done in `topic`."""
        return [f for f in self.activities if f["topic_id"] == topic]

    def names_of(self, topic: str) -> list[str]:
        """What `topic` and its objects are called."""
        labels = [f["label"] for f in self.topics if f["topic_id"] == topic and f.get("label")]
        return labels + self.titles({f["object_id"] for f in self.works_in(topic)})

    def alike(self, a: str, b: str) -> bool:
        """Did the two take part in what is called alike."""
        return alike(self.titles(self.things(a)), self.titles(self.things(b)))

    def titles(self, things: set[str]) -> list[str]:
        """What `things` are called, those that have more than an id."""
        return [f["title"] for f in self.objects if f["object_id"] in things and f.get("title")]

    def first_seen(self, person: str) -> datetime:
        """When `person` joined, acted or was addressed first; now, where it is not known."""
        known = [
            f["occurred_at"]
            for f in (*self.activities, *self.interactions)
            if person in (f["person_id"], f.get("contact_id"))
        ]
        joined = (f.get("joined_at") for f in self.declared if f["person_id"] == person)
        return min([self.as_of, *known, *(at for at in joined if at is not None)])

    def things(self, person: str) -> set[str]:
        """Objects that `person` took part in."""
        took_part = (
            f["object_id"]
            for f in self.activities
            if f["person_id"] == person and f["verb"] != "view"
        )
        return {thing for thing in took_part if thing is not None}

    def common(self, a: str, b: str) -> set[str]:
        """Contacts of both who may be seen."""
        both = (self.contacts(a) & self.contacts(b)) - self.hidden
        return {w for w in both if not (self.blocked(a, w) or self.blocked(b, w))}

    def blocked(self, a: str, b: str) -> bool:
        """A block between the two, either way."""
        blocks = ({f["person_id"], f["contact_id"]} for f in self.blocks if f["kind"] == "block")
        return {a, b} in blocks

    def level(self, person: str, topic: str) -> float | None:
        """The declared skill of `person`, if any."""
        levels = [
            f["level"] for f in self.skills if (f["person_id"], f["topic_id"]) == (person, topic)
        ]
        return max(levels, default=None)

    def lies(self, asker: str, other: str, reason: Reason) -> list[str]:
        """What a reason says that the facts do not: empty for an honest one."""
        said = CHECKS[str(reason.kind)](self, asker, other, reason)
        generic = {
            "a share is not in (0, 1]": 0 < reason.share <= 1,
            "a confidence is not in [0, 1]": 0 <= reason.confidence <= 1,
            "there is no sentence": bool(reason.text) and "None" not in reason.text,
            "a topic is not named": all(topic.label in reason.text for topic in reason.topics),
            "an object is not named": all(thing.label in reason.text for thing in reason.objects),
        }
        return [*said, *(lie for lie, holds in generic.items() if not holds)]


def alike(some: list[str], others: list[str]) -> bool:
    """Have any two names a few letters in a row in common.

    >>> alike(["Bee keeping"], ["a keeper"]), alike(["Bees"], ["Tea"])
    (True, False)
    """
    one, two = (
        {
            word[i : i + PIECE]
            for name in names
            for word in name.lower().split()
            for i in range(len(word) - PIECE + 1)
        }
        for names in (some, others)
    )
    return bool(one & two)
