"""Host data → a published snapshot; and whether a snapshot is whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain, pairwise
from pathlib import Path

import ibis.expr.types as ir

from ingestion import bots, checks, quarantine, transform
from ingestion.engine import job_errors
from ingestion.engines import open_engine
from ingestion.keeping import keep_rejected, keep_report
from ingestion.limits import time_limit
from ingestion.manifest import manifest_facts
from ingestion.page import Document
from ingestion.places import Place
from ingestion.portrait import community, portrait
from ingestion.report import Bot, Found, IngestReport
from ingestion.schema import TABLES
from ingestion.sources import place_of
from ingestion.stage import Stage, open_stage, require_people
from ingestion.stores import read_tables
from ingestion.trust import STRICT, Terms, earlier, objection, stamp
from ingestion.verbs import weights
from ingestion.verify import verify
from ingestion.writer import write
from recommender.domain.config import IngestConfig, SourceConfig, SparkConfig
from recommender.domain.progress import Progress, silent
from recommender.domain.tables import snapshot_schemas
from recommender.domain.times import from_microseconds, microseconds
from recommender.domain.versions import list_versions, publish, seal
from recommender.domain.writing import write_aside

__all__ = ["ingest", "list_snapshots", "verify"]

list_snapshots = list_versions

SLICE_EVENTS = 4_000_000
"""Events from which on matrices are made in parts, about so many in each."""


def ingest(
    source: str | Path,
    root: Path,
    config: IngestConfig,
    as_of: datetime | None = None,
    kind: str | None = None,
    learners: Path | None = None,
    progress: Progress = silent,
    terms: Terms = STRICT,
    sources: SourceConfig | None = None,
    spark: SparkConfig | None = None,
) -> IngestReport:
    """Read the host data at `source` and publish it as a snapshot under `root`.

    source: a path, a glob or a URL.
    as_of: rows at this time or later are left out, exactly; naive times are UTC. None means one
    microsecond after the latest time in a kept row, or at which a connection has ended, so that
    nothing is left out; what is later than now has not happened.
    kind: the source's name in `SOURCES`; None lets the first that recognises the data read it.
    learners: an export of the learner store, which is laid over the host's tables.
    terms: what is allowed, and whether a report is written beside the snapshot.
    sources: what the settings say to the source.
    spark: where Apache Spark is to compute it; None means DuckDB, on this machine.

    The snapshot is a function of the rows before `as_of` and of this version alone: neither the
    order of rows and files nor their format, the clock, the engine, or the number of threads shows
    in it.
    Only quarantined rows carry the file and row where they stood.

    Raises InputDataError, one line, where the data cannot be used; `root` is then as before. Where
    `terms` do not allow to publish it, what was set aside is left under ROOT/rejected.
    Raises OutputError where nothing can be written, or it takes too long, EngineError where Spark
    is not there or breaks down.
    """
    place = place_of(source)
    with (
        job_errors(root),
        write_aside(root) as work,
        write_aside(root) as aside,
        open_engine(work, config, sources, spark) as engine,
        time_limit(config.time_limit_minutes, engine),
    ):
        progress("reading files", 0.0)
        kind, parts = read_tables(place, kind, engine.reading)
        stage = open_stage(parts, place, engine, as_of, learners)
        build = Build(stage, place, kind, config, terms, progress)
        return build.publish(aside, root)


class Build:
    """One run, from checked rows to a published folder."""

    def __init__(
        self,
        stage: Stage,
        place: Place,
        source: str,
        config: IngestConfig,
        terms: Terms,
        progress: Progress,
    ) -> None:
        self.stage, self.engine = stage, stage.engine
        self.place, self.source = place, source
        self.config, self.terms, self.progress = config, terms, progress
        self.rows: dict[str, int] = {}
        self.bots: list[Bot] = []

    def check(self) -> datetime:
        """Read and check every table and number what is left; the time it looks back from."""
        for place, table in enumerate(TABLES.values()):
            self.progress(f"checking {table.name}", place / len(TABLES))
            self.stage.read(table)
            if not table.required:  # events are compared later, as integers
                self.stage.drop_duplicates(table)
        if self.terms.report or self.terms.drop_bots:
            self.bots = bots.suspected(self.stage, self.config)
        if self.terms.drop_bots:
            bots.drop(self.stage)
        as_of_us = self.stage.as_of_us
        if as_of_us is None:
            latest = self.stage.latest_us()
            as_of_us = 0 if latest is None else latest + 1
        self._number()
        self._events()
        return from_microseconds(as_of_us)

    def publish(self, aside: Path, root: Path) -> IngestReport:
        """Write and seal the snapshot in `aside`, and publish it under `root`."""
        as_of = self.check()
        report = self.told(as_of)
        before = earlier(root, None if self.stage.as_of_us is None else as_of)
        why = objection(report.tables, report.problems, before, self.config, self.terms)
        document = self._document(report, as_of, why) if self.terms.report else None
        if why is not None:
            raise keep_rejected(self.stage, self.source, document, why, root / _named(as_of))
        self._write(aside, as_of)
        self.progress("publishing", 0.0)
        native = {name: report.kept(name) for name in TABLES}
        seal(aside, manifest_facts(as_of, self.rows, native, self.config))
        folder = publish(aside, root, _named(as_of))
        page = None if document is None else keep_report(document, folder)
        self.progress("publishing", 1.0)
        return report.published(folder, page)

    def told(self, as_of: datetime) -> Found:
        """What was found, once all is checked."""
        numbered = (self.people, self.topics, self.objects)
        people, topics, objects = (self.engine.number(rows.count()) or 0 for rows in numbered)
        return Found(
            as_of=as_of,
            tables=self.stage.report(),
            people=people,
            topics=topics,
            objects=objects,
            problems=tuple(quarantine.problems(self.stage)),
            bots=tuple(self.bots),
        )

    def _document(self, report: Found, as_of: datetime, why: str | None) -> Document:
        self.progress("looking at the community", 0.0)
        rows = community(
            self.events, self.stage.kept, self.people, self.topics, microseconds(as_of)
        )
        return Document(
            title=self.place.name,
            objection=why,
            source=self.source,
            as_of=stamp(as_of),
            tables=report.tables,
            problems=report.problems,
            portrait=portrait(self.engine, rows),
            bots=report.bots,
            bots_dropped=self.terms.drop_bots,
        )

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
        for name in checks.REFERRING:
            self.stage.reject(name, checks.lost_topics(name, kept[name], self.topics))

    def _events(self) -> None:
        """Bring events to integers once, and find the repeated ones."""
        numbered = (self.people, self.topics, self.objects)
        shapes = {
            "activities": transform.activities(self._weighed("activities"), *numbered),
            "interactions": transform.interactions(self._weighed("interactions"), *numbered),
        }
        self.events: dict[str, ir.Table] = {}
        for place, (name, expression) in enumerate(shapes.items()):
            self.progress(f"numbering {name}", place / len(shapes))
            events = self.engine.create(f"events_{name}", expression)
            self.engine.drop(f"kept_{name}")
            again = transform.duplicates(events, tuple(events.columns[2:]))
            found = self.stage.reject(name, checks.rejected(TABLES[name], again, "duplicate", None))
            self.events[name] = transform.without(events, self.stage.bad[-1]) if found else events

    def _weighed(self, name: str) -> ir.Table:
        """Kept events, each with a weight."""
        return transform.weighed(
            self.stage.kept[name], weights(self.config), self.config.other_verb
        )

    def _write(self, aside: Path, as_of: datetime) -> None:
        schemas = snapshot_schemas()
        tables = self._tables(microseconds(as_of))
        for place, (name, parts) in enumerate(tables.items()):
            self.progress(f"writing {name}", place / len(tables))
            batches = chain.from_iterable(map(self.engine.batches, parts))
            self.rows[name] = write(aside / f"{name}.parquet", schemas[name], batches)
        rows = quarantine.rows(self.stage, self.source)
        file = aside / "quarantine.parquet"
        self.rows["quarantine"] = write(file, schemas["quarantine"], rows)

    def _tables(self, as_of_us: int) -> dict[str, Iterable[ir.Table]]:
        """Every file of the snapshot but the quarantine, and what goes into it, part after part."""
        kept, people, topics = self.stage.kept, self.people, self.topics
        done, said = self.events["activities"], self.events["interactions"]
        met = transform.meetings(done, said)
        whole = {
            "people": transform.people(people, kept["people"], self.stage.hidden()),
            "topics": transform.topics(topics, kept["topics"]),
            "objects": transform.objects(self.objects, kept["objects"], topics, met),
            "activities": transform.in_order("activities", done),
            "interactions": transform.in_order("interactions", said),
        }
        declared = {
            "connections": transform.connections(kept["connections"], people, as_of_us),
            "goals": transform.goals(kept["goals"], people, topics),
            "skills": transform.skills(kept["skills"], people, topics),
            "blocks": transform.blocks(kept["blocks"], people),
        }
        events = {"person_topic": done, "person_object": met}
        events |= {"person_contact": said, "person_contact_topic": said}
        slices = self._slices()
        matrices = {
            name: [transform.matrix(name, part, as_of_us) for part in _sliced(rows, slices)]
            for name, rows in events.items()
        }
        there = [name for name in declared if self.stage.parts.get(name)]
        parts: dict[str, Iterable[ir.Table]] = {name: [rows] for name, rows in whole.items()}
        parts |= {name: [declared[name]] if name in there else [] for name in declared}
        return parts | matrices

    def _slices(self) -> list[range]:
        """Rows of people whose events are brought together at a time, in order.

        Of a moderate number of people all fits in memory; of everyone at once much would be
        written to disk and read again.
        """
        events = sum(self.engine.number(rows.count()) or 0 for rows in self.events.values())
        people = self.engine.number(self.people.count()) or 0
        count = max(1, min(people, -(-events // SLICE_EVENTS)))
        bounds = [people * place // count for place in range(count + 1)]
        return [range(low, high) for low, high in pairwise(bounds)]


def _sliced(events: ir.Table, slices: Sequence[range]) -> list[ir.Table]:
    """The events of each slice of people; as they are where one has everybody's."""
    return [events] if len(slices) == 1 else [transform.of(events, each) for each in slices]


def _named(as_of: datetime) -> str:
    """How folders begin that look back from a time."""
    return as_of.strftime("%Y%m%dT%H%M%S")
