"""What a community looks like in figures: when, how much, about what, and who knows whom.

Everything is counted by the engine, which spills to disk; only short lists come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from ingestion import transform
from ingestion.decay import DAY_US
from ingestion.query_engine import QueryEngine
from recommender.domain.times import from_microseconds

MOST_WEEKS = 2_600
"""Weeks that are told, the latest: about 50 years."""
MOST_TOPICS = 20
_MONDAY = 3
"""Days from the Monday before 1970-01-01, a Thursday, to that day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Events of one week, which begins on a Monday (UTC)."""

    start: str
    activities: int
    interactions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """How many people have a count from `low` to `high`."""

    low: int
    high: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic and what was done there."""

    topic_id: str
    label: str
    events: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """A community in figures."""

    first_at: str | None
    """Of the first event, in UTC; None where there is none."""
    last_at: str | None
    people: int
    with_topics: int
    """People who acted in a topic, or name one as goal or skill."""
    with_contacts: int
    """People who are in contact with somebody: by an interaction either way, or a connection."""
    with_both: int
    weeks: Sequence[Week]
    """The weeks that have events, in order; of more than MOST_WEEKS the latest."""
    contacts: Sequence[Bin]
    """People by the number of others that they are in contact with."""
    events: Sequence[Bin]
    """People by the number of things they did."""
    topics: Sequence[Topic]
    """Those with most events, at most MOST_TOPICS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """The tables that a portrait is made of; all but `labels` have rows instead of ids."""

    people: ir.Table
    topics: ir.Table
    activities: ir.Table
    interactions: ir.Table
    connections: ir.Table
    goals: ir.Table
    skills: ir.Table
    labels: ir.Table
    """The declared topics."""


def portrait(engine: QueryEngine, of: Community) -> Portrait:
    """Count what there is to tell of a community."""
    pairs = engine.create("portrait_contacts", _contacts(of))
    interested = engine.create("portrait_topics", _interested(of))
    people = engine.number(of.people.count()) or 0
    known = pairs.select("person").distinct()
    first, last = _ends(engine, of)
    degrees = pairs.group_by("person").agg(n=ibis._.count())
    acting = _acting(of).group_by("person").agg(n=ibis._.count())
    return Portrait(
        first_at=first,
        last_at=last,
        people=people,
        with_topics=engine.number(interested.count()) or 0,
        with_contacts=engine.number(known.count()) or 0,
        with_both=engine.number(known.semi_join(interested, "person").count()) or 0,
        weeks=_weeks(engine, of),
        contacts=_bins(engine, degrees, people),
        events=_bins(engine, acting, people),
        topics=_topics(engine, of),
    )


def _contacts(of: Community) -> ir.Table:
    """Every pair that is in contact, both ways, once."""
    one = of.interactions.select("person", "contact").distinct()
    both = one.union(of.connections.select("person", "contact"))
    return both.union(both.select(person="contact", contact="person")).distinct()


def _interested(of: Community) -> ir.Table:
    tables = (of.activities, of.interactions.drop_null(["topic"]), of.goals, of.skills)
    first, *others = (table.select("person").distinct() for table in tables)
    for other in others:
        first = first.union(other)
    return first.distinct()


def _acting(of: Community) -> ir.Table:
    return of.activities.select("person").union(of.interactions.select("person"))


def _ends(engine: QueryEngine, of: Community) -> tuple[str | None, str | None]:
    times = of.activities.select("occurred_at").union(of.interactions.select("occurred_at"))
    at = times.occurred_at
    (ends,) = engine.rows(times.agg(first=at.min(), last=at.max()))
    first, last = (None if us is None else _time(int(us)) for us in ends)
    return first, last


def _time(us: int) -> str:
    return from_microseconds(us).isoformat(timespec="seconds").replace("+00:00", "Z")


def _weeks(engine: QueryEngine, of: Community) -> list[Week]:
    one, other = (
        events.select(week=_week_of(events.occurred_at), activity=ibis.literal(activity))
        for events, activity in ((of.activities, 1), (of.interactions, 0))
    )
    counts = one.union(other).group_by("week").agg(n=ibis._.count(), done=ibis._.activity.sum())
    latest = counts.order_by(ibis.desc("week")).limit(MOST_WEEKS)
    rows = sorted(engine.rows(latest.select("week", "n", "done")))
    return [
        Week(start=_monday(week), activities=int(done), interactions=int(n - done))
        for week, n, done in rows
    ]


def _week_of(at: ir.IntegerValue) -> ir.IntegerValue:
    day = (at / DAY_US).floor() + _MONDAY
    return (day / 7).floor().cast("int64")


def _monday(week: int) -> str:
    """The first day of a week, or of the very first one, which begins too early, the year 1's."""
    day = max(week * 7 - _MONDAY, -719_162)
    return from_microseconds(day * DAY_US).date().isoformat()


def _bins(engine: QueryEngine, counts: ir.Table, people: int) -> list[Bin]:
    """People with nothing, with 1, 2 to 3, 4 to 7 and so on, up to the last that has any."""
    power = counts.n.log2().floor().cast("int32")
    rows = dict(engine.rows(counts.group_by(power=power).agg(people=ibis._.count())))
    none = Bin(low=0, high=0, people=people - sum(rows.values()))
    steps = range(max(rows, default=-1) + 1)
    return [none, *(Bin(low=2**s, high=2 ** (s + 1) - 1, people=rows.get(s, 0)) for s in steps)]


def _topics(engine: QueryEngine, of: Community) -> list[Topic]:
    """The busiest topics, with their labels."""
    names = ("person", "topic")
    events = of.activities.select(*names).union(of.interactions.drop_null(["topic"])[names])
    counts = events.group_by("topic").agg(events=ibis._.count(), people=ibis._.person.nunique())
    labels = of.labels.select("topic_id", "label")
    named = counts.join(of.topics, "topic").left_join(labels, "topic_id")
    top = named.order_by([ibis.desc("events"), "topic_id"]).limit(MOST_TOPICS)
    rows = engine.rows(top.select("topic_id", "label", "events", "people"))
    return [
        Topic(topic_id=topic, label=label or topic, events=events, people=people)
        for topic, label, events, people in rows
    ]


def community(
    events: dict[str, ir.Table],
    kept: transform.Native,
    people: ir.Table,
    topics: ir.Table,
    as_of_us: int,
) -> Community:
    """The tables of a run, as a portrait wants them."""
    return Community(
        people=people,
        topics=topics,
        activities=events["activities"],
        interactions=events["interactions"],
        connections=transform.connections(kept["connections"], people, as_of_us),
        goals=transform.goals(kept["goals"], people, topics),
        skills=transform.skills(kept["skills"], people, topics),
        labels=kept["topics"],
    )
