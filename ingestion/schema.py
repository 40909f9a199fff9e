"""The native tables: what every source yields and what a host may hand over, once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a column holds, and so how it is read and checked."""

    ID = "id"  # 1 to 256 bytes of UTF-8 without control characters
    TEXT = "text"  # any text
    TIME = "time"  # an instant; int64 microseconds since 1970 (UTC) once read
    NUMBER = "number"  # float64 once read
    FLAG = "flag"  # true or false
    LIST = "list"  # words, separated by commas, semicolons or blanks; or a JSON list


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a native table."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    """The column must be there, and no row may leave it empty."""
    choices: tuple[str, ...] = ()
    """The only values allowed, where there are any; case does not matter."""
    low: float = float("-inf")
    """Smallest number allowed."""
    high: float = float("inf")
    """Largest number allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One native table."""

    name: str
    columns: tuple[Column, ...]
    required: bool = False
    """A source without this table is refused; the table may have no rows."""
    cut: str | None = None
    """The time that `--as-of` cuts on: rows at that time or later are as if never there."""
    pair: tuple[str, str] | None = None
    """Two person columns that must differ."""
    key: tuple[str, ...] = ()
    """Columns that name a row: a second row with the same is a duplicate. Empty: all columns."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def needed(self) -> tuple[str, ...]:
        """Names of the required columns."""
        return tuple(column.name for column in self.columns if column.required)


MAX_ID_BYTES = 256
"""Longest id, in UTF-8."""
MAX_WEIGHT = 1e6
"""Largest weight of one event; more is a mistake in the data, not an event."""


def _id(name: str, *, required: bool = False) -> Column:
    return Column(name=name, kind=Kind.ID, required=required)


def _time(name: str, *, required: bool = False) -> Column:
    return Column(name=name, kind=Kind.TIME, required=required)


_PERSON = _id("person_id", required=True)
_CONTACT = _id("contact_id", required=True)
_TOPIC = _id("topic_id", required=True)
_AT = _time("occurred_at", required=True)
_VERB = Column(name="verb", required=True)
_WEIGHT = Column(name="weight", kind=Kind.NUMBER, low=0, high=MAX_WEIGHT)
_SKILL = Column(name="level", kind=Kind.NUMBER, low=0, high=4)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            name="people",
            columns=(
                _PERSON,
                *(Column(name=n) for n in ("display_name", "organisation", "role", "sector")),
                Column(name="level", kind=Kind.NUMBER),
                Column(name="languages", kind=Kind.LIST),
                Column(name="timezone"),
                _time("joined_at"),
                Column(name="discoverable", kind=Kind.FLAG),
            ),
            cut="joined_at",
            key=("person_id",),
        ),
        Table(
            name="topics",
            columns=(
                _TOPIC,
                Column(name="label"),
                _id("parent_topic_id"),
                Column(name="description"),
            ),
            key=("topic_id",),
        ),
        Table(
            name="objects",
            columns=(_id("object_id", required=True), _id("topic_id"), Column(name="title")),
            key=("object_id",),
        ),
        Table(
            name="activities",
            columns=(_PERSON, _TOPIC, _AT, _VERB, _id("object_id"), _WEIGHT),
            required=True,
            cut="occurred_at",
        ),
        Table(
            name="interactions",
            columns=(_PERSON, _CONTACT, _AT, _VERB, _id("topic_id"), _id("object_id"), _WEIGHT),
            required=True,
            cut="occurred_at",
            pair=("person_id", "contact_id"),
        ),
        Table(
            name="connections",
            columns=(_PERSON, _CONTACT, _time("connected_at"), _time("ended_at")),
            cut="connected_at",
            pair=("person_id", "contact_id"),
        ),
        Table(
            name="goals",
            columns=(
                _PERSON,
                _TOPIC,
                Column(name="direction", choices=("learn", "offer")),
                _SKILL,
                _time("set_at"),
            ),
            cut="set_at",
        ),
        Table(name="skills", columns=(_PERSON, _TOPIC, _SKILL)),
        Table(
            name="blocks",
            columns=(
                _PERSON,
                _CONTACT,
                Column(name="kind", choices=("block", "mute", "dismiss")),
                _time("created_at"),
            ),
            cut="created_at",
            pair=("person_id", "contact_id"),
        ),
    )
}
"""Every native table by name."""
