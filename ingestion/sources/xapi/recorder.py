"""Lays down what xAPI statements say on sheets: one row for each thing that is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ingestion.engine import Engine
from ingestion.sources.jsondocument import Record
from ingestion.sources.sheets import Sheet, opened
from ingestion.sources.xapi import agents, words

COLUMNS: Mapping[str, tuple[str, ...]] = {
    # ref: the statement that is the object of this one
    "statements": ("key", "verb", "moment", "object", "ref"),
    "doers": ("key", "person"),
    "addressed": ("key", "person", "verb"),
    "answers": ("key", "statement", "verb"),
    "about": ("key", "topic", "place"),
    "things": ("id", "title"),
    "names": ("person", "name"),
    "voids": ("id",),
    "spoilt": (),
}
"""Every sheet and its columns. Times are as the host writes them."""

MAX_TEAM = 20
"""Members of a group up to which each is told of as one who dealt with the others."""


@contextmanager
def recording(engine: Engine) -> Iterator[Recorder]:
    """A recorder whose sheets are whole when it is left."""
    with opened(engine, COLUMNS) as sheets:
        yield Recorder(sheets)


@dataclass(slots=True)
class Recorder:
    """Writes to sheets by name; `file` and `row` say where the record stands that is written."""

    sheets: Mapping[str, Sheet]
    file: int = 0
    row: int = 0
    nameless: int = 0
    """Statements without an id so far."""

    def add(self, sheet: str, *values: str | None) -> None:
        """A row of a sheet."""
        self.sheets[sheet].add(self.file, self.row, *values)

    def record(self, record: Record) -> None:
        """One record of a file."""
        self.row = record.row
        inside = None if record.value is None else record.value.get("statement")
        statement = inside if isinstance(inside, dict) else record.value
        if statement is None:
            self._spoil(record.error or "not a JSON object", record.raw)
        elif fault := _fault(statement):
            self._spoil(fault, str(statement.get("id") or ""))
        else:
            self._statement(statement)

    def _spoil(self, why: str, raw: str) -> None:
        self.sheets["spoilt"].spoilt(self.file, self.row, why, raw)

    def _statement(self, statement: dict[str, Any]) -> None:
        iri, thing = statement["verb"]["id"], statement["object"]
        verb, kind = words.verb(iri), thing.get("objectType", "Activity")
        if iri == words.VOIDED:
            self.add("voids", _key(thing.get("id")))
        elif verb is not None and kind != "SubStatement":  # which tells of nothing that happened
            doers = self._persons(statement["actor"])
            if doers:
                self._done(statement, verb, doers, kind)
            elif statement["actor"].get("objectType") != "Group":
                self._spoil("no actor with an identifier", str(statement.get("id") or ""))

    def _done(self, statement: dict[str, Any], verb: str, doers: list[str], kind: str) -> None:
        key, thing = self._id(statement), statement["object"]
        moment = _text(statement.get("timestamp")) or _text(statement.get("stored"))
        acted = _text(thing.get("id")) if kind == "Activity" else None
        ref = _key(thing.get("id")) if kind == "StatementRef" else None
        self.add("statements", key, verb, moment, acted, ref)
        for person in doers:
            self.add("doers", key, person)
        self._team(key, doers, "team")
        if kind in {"Agent", "Group"}:
            self._team(key, self._persons(thing), verb)
        elif ref is not None:
            self.add("answers", key, ref, verb)
        elif acted is not None:
            self.add("things", acted, words.title(thing))
        self._topics(key, statement)
        context = statement.get("context")
        if isinstance(context, dict):
            self._context(key, verb, context)

    def _context(self, key: str, verb: str, context: dict[str, Any]) -> None:
        self._team(key, self._persons(context.get("instructor")), "learn-from")
        self._team(key, self._persons(context.get("team")), "team")
        other = context.get("statement")
        if isinstance(other, dict) and (ref := _key(other.get("id"))):
            self.add("answers", key, ref, verb if verb in words.ADDRESSING else "reply")

    def _topics(self, key: str, statement: dict[str, Any]) -> None:
        for place, one in enumerate(words.topics(statement)):
            self.add("about", key, one["id"], f"{place:06d}")
            self.add("things", one["id"], words.title(one))

    def _team(self, key: str, persons: list[str], verb: str) -> None:
        """Those whom the doers deal with; who is one of a crowd is not dealt with by each."""
        if len(persons) <= MAX_TEAM:
            for person in persons:
                self.add("addressed", key, person, verb)

    def _persons(self, value: object) -> list[str]:
        """The ids of all Agents that a value stands for, each once; their names are written."""
        found: dict[str, None] = {}
        for agent in agents.members(value):
            person = agents.person(agent)
            if person is not None:
                found[person] = None
                self.add("names", person, agents.name(agent))
        return list(found)

    def _id(self, statement: dict[str, Any]) -> str:
        key = _key(statement.get("id"))
        if key is None:
            self.nameless += 1
            key = f"_:{self.nameless}"
        return key


def _key(value: object) -> str | None:
    """The id of a statement; UUIDs are the same in either case."""
    found = _text(value)
    return found.lower() if found else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _fault(statement: dict[str, Any]) -> str | None:
    """What a statement lacks to be one."""
    verb = statement.get("verb")
    if not isinstance(verb, dict) or not _text(verb.get("id")):
        return "no verb with an id"
    return next(
        (f"no {name}" for name in ("actor", "object") if not isinstance(statement.get(name), dict)),
        None,
    )
