"""What one export is of, so that it can be told whether an unfinished one is the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from recommender import __version__
from recommender.batch.decisions import Decisions, parse_decisions
from recommender.batch.opening import Job
from recommender.batch.part import FileFacts, Made
from recommender.batch.people import People
from recommender.batch.place import PLAN
from recommender.domain.documents import from_document, to_document

DECISIONS, MADE = "learners.jsonl", "made-"
"""Names of notes beside `PLAN`: what learners had decided when it began; a part's begins so."""

GOES_ON_FOR = timedelta(days=1)
"""An unfinished export older than this is begun anew: what learners decided then is too old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """fingerprint: of all that decides what the export holds, but what learners decided.

    begun_at: when it was first begun, UTC without a zone. dated: whether decisions count, as of
    then; where none do, an export holds the same whenever it is made.
    """

    fingerprint: str
    begun_at: datetime
    dated: bool

    @property
    def run(self) -> str:
        """A short name, the same of exports that hold the same, and of no others."""
        return _digest([self.fingerprint, self.begun_at.isoformat() if self.dated else ""])[:8]

    def same(self, fingerprint: str, now: datetime, not_before: datetime | None) -> bool:
        """Whether an export of this fingerprint goes on with it. not_before: see `run.export`."""
        late = now - self.begun_at >= GOES_ON_FOR
        early = not_before is not None and self.begun_at < not_before
        return self.fingerprint == fingerprint and not late and not early


def fingerprint(job: Job, store: str, people: People | None) -> str:
    """A digest of all that is asked for. store: name of the learner store and tenant, if any."""
    return _digest(
        [
            [__version__, pa.__version__],  # another one may write the same rows as other bytes
            [[model.name, seal] for model, seal in zip(job.models, job.seals, strict=True)],
            to_document(job.asked),
            store,
            None if people is None else sorted({person for _, person in people.lines}),
        ]
    )


def read_plan(notes: Mapping[str, bytes]) -> Plan | None:
    """The plan of an unfinished export; None where there is none that can be read."""
    try:
        return from_document(Plan, json.loads(notes[PLAN]))
    except (KeyError, ValueError, TypeError):
        return None


def noted_decisions(notes: Mapping[str, bytes]) -> Decisions | None:
    """What learners had decided when an unfinished export began; None where that is lost."""
    try:
        return parse_decisions(notes[DECISIONS])
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def read_made(notes: Mapping[str, bytes]) -> list[Made]:
    """The parts that an unfinished export has, by its notes."""
    found = []
    for name, content in notes.items():
        if name.startswith(MADE):
            with suppress(ValueError, TypeError, KeyError, AttributeError):  # then it is made again
                found.append(_read_made(json.loads(content)))
    return found


def _read_made(document: dict[str, Any]) -> Made:
    files = {name: FileFacts(**facts) for name, facts in document.pop("files").items()}
    return Made(files=files, **document)


def note_of(made: Made) -> tuple[str, bytes]:
    """The name and the content of a part's note."""
    files = {name: to_document(facts) for name, facts in made.files.items()}
    document = {"number": made.number, "people": made.people, "rows": made.rows, "files": files}
    return f"{MADE}{made.number:05d}.json", json.dumps(document).encode()


def plan_note(plan: Plan) -> bytes:
    """The content of the plan's note."""
    return json.dumps(to_document(plan)).encode()


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
