"""The nightly export: everyone's lists as files, whole or not there, and gone on with if killed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recommender import __version__
from recommender.batch.asked import Asked, settings_facts
from recommender.batch.changes import ChangedLists
from recommender.batch.decisions import Decisions, write_decisions
from recommender.batch.files import file_schema
from recommender.batch.opening import Job, Making
from recommender.batch.pace import Pace
from recommender.batch.part import Made, Part, parts_of
from recommender.batch.people import People, everyone, gone, named, read_people
from recommender.batch.place import KIND, PLAN, Place
from recommender.batch.places import fixed, place_at
from recommender.batch.plan import (
    DECISIONS,
    Plan,
    fingerprint,
    note_of,
    noted_decisions,
    plan_note,
    read_made,
    read_plan,
)
from recommender.batch.table import schema_facts
from recommender.batch.workers import Work, made_by, made_here
from recommender.bundle import read_info
from recommender.domain.config import SparkConfig
from recommender.domain.cores import cores
from recommender.domain.documents import to_document
from recommender.domain.errors import EngineError, OutputError
from recommender.domain.progress import Progress, silent
from recommender.domain.spark import importing_spark

Reading = Callable[[datetime, datetime], Decisions]
"""Reads what learners decided, for a model trained at the first time, as of the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A learner store to be looked at. name: of the store and the tenant, without a secret."""

    name: str
    read: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What an export wrote, and how.

    out: where; run: a name, the same for the same content; rows: by kind of list; bytes: of all
    files; resumed: parts that an earlier run had made; rate: people a second in this run.
    learners: what was decided, as of when; None where no store was looked at.
    """

    out: str
    run: str
    model: str
    people: int
    rows: dict[str, int]
    parts: int
    resumed: int
    bytes: int
    format: str
    seconds: float
    rate: float
    learners: dict[str, Any] | None


def export(
    model: Path,
    out: str | Path,
    asked: Asked | None = None,
    *,
    store: Store | None = None,
    people: Path | None = None,
    since: Path | None = None,
    workers: int = 0,
    spark: SparkConfig | None = None,
    not_before: datetime | None = None,
    progress: Progress = silent,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None),
) -> ExportReport:
    """Write the lists of everyone to `out`: parts by person range, and a manifest, written last.

    out: a folder or an `s3://` URL; where an export is already, it is replaced once the new one is
    whole. Who begins an export that was killed goes on where it was, as of the time it began at
    first.
    store: what learners decided counts as of the start. people: a file of ids, one a line; None:
    everyone. workers: processes that make parts; 0: one per core.
    spark: has executors of Apache Spark make parts instead, see docs/spark.md.
    since: another model, or a folder of models; only lists that differ from its own.
    not_before: an unfinished export that was begun before that, UTC without a zone, is begun anew.

    Raises OutputError where `out` is something else or cannot be written, BusyError where another
    export to it is at work, EngineError where Spark is not there or cannot go on, InputDataError
    where `people` cannot be read or names somebody whom the model does not know,
    VersionNotFoundError or CorruptVersionError for a model, and StoreUnavailableError.
    """
    job = Job.pinned(model, asked or Asked(), since)
    named_in = None if people is None else read_people(people)
    place = place_at(out)
    place.check()
    with place.hold():
        run = _Run(job, place, str(out), workers, spark, clock(), progress)
        return run.export(store, named_in, not_before)


class _Run:
    """One run, from what is there already to a published export."""

    def __init__(
        self,
        job: Job,
        place: Place,
        out: str,
        workers: int,
        spark: SparkConfig | None,
        now: datetime,
        progress: Progress,
    ) -> None:
        self.job, self.place, self.out = job, place, out
        self.info = read_info(job.model)
        self.workers, self.spark = workers, spark
        self.now, self.progress = now, progress

    def export(
        self, store: Store | None, people: People | None, not_before: datetime | None
    ) -> ExportReport:
        """Make what is not made yet, and publish all of it."""
        wanted = fingerprint(self.job, "" if store is None else store.name, people)
        notes = self.place.notes()
        plan = self._unfinished(wanted, notes, not_before, dated=store is not None)
        made = [] if plan is None else read_made(notes)
        if plan is not None:
            self.place.begin(plan.run)
            seen = self.place.published()
            if seen and seen.get("run") == plan.run and self.place.shows(_files(made)):
                self.place.forget()  # it was killed when all was out, before it could tidy up
                return self._report(seen, seen["parts"], self._pace([], {}))
        elif store is not None:
            self.job = replace(self.job, decisions=store.read(self.info.as_of, self.now))
        self.progress("opening the model", 0.0)
        lists = self.job.open()
        parts = self._parts(lists, people)  # before anything is written: somebody may be unknown
        if plan is None:
            plan = self._begun(wanted, notes)
        done = {each.number: each for each in made if self._whole(each)}
        pace = self._pace(parts, done)
        left = [part for part in parts if part.number not in done]
        try:
            for each in self._made(lists, left, plan, pace):
                self.place.note(*note_of(each))
                done[each.number] = each
        except (OutputError, EngineError):
            self.job.check()  # a process that cannot open its model only ends
            raise
        manifest = self._manifest(plan, [done[part.number] for part in parts])
        self.progress("publishing", 0.0)
        self.place.publish(manifest)
        self.progress("publishing", 1.0)
        return self._report(manifest, len(parts) - len(left), pace)

    def _unfinished(
        self, wanted: str, notes: Mapping[str, bytes], not_before: datetime | None, *, dated: bool
    ) -> Plan | None:
        """The plan to go on with, and what learners had decided then; None where there is none."""
        plan, decided = read_plan(notes), noted_decisions(notes) if dated else None
        same = plan is not None and plan.same(wanted, self.now, not_before)
        if not same or (dated and decided is None):
            return None
        self.job = replace(self.job, decisions=decided)
        return plan

    def _begun(self, wanted: str, notes: Mapping[str, bytes]) -> Plan:
        """The plan of a new export, noted; an unfinished one of something else is dropped."""
        if notes:
            self.progress("dropping an unfinished export of something else", 1.0)
            self.place.forget()
        decisions = self.job.decisions
        plan = Plan(fingerprint=wanted, begun_at=self.now, dated=decisions is not None)
        self.place.begin(plan.run)
        if decisions is not None:
            self.place.note(DECISIONS, write_decisions(decisions))
        self.place.note(PLAN, plan_note(plan))  # last: what has a plan has all that it needs
        return plan

    def _parts(self, lists: Making, people: People | None) -> list[Part]:
        pipeline = lists.now.pipeline if isinstance(lists, ChangedLists) else lists.pipeline
        rows = everyone(pipeline) if people is None else named(pipeline, people)
        lost: list[str] = []
        if isinstance(lists, ChangedLists) and people is None:
            lost = gone(pipeline, lists.before.pipeline, rows)
        return parts_of(rows, lost, self.job.asked.people_per_part)

    def _whole(self, made: Made) -> bool:
        return all(self.place.holds(name, facts.bytes) for name, facts in made.files.items())

    def _pace(self, parts: list[Part], done: dict[int, Made]) -> Pace:
        kinds = len(self.job.asked.kinds)
        total = sum(len(part.people) for part in parts)
        before = sum(made.people for made in done.values())
        return Pace("exporting", total * kinds, before * kinds, self.progress)

    def _made(self, lists: Making, parts: list[Part], plan: Plan, pace: Pace) -> Iterator[Made]:
        """Every part, as it is done; on all cores where there is more than one to make."""
        work = Work(job=self.job, out=self.out, run=plan.run)
        if self.spark is not None and parts:
            with importing_spark():
                from recommender.batch.spark import made_on_spark  # noqa: PLC0415  (an extra)
            return made_on_spark(self.spark, work, parts, self.place, pace)
        workers = min(self.workers or cores(), len(parts))
        if workers < 2:
            return made_here(lists, parts, self.place, pace)
        return made_by(workers, replace(work, out=fixed(self.out)), parts, pace)

    def _manifest(self, plan: Plan, parts: list[Made]) -> dict[str, Any]:
        info, asked = self.info, self.job.asked
        rows = {str(kind): sum(made.rows[kind] for made in parts) for kind in asked.kinds}
        decisions = self.job.decisions
        return {
            "kind": KIND[0],
            "format": KIND[1],
            "version": __version__,
            "run": plan.run,
            "model": info.name,
            "as_of": info.as_of.isoformat(timespec="microseconds"),
            "people": sum(made.people for made in parts),
            "parts": len(parts),
            "rows": rows,
            "schema": schema_facts(file_schema(asked.file_format)),
            "sorted_by": ["kind", "person_id", "rank"],
            "settings": settings_facts(asked),
            "learners": None if decisions is None else decisions.told(),
            "files": _files(parts),
        }

    def _report(self, manifest: Mapping[str, Any], resumed: int, pace: Pace) -> ExportReport:
        kinds = len(self.job.asked.kinds)
        return ExportReport(
            out=self.place.name,
            run=manifest["run"],
            model=manifest["model"],
            people=manifest["people"],
            rows=manifest["rows"],
            parts=manifest["parts"],
            resumed=resumed,
            bytes=sum(each["bytes"] for each in manifest["files"].values()),
            format=self.job.asked.file_format,
            seconds=round(pace.seconds, 1),
            rate=round(pace.rate / kinds, 1),
            learners=manifest["learners"],
        )


def _files(parts: Iterable[Made]) -> dict[str, Any]:
    """What a manifest says of the files of parts."""
    return {name: to_document(facts) for made in parts for name, facts in made.files.items()}
