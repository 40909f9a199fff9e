"""Host data → a published snapshot; and whether a snapshot is whole."""

from __future__ import annotations

import importlib.metadata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from ingestion import checks, quarantine, reader, transform
from ingestion.engine import Engine, job_errors
from ingestion.learners import Learners
from ingestion.places import Place
from ingestion.report import IngestReport
from ingestion.schema import TABLES
from ingestion.sources import place_of
from ingestion.stage import Stage, require_people
from ingestion.stores import read_tables
from ingestion.verbs import OTHER_VERB, VERB_WEIGHTS
from ingestion.verify import FORMAT, KIND, verify
from ingestion.writer import write
from recommender.domain.config import IngestConfig
from recommender.domain.progress import Progress, silent
from recommender.domain.tables import HALF_LIVES, snapshot_schemas
from recommender.domain.versions import list_versions, publish, seal
from recommender.domain.writing import write_aside

__all__ = ["ingest", "list_snapshots", "verify"]

list_snapshots = list_versions

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def ingest(
    source: str | Path,
    root: Path,
    config: IngestConfig,
    as_of: datetime | None = None,
    kind: str | None = None,
    learners: Path | None = None,
    progress: Progress = silent,
) -> IngestReport:
    """Read the host data at `source` and publish it as a snapshot under `root`.

    source: a path, a glob or a URL.
    as_of: rows at this time or later are left out, exactly; naive times are UTC. None means one
    microsecond after the latest time in a kept row, or at which a connection has ended, so that
    nothing is left out; what is later than now has not happened.
    kind: the source's name in `SOURCES`; None lets the first that recognises the data read it.
    learners: an export of the learner store, which is laid over the host's tables.

    The snapshot is a function of the rows before `as_of` and of this version alone: neither the
    order of rows and files nor their format, the clock, or the number of threads shows in it.
    Only quarantined rows carry the file and row where they stood.

    Raises InputDataError, one line, where the data cannot be used; `root` is then as before.
    """
    place = place_of(source)
    with (
        job_errors(root),
        write_aside(root) as work,
        write_aside(root) as aside,
        Engine(work, config) as engine,
    ):
        progress("reading files", 0.0)
        parts = read_tables(place, kind, engine)
        reader.require_tables(parts, place)
        now_us = _us(datetime.now(UTC)) if as_of is None else None
        over = None if learners is None else Learners(learners, parts, engine)
        stage = Stage(
            engine,
            parts if over is None else over.tables,
            None if as_of is None else _us(as_of),
            now_us,
            over,
        )
        return _Build(stage, place, aside, root, progress).run()


class _Build:
    """One run, from checked rows to a published folder."""

    def __init__(
        self, stage: Stage, place: Place, aside: Path, root: Path, progress: Progress
    ) -> None:
        self.stage, self.engine = stage, stage.engine
        self.place, self.aside, self.root = place, aside, root
        self.progress = progress
        self.rows: dict[str, int] = {}

    def run(self) -> IngestReport:
        for place, table in enumerate(TABLES.values()):
            self.progress(f"checking {table.name}", place / len(TABLES))
            self.stage.read(table)
            if not table.required:  # events are compared later, as integers
                self.stage.drop_duplicates(table)
        as_of_us = self.stage.as_of_us
        if as_of_us is None:
            latest = self.stage.latest_us()
            as_of_us = 0 if latest is None else latest + 1
        self._number()
        self._events()
        self._write(as_of_us)
        as_of = _EPOCH + timedelta(microseconds=as_of_us)
        return self._publish(as_of)

    def _number(self) -> None:
        """Give people, topics and objects their rows."""
        self.progress("numbering people and topics", 0.0)
        kept = self.stage.kept
        self.people = self.engine.create(
            "rows_people", transform.numbered(transform.person_ids(kept), "person")
        )
        require_people(self.people, self.engine, self.place)
        self.topics = self.engine.create(
            "rows_topics", transform.numbered(transform.topic_ids(kept), "topic")
        )
        self.objects = self.engine.create(
            "rows_objects", transform.numbered(transform.object_ids(kept), "object")
        )
        strangers = transform.strangers(kept["blocks"], self.people)
        self.stage.reject(
            "blocks", checks.rejected(TABLES["blocks"], strangers, "unknown_person", "contact_id")
        )

    def _events(self) -> None:
        """Bring events to integers once, and find the repeated ones."""
        kept = self.stage.kept
        shapes = {
            "activities": transform.activities(
                kept["activities"], self.people, self.topics, self.objects
            ),
            "interactions": transform.interactions(
                kept["interactions"], self.people, self.topics, self.objects
            ),
        }
        self.events: dict[str, ir.Table] = {}
        for place, (name, expression) in enumerate(shapes.items()):
            self.progress(f"numbering {name}", place / len(shapes))
            events = self.engine.create(f"events_{name}", expression)
            self.engine.drop(f"kept_{name}")
            again = transform.duplicates(events, tuple(events.columns[2:]))
            found = self.stage.reject(name, checks.rejected(TABLES[name], again, "duplicate", None))
            self.events[name] = transform.without(events, self.stage.bad[-1]) if found else events

    def _write(self, as_of_us: int) -> None:
        schemas = snapshot_schemas()
        tables = self._tables(as_of_us)
        for place, (name, expression) in enumerate(tables.items()):
            self.progress(f"writing {name}", place / len(tables))
            batches = self.engine.batches(expression)
            self.rows[name] = write(self._file(name), schemas[name], batches)
        rows = quarantine.rows(self.stage)
        self.rows["quarantine"] = write(self._file("quarantine"), schemas["quarantine"], rows)

    def _tables(self, as_of_us: int) -> dict[str, ir.Table]:
        """Every file of the snapshot but the quarantine, and what goes into it."""
        kept, people, topics = self.stage.kept, self.people, self.topics
        done, said = self.events["activities"], self.events["interactions"]
        met = transform.meetings(done, said)
        return {
            "people": transform.people(people, kept["people"], self.stage.hidden()),
            "topics": transform.topics(topics, kept["topics"]),
            "objects": transform.objects(self.objects, kept["objects"], topics, met),
            "person_topic": transform.matrix("person_topic", done, as_of_us),
            "person_object": transform.matrix("person_object", met, as_of_us),
            "person_contact": transform.matrix("person_contact", said, as_of_us),
            "person_contact_topic": transform.matrix("person_contact_topic", said, as_of_us),
            "activities": transform.in_order("activities", done),
            "interactions": transform.in_order("interactions", said),
            "connections": transform.connections(kept["connections"], people, as_of_us),
            "goals": transform.goals(kept["goals"], people, topics),
            "skills": transform.skills(kept["skills"], people, topics),
            "blocks": transform.blocks(kept["blocks"], people),
        }

    def _publish(self, as_of: datetime) -> IngestReport:
        self.progress("publishing", 0.0)
        tables = self.stage.report()
        seal(self.aside, _facts(as_of, self.rows))
        folder = publish(self.aside, self.root, as_of.strftime("%Y%m%dT%H%M%S"))
        self.progress("publishing", 1.0)
        return IngestReport(
            snapshot=folder,
            as_of=as_of,
            tables=tables,
            people=self.rows["people"],
            topics=self.rows["topics"],
            objects=self.rows["objects"],
        )

    def _file(self, name: str) -> Path:
        return self.aside / f"{name}.parquet"


def _facts(as_of: datetime, counts: dict[str, int]) -> dict[str, Any]:
    """What the manifest says beside its files: nothing that rows after `as_of` could change."""
    return {
        "kind": KIND,
        "format": FORMAT,
        "as_of": as_of.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z",
        "version": importlib.metadata.version("pln-recommender"),
        "counts": counts,
        "settings": {
            "half_lives": list(HALF_LIVES),
            "verb_weights": VERB_WEIGHTS,
            "other_verb_weight": OTHER_VERB,
        },
    }


def _us(time: datetime) -> int:
    """Microseconds since 1970; naive times are UTC."""
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return (aware - _EPOCH) // _MICROSECOND
