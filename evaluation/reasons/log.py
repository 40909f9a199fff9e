"""The events of a snapshot gone through one by one: who was seen, who answered, who spoke where."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property
from statistics import median_low

from recommender.domain.tables import VIEW_WEIGHT
from recommender.domain.times import DAY_MICROSECONDS
from recommender.matrices import Snapshot

Time = int
"""Microseconds since 1970."""


class Log:
    """What happened to whom, in plain Python; built as it is asked for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @cached_property
    def seen(self) -> dict[int, list[Time]]:
        """When each person was seen: wrote something, did more than look on, addressed somebody."""
        seen, done, said = defaultdict(list), self._snapshot.activities, self._snapshot.interactions
        for person, at, weight in zip(
            done.persons.tolist(), done.at.tolist(), done.weights.tolist(), strict=True
        ):
            if weight > 1.01 * VIEW_WEIGHT:
                seen[person].append(at)
        for person, at in zip(said.persons.tolist(), said.at.tolist(), strict=True):
            seen[person].append(at)
        return seen

    @cached_property
    def first(self) -> dict[int, Time]:
        """When each person first did anything, or was addressed."""
        first: dict[int, Time] = {}
        for events in (self._snapshot.activities, self._snapshot.interactions):
            for people in (events.persons, events.contacts):
                for person, at in zip(people.tolist(), events.at.tolist(), strict=True):
                    first[person] = min(first.get(person, at), at)
        return first

    @cached_property
    def delays(self) -> dict[int, list[Time]]:
        """How long each person took for each of her answers.

        An answer is the first thing said to somebody after that person's last word to her, later
        than it.
        """
        word: dict[tuple[int, int], tuple[int, Time]] = {}
        taken, said = defaultdict(list), self._snapshot.interactions
        for person, contact, at in zip(
            said.persons.tolist(), said.contacts.tolist(), said.at.tolist(), strict=True
        ):
            pair = (min(person, contact), max(person, contact))
            before = word.get(pair)
            if before is not None and before[0] == contact != person and at > before[1]:
                taken[person].append(at - before[1])
            word[pair] = person, at
        return taken

    @cached_property
    def spoken(self) -> dict[tuple[int, int], set[int]]:
        """In which objects each person addressed each other one: objects by (person, contact)."""
        where, said = defaultdict(set), self._snapshot.interactions
        for person, contact, thing in zip(
            said.persons.tolist(), said.contacts.tolist(), said.objects.tolist(), strict=True
        ):
            if thing >= 0:
                where[person, contact].add(thing)
        return where

    @cached_property
    def subjects(self) -> dict[int, int]:
        """What most events in each object are about; of equally many the lowest topic."""
        counts: dict[int, Counter[int]] = defaultdict(Counter)
        for events in (self._snapshot.activities, self._snapshot.interactions):
            for thing, topic in zip(events.objects.tolist(), events.topics.tolist(), strict=True):
                if thing >= 0 and topic >= 0:
                    counts[thing][topic] += 1
        return {
            thing: min(topics, key=lambda topic: (-topics[topic], topic))
            for thing, topics in counts.items()
        }

    def days_to_answer(self, person: int) -> tuple[float, int]:
        """The lower median, in days, and of how many answers it is."""
        taken = self.delays.get(person, [])
        return (median_low(taken) / DAY_MICROSECONDS if taken else float("inf")), len(taken)
