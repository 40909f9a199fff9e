"""What makes a row bad. It goes to quarantine with a code of `codes.CODES`, its column and value.

Three values are never a reason to drop a row, because dropping it would show somebody who asked to
be left alone: an unreadable `discoverable` counts as no, an unreadable `blocks.created_at` as
unknown, an unknown `blocks.kind` as a block. Nor is a topic that is nowhere: the row is kept
without it. All of these are reported beside the bad rows.
Rows at or after the as-of time are left out before anything is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir

from ingestion.once import once
from ingestion.reader import TYPED, text_of
from ingestion.schema import MAX_ID_BYTES, TABLES, Column, Kind, Table
from ingestion.transform import lower

CLOCK_SKEW_US = 5 * 60 * 1_000_000
"""How far into the future a time may lie, in microseconds, before it is a mistake."""

_FIRST_US, _LAST_US = -62_135_596_800_000_000, 253_402_300_799_999_999  # years 1 to 9999
_NO_ID = r"[\x00-\x1f\x7f]|^ *\z"  # not \s and $, which are not the same for every engine
READ = "\0="
"""How a shown number begins that is our reading: engines spell it each in their own way."""
_NESTED = ('["', '{"')
"""How a list of texts, or a JSON object, begins where an id should be."""
_NOT_UTF8 = "not UTF-8"
"""How readers begin the reason why a line could not be read, where it is its encoding."""
REFERRING = {"topics": "parent_topic_id", "objects": "topic_id"}
"""Columns that only point at a topic, by table; those of other tables make it one."""
_FORGIVEN = {("people", "discoverable"), ("blocks", "created_at"), ("blocks", "kind")}


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def bit_length(text: str) -> int:  # type: ignore[empty-body]
    """Bits of `text` in UTF-8; DuckDB and Spark have it under this name."""


@dataclass(frozen=True, slots=True)
class Check:
    """One way in which a row can be bad."""

    code: str
    column: str | None
    bad: ir.BooleanValue
    """True, false or null (which is not bad) for every row."""
    value: ir.StringValue
    """What to show of the row."""
    forgiven: bool = False
    """Whether the row is kept all the same."""


@once
def checks(table: Table, raw: ir.Table, now_us: int | None) -> Sequence[Check]:
    """All checks of `table` on its `raw` rows; the first that fails is the row's reason.

    now_us: microseconds since 1970 that events may not lie after; None where rows were cut.
    """
    broken = raw.error + ": " + raw.raw
    found = [
        Check("bad_encoding", None, raw.error.startswith(_NOT_UTF8), broken),
        Check("unreadable_row", None, raw.error.notnull(), broken),
    ]
    for check in (_missing, _ids, _flags, _times, _numbers, _choices):
        found += [result for column in table.columns for result in check(raw, column)]
    found = [replace(c, forgiven=(table.name, c.column) in _FORGIVEN) for c in found]
    if now_us is not None and table.cut and (table.name, table.cut) not in _FORGIVEN:
        late = raw[table.cut] > ibis.literal(now_us + CLOCK_SKEW_US, "int64")
        found.append(Check("future_time", table.cut, late, _shown(raw, table.cut, Kind.TIME)))
    if table.pair:
        one, other = table.pair
        found.append(Check("self_interaction", other, raw[one] == raw[other], raw[other]))
    return found


@once
def kept(table: Table, raw: ir.Table, now_us: int | None) -> ir.Table:
    """The rows that no check minds, or none that is not forgiven."""
    found = checks(table, raw, now_us)
    return raw.filter(~reduce(or_, (c.bad.fill_null(False) for c in found if not c.forgiven)))


@once
def quarantined(table: Table, raw: ir.Table, now_us: int | None) -> ir.Table:
    """The rows that a check minds, as table, part, row, reason, column and value.

    A check that is forgiven is the reason only of rows that are kept; `forgiven` says so.
    """
    found = sorted(checks(table, raw, now_us), key=lambda check: check.forgiven)
    reason = _first(found, lambda check: ibis.literal(check.code))
    return raw.select(
        table=ibis.literal(table.name),
        part=raw.part,
        row=raw.row,
        reason=reason,
        column=_first(found, lambda check: ibis.literal(check.column, "string")),
        value=_first(found, lambda check: check.value),
        forgiven=_first(found, lambda check: ibis.literal(check.forgiven)),
    ).filter(ibis._.reason.notnull())


@once
def rejected(
    table: Table, rows: ir.Table, reason: str, column: str | None, *, forgiven: bool = False
) -> ir.Table:
    """Rows that turned out bad beside others, in the shape of `quarantined`."""
    return rows.select(
        table=ibis.literal(table.name),
        part=rows.part,
        row=rows.row,
        reason=ibis.literal(reason),
        column=ibis.literal(column, "string"),
        value=rows[column] if column else ibis.null("string"),
        forgiven=ibis.literal(forgiven),
    )


@once
def lost_topics(name: str, rows: ir.Table, topics: ir.Table) -> ir.Table:
    """Rows of table `name`, one of `REFERRING`, whose topic is none of `topics`; they are kept."""
    column = REFERRING[name]
    known = topics.select(topics.topic_id.name(column))
    lost = rows.filter(rows[column].notnull()).anti_join(known, column)
    return rejected(TABLES[name], lost, "unknown_topic", column, forgiven=True)


def _first(found: Sequence[Check], value: Callable[[Check], ir.Value]) -> ir.Value:
    return ibis.cases(*((check.bad, value(check)) for check in found), else_=None)


def _missing(raw: ir.Table, column: Column) -> Iterator[Check]:
    if column.required:
        bad = raw[column.name].isnull()
        if column.kind in TYPED:
            bad &= raw[text_of(column.name)].isnull()
        yield Check("missing_value", column.name, bad, ibis.null("string"))


def _ids(raw: ir.Table, column: Column) -> Iterator[Check]:
    if column.kind is Kind.ID:
        value = raw[column.name]
        nested = reduce(or_, (value.startswith(start) for start in _NESTED))
        bad = (bit_length(value) > 8 * MAX_ID_BYTES) | value.re_search(_NO_ID)
        yield Check("wrong_type", column.name, nested, value)
        yield Check("bad_id", column.name, bad, value)


def _flags(raw: ir.Table, column: Column) -> Iterator[Check]:
    if column.kind is Kind.FLAG:
        text = raw[text_of(column.name)]
        yield Check("wrong_type", column.name, raw[column.name].isnull() & text.notnull(), text)


def _times(raw: ir.Table, column: Column) -> Iterator[Check]:
    if column.kind is Kind.TIME:
        value, text = raw[column.name], raw[text_of(column.name)]
        bad = (value.isnull() & text.notnull()) | ~value.between(_FIRST_US, _LAST_US)
        yield Check("unparsable_time", column.name, bad, _shown(raw, column.name, column.kind))


def _numbers(raw: ir.Table, column: Column) -> Iterator[Check]:
    if column.kind is Kind.NUMBER:
        value, text = raw[column.name], raw[text_of(column.name)]
        outside = (value < max(column.low, -1e38)) | (value > min(column.high, 1e38))
        bad = (value.isnull() & text.notnull()) | value.isnan() | outside
        code = "bad_weight" if column.name == "weight" else "bad_number"
        yield Check(code, column.name, bad, _shown(raw, column.name, column.kind))


def _choices(raw: ir.Table, column: Column) -> Iterator[Check]:
    if column.choices:
        bad = ~lower(raw[column.name]).isin(column.choices)
        yield Check("bad_enum", column.name, bad, raw[column.name])


def _shown(raw: ir.Table, name: str, kind: Kind) -> ir.StringValue:
    """What the host wrote, or where it wrote no text, our reading of it."""
    value = raw[name]
    if kind is Kind.TIME:
        seconds = (value.clip(_FIRST_US, _LAST_US) / 1_000_000).floor().cast("int64")
        read = seconds.as_timestamp("s").cast("string").left(19) + "+00"  # some end in a zone
    else:
        read = ibis.literal(READ) + value.cast("string")
    return raw[text_of(name)].coalesce(read)
