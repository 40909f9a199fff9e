"""An export of a Zulip organisation, as a folder or a .tar.gz.

What messages, mentions, quotes and reactions become is said in `mapping`, and whom a message
addresses in `texts`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingestion.engine import Engine
from ingestion.places import Place
from ingestion.sources.base import Tables
from ingestion.sources.jsondocument import Record, document
from ingestion.sources.sheets import Sheet, mapped
from ingestion.sources.streams import is_archive, names, opened, unpacked
from ingestion.sources.zulip.mapping import parts
from ingestion.sources.zulip.texts import addressed
from recommender.domain.errors import InputDataError

SHEETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "zerver_userprofile": ("users", ("id", "name", "bot", "active", "joined", "timezone")),
    "zerver_stream": ("streams", ("id", "name", "description", "private")),
    "zerver_recipient": ("recipients", ("id", "kind", "target")),
    "zerver_message": ("messages", ("id", "sender", "recipient", "subject", "made")),
    "zerver_reaction": ("reactions", ("message", "person")),
}
"""The tables that are read: the sheet of each, and its columns."""
ADDRESSED = ("message", "verb", "person", "name")

_NAME = re.compile(r"(?:.*/)?(realm|messages-\d+)\.json")
_LISTS = frozenset(SHEETS)
_SHOWN = 200  # characters of a record that is no object
_LOOKED_AT = 1000
"""Files at the start of an archive by whose names it is recognised."""


class Zulip:
    """Exports as `manage.py export` and the organisation's own export write them."""

    name = "zulip"
    summary = "an export of a Zulip organisation: its folder, or the .tar.gz"
    schemes: tuple[str, ...] = ()

    def recognises(self, place: Place) -> bool:
        """Whether there is one folder or archive with a realm.json."""
        if len(place.paths) != 1:
            return False
        if is_archive(place.path):
            return any(_NAME.fullmatch(name) for name in names(place.path, _LOOKED_AT))
        return (place.path / "realm.json").is_file()

    def tables(self, place: Place, engine: Engine) -> Tables:
        """The native tables; every file is read once, as a stream."""
        origins: list[str] = []
        with ExitStack() as stack:
            sheets = {
                table: stack.enter_context(Sheet(engine, name, columns))
                for table, (name, columns) in SHEETS.items()
            }
            said = stack.enter_context(Sheet(engine, "addressed", ADDRESSED))
            if not place.path.exists():
                raise InputDataError(f"{place} is not there; give a Zulip export")
            for number, (origin, file) in enumerate(_files(place.path, engine)):
                origins.append(origin)
                rows: Counter[str] = Counter()
                for record in _records(file, origin):
                    rows[record.within] += 1
                    _lay_down(sheets, said, number, rows[record.within], record)
        if "realm.json" not in origins:
            raise InputDataError(f"{place} holds no realm.json; give a whole Zulip export")
        return mapped(engine, [*sheets.values(), said], parts(tuple(origins)))


def _files(path: Path, engine: Engine) -> Iterator[tuple[str, Path]]:
    """The name of each file with tables in it, and where it lies until the next is asked for."""
    if path.is_dir():
        yield from ((each.name, each) for each in sorted(path.iterdir()) if _is_one(each))
        return
    for name, copy in unpacked(path, lambda name: bool(_NAME.fullmatch(name)), engine):
        yield Path(name).name, copy
        copy.unlink()


def _is_one(path: Path) -> bool:
    return bool(_NAME.fullmatch(path.name)) and path.is_file()


def _records(file: Path, origin: str) -> Iterator[Record]:
    """The records of the tables that are read. Raises InputDataError where there can be none."""
    with opened(file, origin) as stream:
        for record in document(stream, origin, _LISTS):
            if record.within not in _LISTS:
                raise InputDataError(f"{origin} is no file of a Zulip export; export it again")
            yield record


def _lay_down(
    sheets: Mapping[str, Sheet], said: Sheet, file: int, row: int, record: Record
) -> None:
    """Bring one record to its sheet, and whom a message addresses to `said`."""
    table, fields = record.within, record.value
    if fields is None:
        why = record.error or "neither a JSON object nor a list"
        sheets[table].spoilt(file, row, f"a record of {table}: {why}", record.raw[:_SHOWN])
        return
    values = _values(table, fields)
    if values[0] is None or (table == "zerver_message" and None in values[1:3]):
        sheets[table].spoilt(file, row, f"a record of {table} without its ids", "")
        return
    sheets[table].add(file, row, *values)
    if table == "zerver_message":
        for verb, person, name in addressed(fields.get("rendered_content"), fields.get("content")):
            said.add(file, row, values[0], verb, person, name)


def _values(table: str, fields: Mapping[str, Any]) -> tuple[str | None, ...]:
    """What the sheet of `table` has of a record."""
    get = fields.get
    match table:
        case "zerver_userprofile":
            flags = (_flag(get("is_bot"), False), _flag(get("is_active"), True))
            joined = _time(get("date_joined"))
            return (_id(get("id")), _text(get("full_name")), *flags, joined, _text(get("timezone")))
        case "zerver_stream":
            texts = (_text(get("name")), _text(get("description")))
            return (_id(get("id")), *texts, _flag(get("invite_only"), False))
        case "zerver_recipient":
            return _id(get("id")), _id(get("type")), _id(get("type_id"))
        case "zerver_message":
            ids = (_id(get("id")), _id(get("sender")), _id(get("recipient")))
            return (*ids, _text(get("subject")) or "", _time(get("date_sent", get("pub_date"))))
        case _:
            return _id(get("message")), _id(get("user_profile"))


def _id(value: object) -> str | None:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _flag(value: object, otherwise: bool) -> str:
    return str(value if isinstance(value, bool) else otherwise).lower()


def _time(value: object) -> str | None:
    """Seconds since 1970 as ISO 8601; what is no time, as it is, for the checks to tell."""
    try:
        return datetime.fromtimestamp(float(str(value)), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None if value is None else str(value)[:100]
