"""Accounts that act as no human does and that hardly anybody replies to.

The bounds are settings. Their defaults lie above all that any of 159,000 people did in three real
communities: at most 283 events in an hour, 742 in a day, 19 hours of one day.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from ingestion import checks, transform
from ingestion.report import Bot
from ingestion.schema import TABLES
from ingestion.stage import Stage
from recommender.domain.config import IngestConfig

SLEEPLESS_HOURS = 20
"""Hours of a UTC day with something in each, from which the day counts as one without sleep."""
REPLY_SHARE = 0.01
"""Replies for each event of their own from which an account is taken for somebody people know."""

_HOUR_US = 3_600_000_000
_EVENTS = ("activities", "interactions")
_PEOPLE = ("person_id", "contact_id")


def suspected(stage: Stage, config: IngestConfig) -> list[Bot]:
    """Who is suspected, the busiest first; kept by the engine as table `suspected_bots`, too.

    An event that is told twice counts once. To find the few for whom that has to be looked at,
    repeated ones are counted first, which can only suspect more.
    """
    said = {name: stage.kept[name] for name in _EVENTS}
    loose = stage.engine.create("bots_loose", _restless(list(said.values()), config))
    if not stage.engine.number(loose.count()):
        stage.engine.create("suspected_bots", loose.select("person_id"))
        return []
    once = [
        rows.semi_join(loose, "person_id").drop("part", "row").distinct() for rows in said.values()
    ]
    strict = stage.engine.create("bots_strict", _restless(once, config))
    found = stage.engine.create("bots", _unanswered(strict, said["interactions"]))
    stage.engine.create("suspected_bots", found.select("person_id"))
    ordered = found.order_by([ibis.desc("events"), "person_id"])
    return [_bot(*row, config=config) for row in stage.engine.rows(ordered)]


def drop(stage: Stage) -> None:
    """Set aside every row of those whom `suspected` found, and every row about them."""
    bots = ibis.table({"person_id": "string"}, name="suspected_bots")
    if not stage.engine.number(bots.count()):
        return
    for name, table in TABLES.items():
        for column in (column for column in _PEOPLE if column in table.names):
            rows = stage.kept[name]
            theirs = rows.semi_join(bots.select(bots.person_id.name(column)), column)
            if stage.reject(name, checks.rejected(table, theirs, "suspected_bot", column)):
                left = transform.without(rows, stage.bad[-1])
                stage.kept[name] = stage.engine.create(f"kept_{name}", left)


def _restless(said: list[ir.Table], config: IngestConfig) -> ir.Table:
    """Who is above a bound, with the figures of `Bot`."""
    one, other = (rows.select("person_id", at=rows.occurred_at) for rows in said)
    events = _of_the_busy(one.union(other), config)
    hour = (events.at / _HOUR_US).floor().cast("int64")
    hours = events.group_by(events.person_id, hour=hour).agg(n=ibis._.count())
    day = (hours.hour / 24).floor().cast("int64")
    days = hours.group_by(hours.person_id, day=day).agg(
        n=hours.n.sum(), most=hours.n.max(), hours=ibis._.count()
    )
    people = days.group_by("person_id").agg(
        events=days.n.sum(),
        busiest_hour=days.most.max(),
        busiest_day=days.n.max(),
        sleepless_days=(days.hours >= SLEEPLESS_HOURS).sum(),
    )
    return people.filter(
        (people.busiest_hour > config.bot_events_per_hour)
        | (people.busiest_day > config.bot_events_per_day)
        | (people.sleepless_days >= config.bot_sleepless_days)
    )


def _of_the_busy(events: ir.Table, config: IngestConfig) -> ir.Table:
    """The events of those who did enough to be above any bound at all; most people did not."""
    few = min(
        config.bot_events_per_hour + 1,
        config.bot_events_per_day + 1,
        config.bot_sleepless_days * SLEEPLESS_HOURS,
    )
    totals = events.group_by("person_id").agg(n=ibis._.count())
    return events.semi_join(totals.filter(totals.n >= few), "person_id")


def _unanswered(people: ir.Table, interactions: ir.Table) -> ir.Table:
    """Those of `people` whom hardly anybody addresses, with how often that happens."""
    theirs = interactions.semi_join(people.select(contact_id=people.person_id), "contact_id")
    once = theirs.drop("part", "row").distinct()
    replies = once.group_by(once.contact_id.name("addressed")).agg(replies=ibis._.count())
    joined = people.left_join(replies, people.person_id == replies.addressed)
    known = joined.mutate(replies=joined.replies.fill_null(0))
    return known.filter(known.replies <= known.events * REPLY_SHARE).select(
        *people.columns, "replies"
    )


def _bot(person_id: str, *figures: Any, config: IngestConfig) -> Bot:
    events, busiest_hour, busiest_day, sleepless_days, replies = map(int, figures)
    did = []
    if busiest_hour > config.bot_events_per_hour:
        did.append(f"{busiest_hour:,} events in one hour")
    if busiest_day > config.bot_events_per_day:
        did.append(f"{busiest_day:,} events in one day")
    if sleepless_days >= config.bot_sleepless_days:
        did.append(f"awake for {SLEEPLESS_HOURS} hours or more on {sleepless_days:,} days")
    heard = f"replies: {replies:,} to {events:,} events" if replies else "no reply"
    return Bot(
        person_id=person_id,
        reason=f"{', '.join(did)}; {heard}",
        events=events,
        busiest_hour=busiest_hour,
        busiest_day=busiest_day,
        sleepless_days=sleepless_days,
        replies=replies,
    )
