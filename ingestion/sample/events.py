"""What people in the sample community do: conversations along ties, and activities on their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingestion.sample import clock
from ingestion.sample.people import NEWCOMER, People, Topics
from ingestion.sample.ties import Ties

VERBS = {
    "view": 0.05, "like": 0.2, "post": 1.0, "attend": 0.5, "mention": 0.7, "ask": 1.0,
    "message": 1.0, "reply": 1.0, "answer": 1.0, "accept": 2.0,
}  # fmt: skip
"""What people do and how much it weighs; an event's `verb` is its place here."""

VERB = {name: code for code, name in enumerate(VERBS)}
_ALONE = np.array([VERB[v] for v in ("view", "like", "post", "attend", "reply")])
_ALONE_SHARE = np.array([0.5, 0.14, 0.14, 0.05, 0.17])
_OPENERS = np.array([VERB[v] for v in ("mention", "ask", "message")])

OBJECTS_PER_PERSON = 2.0
ALONE = 45.0 / 46.0
"""Activities made outside conversations for each that there is to be; newcomers make fewer."""

IN_PUBLIC = 0.7
"""The share of interactions that leave an activity."""

_RISING = 0.15
"""The share of the last hundred days' activities that goes to topics on the rise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Things done, in columns: by whom, to whom (-1: nobody), when (seconds), and about what."""

    person: NDArray[np.int64]
    contact: NDArray[np.int64]
    time: NDArray[np.int64]
    verb: NDArray[np.int64]
    topic: NDArray[np.int64]
    thing: NDArray[np.int64]

    def where(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Events:
        """The events that `keep` marks, or names by place."""
        return Events(**{name: getattr(self, name)[keep] for name in self.__slots__})

    @staticmethod
    def together(parts: list[Events]) -> Events:
        """One after another."""
        return Events(
            **{n: np.concatenate([getattr(p, n) for p in parts]) for n in Events.__slots__}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """Objects (threads, courses, events), those of a topic side by side and in order of time.

    offsets: int64 [topics + 1]; topic t's are offsets[t] to offsets[t + 1].
    """

    offsets: NDArray[np.int64]

    def topics(self) -> NDArray[np.int64]:
        """The topic of every object."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    def pick(
        self,
        topic: NDArray[np.int64],
        time: NDArray[np.int64],
        camp: NDArray[np.int64],
        rng: np.random.Generator,
    ) -> NDArray[np.int64]:
        """An object of the topic that is new at the time, mostly one that the camp likes."""
        size = self.offsets[topic + 1] - self.offsets[topic]
        now = (time - clock.START) / (clock.END - clock.START) * size
        place = (now - rng.exponential(1.2, len(topic))).astype(np.int64)
        loyal = rng.random(len(topic)) < 0.7
        place = np.where(loyal, place - (place - camp) % 3, place).clip(0)
        return np.asarray(self.offsets[topic] + np.minimum(place, size - 1), np.int64)


def make_things(people: People, topics: Topics) -> Things:
    """About two objects for each person; the more people care for a topic, the more it has."""
    care = np.zeros(len(topics.labels))
    np.add.at(care, people.topics, people.interest * people.active.sum(axis=1, keepdims=True))
    counts = np.zeros(len(topics.labels), np.int64)
    share = care[topics.leaves] / care.sum()
    counts[topics.leaves] = np.ceil(OBJECTS_PER_PERSON * len(people) * share).clip(1)
    return Things(offsets=np.concatenate([[0], np.cumsum(counts)]))


def conversations(people: People, ties: Ties, things: Things, rng: np.random.Generator) -> Events:
    """Everything said along `ties`: openings, what comes back, and what follows that."""
    tie, spread = _session_times(ties, rng)
    lead = people.skill[ties.other[tie]] - people.skill[ties.one[tie]]
    turned = rng.random(len(tie)) > np.clip(0.5 + 0.5 * lead, 0.1, 0.9)
    asker = np.where(turned, ties.other[tie], ties.one[tie])
    helper = np.where(turned, ties.one[tie], ties.other[tie])
    time = clock.in_waking_hours(spread, people.utc_offset_hours[asker])
    aside = rng.random(len(tie)) < 0.2
    slot = (rng.random(len(tie)) ** 2 * 3).astype(np.int64)
    topic = np.where(aside, people.topics[asker, slot], ties.topic[tie])
    thing = things.pick(topic, time, people.camp[asker], rng)
    verb = rng.choice(_OPENERS, len(tie), p=[0.3, 0.45, 0.25])
    opened = Events(person=asker, contact=helper, time=time, verb=verb, topic=topic, thing=thing)
    back = rng.random(len(tie)) < people.kindness[helper]
    answered = np.where(verb == VERB["ask"], VERB["answer"], VERB["reply"])
    came = _in_return(opened, answered, rng).where(back)
    helps = rng.random(len(came.person)) < 0.1 + 0.8 * people.skill[came.person]
    follows = np.where(came.verb == VERB["answer"], helps, rng.random(len(helps)) < 0.3)
    then = np.where(came.verb == VERB["answer"], VERB["accept"], VERB["reply"])
    more = _in_return(came, then, rng).where(follows)
    said = Events.together([opened, came, more])
    return said.where(said.time < clock.END)


def _session_times(
    ties: Ties, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Each conversation's tie (its place in `ties`) and time: bursts, cooling off, resumption."""
    tie = np.repeat(np.arange(len(ties)), ties.sessions)
    cooling = rng.choice([1.0, 1.0, 1.7, 2.4], len(ties))
    place = clock.bursts(rng, ties.sessions, 1.4) ** cooling[tie]
    time = ties.begins[tie] + place * (ties.ends - ties.begins)[tie]
    again = np.repeat(np.arange(len(ties)), ties.resumed)
    late = clock.END - rng.uniform(clock.DAY, 75 * clock.DAY, len(again))
    return np.concatenate([tie, again]), np.concatenate([time, late])


def _in_return(events: Events, verb: NDArray[np.int64], rng: np.random.Generator) -> Events:
    """What the contact does in turn, mostly within hours, sometimes after days."""
    delay = rng.lognormal(np.log(2.5 * clock.HOUR), 1.6, len(verb))
    return Events(
        person=events.contact,
        contact=events.person,
        time=events.time + np.minimum(delay, 30 * clock.DAY).astype(np.int64) + 20,
        verb=verb,
        topic=events.topic,
        thing=events.thing,
    )


def in_public(said: Events) -> Events:
    """The activities that conversations leave: all but private messages and marks of thanks."""
    seen = (said.verb != VERB["message"]) & (said.verb != VERB["accept"])
    public = said.where(seen)
    post = np.isin(public.verb, (VERB["mention"], VERB["ask"]))
    return Events(
        person=public.person,
        contact=np.full(len(public.person), -1),
        time=public.time,
        verb=np.where(post, VERB["post"], public.verb),
        topic=public.topic,
        thing=public.thing,
    )


def alone(
    people: People,
    rows: NDArray[np.int64],
    topics: Topics,
    things: Things,
    mean: float,
    rng: np.random.Generator,
) -> Events:
    """What the people at `rows` do on their own: reading, posting, attending, in bursts.

    mean: how often they do so, on average.
    """
    active = people.active[rows]
    usual = people.active.sum(axis=1).mean()
    busy = np.minimum(active.sum(axis=1) / usual, 60.0)
    counts = rng.poisson(ALONE * mean * busy)
    counts = np.where(rows == NEWCOMER, np.minimum(counts, 12), counts.clip(1))
    who = np.repeat(np.arange(len(rows)), counts)
    time = _along(active, who, clock.bursts(rng, counts, 1.5))
    person = rows[who]
    time = time.clip(people.joined[person], people.left[person])
    moved = clock.in_waking_hours(time, people.utc_offset_hours[person])
    slot = (np.cumsum(people.interest, axis=1)[person] < rng.random((len(who), 1))).sum(axis=1)
    topic = people.topics[person, slot.clip(0, people.topics.shape[1] - 1)]
    late = moved > clock.END - 100 * clock.DAY
    rising = late & (rng.random(len(who)) < _RISING)
    topic = np.where(rising, topics.leaves[topic % 3 * (len(topics.leaves) // 3)], topic)
    thing = things.pick(topic, moved, people.camp[person], rng)
    return Events(
        person=person,
        contact=np.full(len(who), -1),
        time=moved,
        verb=rng.choice(_ALONE, len(who), p=_ALONE_SHARE),
        topic=topic,
        thing=np.where(rng.random(len(who)) < 0.85, thing, -1),
    )


def _along(
    active: NDArray[np.float64], who: NDArray[np.int64], place: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The time at which `place`, in (0, 1), of each person's activity is behind her; seconds."""
    done = np.cumsum(active, axis=1)
    done = np.hstack([np.zeros((len(done), 1)), done / done[:, -1:].clip(1e-12)])
    quarter = (done[who, 1:-1] <= place[:, None]).sum(axis=1)
    low, high = done[who, quarter], done[who, quarter + 1]
    within = (place - low) / np.maximum(high - low, 1e-12)
    return np.asarray(clock.START + (quarter + within.clip(0, 1)) * clock.QUARTER, np.float64)
