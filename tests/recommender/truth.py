"""What the raw facts of a world say, counted anew in plain Python."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import chain

from recommender.domain.answer import COARSE, Reason
from tests.world_builder import AS_OF, Fact, World

LATELY = timedelta(days=60)


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


def _topic(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    topic = reason.topics[0].id
    hers = truth.works_on(asker, topic) or truth.wants(asker, topic)
    theirs = truth.works_on(other, topic)
    return [] if hers and theirs else [f"{topic} is not shared"]


def _active(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    topic = reason.topics[0].id
    return [] if truth.works_on(other, topic, LATELY) else [f"not active in {topic}"]


def _objects(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    shared = truth.things(asker) & truth.things(other)
    lies = [] if reason.objects[0].id in shared else ["object is not shared"]
    return lies + ([] if reason.count == len(shared) else [f"{len(shared)} objects are shared"])


def _contacts(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    true = len(truth.common(asker, other))
    return [] if reason.count == min(true, COARSE) > 0 else [f"{true} contacts are shared"]


def _past(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    talks = truth.talks(asker, other)
    month = f"{max(talks):%B %Y}"
    lies = [] if reason.count == len(talks) else [f"{len(talks)} contacts"]
    return lies + ([] if month in reason.text else [f"last in {month}"])


def _learning(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    topic = reason.topics[0].id
    mine, theirs = truth.level(asker, topic), truth.level(other, topic)
    lies = [] if truth.works_on(asker, topic) or truth.wants(asker, topic) else ["not her topic"]
    if not truth.works_on(other, topic) and theirs is None and not truth.offers(other, topic):
        lies.append(f"{other} shows no skill in {topic}")
    if mine is not None and theirs is not None and theirs < mine + 1:
        lies.append(f"{other} is not ahead")
    return lies


def _organisation(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    homes = {f["person_id"]: f.get("organisation") for f in truth.declared}
    return [] if homes.get(other) and homes[other] in reason.text else ["not her organisation"]


def _by_value(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    """No event shows it: its evidence is the factor's value, which the answer carries."""
    return [] if not (reason.topics or reason.objects or reason.count) else ["claims evidence"]


CHECKS = {
    **dict.fromkeys(("network", "reputation", "benevolence", "like_mindedness"), _by_value),
    **dict.fromkeys(("collaboration", "trends", "similar_network"), _by_value),
    **dict.fromkeys(("network_walk", "turned_to_by_contacts"), _by_value),
    **dict.fromkeys(("addressed_in_topics", "active_lately"), _by_value),
    "learning": _learning,
    "organisation": _organisation,
    "communality": _topic,
    "similar_interests": _topic,
    "active_in_topics": _active,
    "shared_objects": _objects,
    "shared_contacts": _contacts,
    "past_tie": _past,
}
"""What can be held against single events, by kind of reason."""
