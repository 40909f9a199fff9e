"""xAPI statements: lists, lines, or the pages of a learning record store saved to files."""

from __future__ import annotations

from typing import Any

from ingestion.engine import Engine
from ingestion.places import Place
from ingestion.sources.base import Tables
from ingestion.sources.jsonfiles import files, is_json, looks_like
from ingestion.sources.jsonrecords import records
from ingestion.sources.sheets import mapped
from ingestion.sources.xapi.queries import parts
from ingestion.sources.xapi.recorder import recording
from recommender.domain.errors import InputDataError

PAGES = frozenset({"statements"})
"""Where a page of a learning record store has its statements."""


class Xapi:
    """JSON lists or lines of statements, and pages as the statement resource answers them."""

    name = "xapi"
    summary = "xAPI statements: JSON lists, JSON Lines, or saved pages of a learning record store"
    schemes: tuple[str, ...] = ()

    def recognises(self, place: Place) -> bool:
        """Whether there is a record with an actor, a verb and an object."""
        return looks_like(place, PAGES, _is_statement)

    def tables(self, place: Place, engine: Engine) -> Tables:
        """The native tables."""
        found = files(place, is_json)
        if not found:
            raise InputDataError(f"{place} holds no JSON file; give one with statements")
        with recording(engine) as recorder:
            for number, (path, origin) in enumerate(found):
                recorder.file = number
                for record in records(path, origin, PAGES):
                    recorder.record(record)
        origins = tuple(origin for _, origin in found)
        return mapped(engine, recorder.sheets.values(), parts(origins))


def _is_statement(record: dict[str, Any]) -> bool:
    inside = record.get("statement")
    one = inside if isinstance(inside, dict) else record
    verb = one.get("verb")
    return (
        isinstance(verb, dict)
        and isinstance(verb.get("id"), str)
        and isinstance(one.get("actor"), dict)
        and isinstance(one.get("object"), dict)
    )
