"""Who met since the model was trained."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from recommender.domain.ids import Row

TOPICS = 3
"""Topics that a tie is said to be about."""


@dataclass(slots=True)
class Met:
    """Contact of one person with another since the model was trained.

    sent, received: interactions from the person, and to her. days: days (UTC) with any.
    first, last: microseconds since 1970; 0 before there is any. topics: how often each came up.
    """

    sent: int = 0
    received: int = 0
    days: set[int] = field(default_factory=set)
    first: int = 0
    last: int = 0
    topics: Counter[Row] = field(default_factory=Counter)

    def note(self, at: int, day: int, topic: Row | None, *, sent: bool) -> None:
        """One interaction, at a time in microseconds."""
        self.sent += sent
        self.received += not sent
        self.days.add(day)
        self.first = min(self.first or at, at)
        self.last = max(self.last, at)
        if topic is not None:
            self.topics[topic] += 1

    def about(self) -> list[Row]:
        """What it was about, most of all first; of equals the lower row."""
        ranked = sorted(self.topics.items(), key=lambda item: (-item[1], item[0]))
        return [topic for topic, _ in ranked[:TOPICS]]


@dataclass(slots=True)
class Contacts:
    """All such contact, from both ends.

    met: by person and contact. declared: whom each has, or had, a declared tie with.
    """

    met: dict[Row, dict[Row, Met]] = field(default_factory=dict)
    declared: dict[Row, set[Row]] = field(default_factory=dict)

    def interaction(self, person: Row, contact: Row, at: int, topic: Row | None) -> None:
        """`person` addressed `contact`."""
        day = at // 86_400_000_000
        for one, other, sent in ((person, contact, True), (contact, person, False)):
            self.met.setdefault(one, {}).setdefault(other, Met()).note(at, day, topic, sent=sent)

    def declare(self, person: Row, contact: Row) -> None:
        """A declared tie was made or ended: either way the two know each other."""
        self.declared.setdefault(person, set()).add(contact)
        self.declared.setdefault(contact, set()).add(person)

    def forget(self, person: Row) -> None:
        """Drop all that involves a person."""
        for other in self.met.pop(person, {}):
            self.met[other].pop(person, None)
        for other in self.declared.pop(person, set()):
            self.declared[other].discard(person)
