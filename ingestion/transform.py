"""Native tables → the tables of a snapshot, as Ibis expressions that any engine can run.

Times are int64 microseconds since 1970 here; the writer gives them their type. All is integers
and exact, except levels, which are copied: a decayed sum adds whole multiples of 2^-32, so it
does not depend on the order of rows, of files, or of threads. What is no integer is made of +, −,
× and ÷ alone, and of powers of ½, which are the same in every engine to the last bit; exp is not.

Who acts meets the object she acts on: person × object sums activities and interactions alike, the
latter for the person who acts (person_id), not for the one she addresses.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import ibis
import ibis.expr.types as ir

from ingestion.decay import DAY_US, decayed
from ingestion.once import once
from ingestion.reader import text_of
from recommender.domain.tables import EVENTS, HALF_LIVES, MATRICES, decay_column

UNIT = 2**32
"""Sums are of whole multiples of 1 / UNIT."""

_SEPARATORS = r'[ \t\n\f\r,;"\[\]]+'  # \s is not the same for every engine
_FOLDED = (("\u0130", "i"), ("\u03a3", "\u03c3"))
"""Capitals whose small letter engines do not agree on: İ, and Σ at the end of a word."""

Native = Mapping[str, ir.Table]
"""Native table name to its kept rows."""


@once
def before(raw: ir.Table, column: str | None, as_of_us: int | None) -> ir.Table:
    """The rows of before `as_of_us`; rows without a time stay."""
    if column is None or as_of_us is None:
        return raw
    time = raw[column]
    return raw.filter((time < ibis.literal(as_of_us, "int64")) | time.isnull())


@once
def duplicates(rows: ir.Table, names: tuple[str, ...]) -> ir.Table:
    """The rows that repeat an earlier one (by part and row) in all of the columns `names`."""
    groups = rows.group_by(list(names[:3])).agg(times=ibis._.count())
    # Few rows share even three columns; only those are worth comparing in full.
    same = [rows[name].identical_to(groups[name]) for name in names[:3]]
    suspects = rows.semi_join(groups.filter(ibis._.times > 1), same)
    order = ibis.row_number().over(
        group_by=list(names), order_by=[ibis._.part, ibis._.row], rows=(None, 0)
    )
    return suspects.mutate(place=order).filter(ibis._.place > 0).drop("place")


@once
def without(rows: ir.Table, gone: ir.Table) -> ir.Table:
    """The rows that are not in `gone`, told by part and row."""
    return rows.anti_join(gone, ["part", "row"])


@once
def numbered(ids: ir.Table, row: str) -> ir.Table:
    """Distinct ids in order of their bytes, each with its `row`, int32 from 0."""
    (name,) = ids.columns
    place = ibis.row_number().over(order_by=ibis._[name])
    return ids.distinct().mutate(place.cast("int32").name(row))


@once
def person_ids(native: Native) -> ir.Table:
    """Everybody who is declared, acts, is addressed, is tied to somebody, has a goal or a skill."""
    return _union(
        native,
        "person_id",
        {
            "people": ("person_id",),
            "activities": ("person_id",),
            "interactions": ("person_id", "contact_id"),
            "connections": ("person_id", "contact_id"),
            "goals": ("person_id",),
            "skills": ("person_id",),
        },
    )


@once
def topic_ids(native: Native) -> ir.Table:
    """Every topic that is declared or that somebody met, wants or knows."""
    names = ("topics", "activities", "interactions", "goals", "skills")
    return _union(native, "topic_id", dict.fromkeys(names, ("topic_id",)))


@once
def object_ids(native: Native) -> ir.Table:
    """Every object that somebody acted on; merely declared ones are left out."""
    return _union(
        native, "object_id", dict.fromkeys(("activities", "interactions"), ("object_id",))
    )


@once
def activities(rows: ir.Table, people: ir.Table, topics: ir.Table, objects: ir.Table) -> ir.Table:
    """Activities with rows instead of ids; each has a weight by then."""
    joined = rows.join(people, "person_id").join(topics, "topic_id")
    joined = joined.left_join(objects, "object_id")
    return joined.select(
        "part", "row", "person", "topic", "occurred_at", "object", "verb", "weight"
    )


@once
def interactions(rows: ir.Table, people: ir.Table, topics: ir.Table, objects: ir.Table) -> ir.Table:
    """Interactions likewise; the topic may be null."""
    joined = rows.join(people, "person_id").join(_contacts(people), "contact_id")
    joined = joined.left_join(topics, "topic_id").left_join(objects, "object_id")
    return joined.select(
        "part", "row", "person", "contact", "occurred_at", "topic", "object", "verb", "weight",
    )  # fmt: skip


@once
def meetings(activities: ir.Table, interactions: ir.Table) -> ir.Table:
    """Who acted on which object: the events of both kinds that have one."""
    names = ("person", "object", "topic", "occurred_at", "weight")
    one, other = (events.drop_null(["object"])[names] for events in (activities, interactions))
    return one.union(other)


def of(events: ir.Table, people: range) -> ir.Table:
    """The events of some people, by their rows."""
    return events.filter((events.person >= people.start) & (events.person < people.stop))


@once
def in_order(name: str, events: ir.Table) -> ir.Table:
    """The events of table `name` of `tables.EVENTS`, oldest first: the log of a snapshot."""
    columns = EVENTS[name].names
    others = [column for column in columns if column != "occurred_at"]
    return events.select(*columns).order_by(["occurred_at", *others])


@once
def matrix(name: str, events: ir.Table, as_of_us: int) -> ir.Table:
    """Matrix `name` of `tables.MATRICES`, sorted by its keys; events without a key are left out.

    decay_H = Σ weight · 2^(-age / H), with the age in days, and each term rounded to 1 / UNIT.
    """
    keys = MATRICES[name]
    events = _scaled(events.drop_null(list(keys)), as_of_us)
    decays = {decay_column(h): _sum(events[decay_column(h)]) for h in HALF_LIVES}
    measured = events.group_by(list(keys)).agg(
        count=ibis._.count().cast("int32"),
        active_days=(events.occurred_at / DAY_US).floor().cast("int32").nunique().cast("int32"),
        first_at=events.occurred_at.min(),
        last_at=events.occurred_at.max(),
        weight=_sum(events.scaled),
        **decays,
    )
    return measured.order_by(list(keys))


def _scaled(events: ir.Table, as_of_us: int) -> ir.Table:
    """The events with `scaled`, their weight in units, and with what is left of it by half-life."""
    weighty = events.mutate(scaled=events.weight * float(UNIT))
    age_us = ibis.literal(as_of_us, "int64") - weighty.occurred_at
    return decayed(weighty, age_us, weighty.scaled)


@once
def people(rows: ir.Table, declared: ir.Table, hidden: ir.Table) -> ir.Table:
    """The people, in order of their rows. `hidden` has the ids of those not to be shown."""
    hidden = hidden.select(hidden_id=hidden.person_id)
    joined = rows.left_join(declared, "person_id")
    joined = joined.left_join(hidden, joined.person_id == hidden.hidden_id)
    words = joined.languages.re_replace(_SEPARATORS, " ").strip()
    return joined.order_by("person").select(
        "person_id", "display_name", "organisation", "role", "sector", "level",
        "timezone", "joined_at",
        languages=words.nullif("").split(" "),
        discoverable=joined.hidden_id.isnull(),
    )  # fmt: skip


@once
def hidden(raw_people: ir.Table) -> ir.Table:
    """Ids of people of whom any row says, or may say, that they are not to be shown.

    Bad rows count as well: a typing mistake elsewhere in the row must not uncover anybody.
    """
    flag, text = raw_people.discoverable, raw_people[text_of("discoverable")]
    closed = raw_people.filter((~flag) | (flag.isnull() & text.notnull()))
    return closed.filter(closed.person_id.notnull()).select("person_id").distinct()


@once
def topics(rows: ir.Table, declared: ir.Table) -> ir.Table:
    """The topics, in order of their rows; a parent that is no topic is null."""
    parents = rows.select(parent_topic_id=rows.topic_id, parent=rows.topic)
    joined = rows.left_join(declared, "topic_id").left_join(parents, "parent_topic_id")
    return joined.order_by("topic").select("topic_id", "label", "parent", "description")


@once
def objects(rows: ir.Table, declared: ir.Table, topics: ir.Table, events: ir.Table) -> ir.Table:
    """The objects, in order of their rows.

    events: `meetings`. An object's topic is the declared one, or else the lowest topic row of them.
    """
    told = declared.left_join(topics, "topic_id").select("object_id", "title", told="topic")
    seen = events.group_by("object").agg(seen=ibis._.topic.min())
    joined = rows.left_join(told, "object_id").left_join(seen, "object")
    return joined.order_by("object").select(
        "object_id", topic=joined.told.coalesce(joined.seen), title=joined.title
    )


@once
def connections(rows: ir.Table, people: ir.Table, as_of_us: int) -> ir.Table:
    """Declared ties; an end at `as_of_us` or later has not happened yet."""
    joined = rows.join(people, "person_id").join(_contacts(people), "contact_id")
    end = joined.ended_at
    return _sorted(
        joined.select(
            "person", "contact", "connected_at",
            ended_at=ibis.cases((end < ibis.literal(as_of_us, "int64"), end), else_=None),
        )
    )  # fmt: skip


@once
def goals(rows: ir.Table, people: ir.Table, topics: ir.Table) -> ir.Table:
    """What people want to learn or offer; nothing said means learn."""
    joined = rows.join(people, "person_id").join(topics, "topic_id")
    direction = lower(joined.direction).fill_null("learn")
    return _sorted(
        joined.select("person", "topic", direction=direction, level="level", set_at="set_at")
    )


@once
def skills(rows: ir.Table, people: ir.Table, topics: ir.Table) -> ir.Table:
    """What people say they know."""
    joined = rows.join(people, "person_id").join(topics, "topic_id")
    return _sorted(joined.select("person", "topic", "level"))


@once
def blocks(rows: ir.Table, people: ir.Table) -> ir.Table:
    """Who does not want to see whom; nothing said means block, and so does an unknown word."""
    joined = rows.join(people, "person_id").join(_contacts(people), "contact_id")
    word = lower(joined.kind)
    kind = ibis.cases((word.isin(("mute", "dismiss")), word), else_="block")
    return _sorted(joined.select("person", "contact", kind=kind, created_at="created_at"))


@once
def strangers(blocks: ir.Table, people: ir.Table) -> ir.Table:
    """Blocks that name somebody who is none of `people`."""
    joined = blocks.left_join(people, "person_id").left_join(_contacts(people), "contact_id")
    return joined.filter(joined.person.isnull() | joined.contact.isnull())


def _contacts(people: ir.Table) -> ir.Table:
    return people.select(contact_id=people.person_id, contact=people.person)


def _union(native: Native, name: str, sources: Mapping[str, tuple[str, ...]]) -> ir.Table:
    columns = [native[table][column] for table, names in sources.items() for column in names]
    each = [c.name(name).as_table().drop_null([name]).distinct() for c in columns]
    return reduce(lambda left, right: left.union(right), each)


def lower(text: ir.StringValue) -> ir.StringValue:
    """`text` in lower case, the same for every engine."""
    return reduce(lambda each, pair: each.replace(*pair), _FOLDED, text).lower()


@once
def weighed(events: ir.Table, verbs: Mapping[str, float], other: float) -> ir.Table:
    """The events, each with a weight: its own, or else that of its verb, or `other`."""
    default = lower(events.verb).cases(*verbs.items(), else_=other).cast("float64")
    return events.mutate(weight=events.weight.coalesce(default))


def _sum(scaled: ir.FloatingValue) -> ir.FloatingValue:
    # Not `round`, which is by way of decimal digits in Spark.
    return (scaled + 0.5).floor().cast("int64").sum().cast("float64") / float(UNIT)


def _sorted(table: ir.Table) -> ir.Table:
    return table.order_by(list(table.columns))
