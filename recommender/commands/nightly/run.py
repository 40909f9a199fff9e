"""The run: one lock, the steps in order, and a report however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from recommender import __version__
from recommender.commands.console import plain
from recommender.commands.nightly.beginning import begin
from recommender.commands.nightly.changes import changes
from recommender.commands.nightly.document import Document, State, StepReport, peak_memory
from recommender.commands.nightly.failing import failure
from recommender.commands.nightly.folders import RUNS, last_done, point_at
from recommender.commands.nightly.inputs import shown_source
from recommender.commands.nightly.journal import Entry, Journal, digest
from recommender.commands.nightly.logs import logged, open_log
from recommender.commands.nightly.page import write_report
from recommender.commands.nightly.plan import Plan, problems, raise_all
from recommender.commands.nightly.steps import STEPS, Job, Step, tidy
from recommender.domain.errors import GateError, RecommenderError
from recommender.domain.interrupts import recognised
from recommender.domain.locking import hold
from recommender.domain.progress import Progress
from recommender.domain.retention import current

CHECK = "check"
"""What is done before all steps: looking for what would make one of them fail."""


@dataclass(slots=True)
class Night:
    """One run, from its beginning to its report. `document` is there once it has begun."""

    plan: Plan
    progress: Progress
    anew: bool = False
    document: Document | None = None

    def run(self) -> Document:
        """Do it all. Raises BusyError where another run is at work, and whatever a step raises."""
        work = self.plan.work
        with hold(work / "lock", "nightly run"):
            journal, notes = begin(self.plan, datetime.now(UTC), anew=self.anew)
            folder = work / RUNS / journal.run
            self.document = _document(self.plan, journal, notes)
            with open_log(folder / f"nightly-{journal.run}.log") as log:
                point_at(work, journal.run)
                steps = _Steps(self.plan, journal, self.document, log, self.progress)
                steps.run()
            return self.document


@dataclass(slots=True)
class _Steps:
    """The steps of a run, and what is written about each as it ends."""

    plan: Plan
    journal: Journal
    document: Document
    log: Any
    progress: Progress
    began: float = field(default_factory=monotonic)

    def run(self) -> None:
        self.log.info("run began", run=self.journal.run, version=__version__, notes=self.notes)
        with self._told():
            with self._at(self.document.step(CHECK)):
                raise_all(problems(self.plan))
            begun = self.journal
            job = Job(self.plan, begun.run, begun.started_at, begun.model_before)
            for step in STEPS:
                with self._tidied(job):
                    self._step(step, job)
            self._end(State.DONE)
        self.journal.finished = True
        try:
            self.journal.save()
        except OSError:  # all is done; started again, it would find that out and do nothing
            self.log.warning("journal not written", exc_info=True)

    @property
    def notes(self) -> list[str]:
        return self.document.notes

    def _step(self, step: Step, job: Job) -> None:
        report = self.document.step(step.name)
        report.why = step.skipped(self.plan)
        if report.why is not None:
            report.state = State.SKIPPED
            return
        key = digest(step.name, step.settings(self.plan), job.made)
        entry = self.journal.steps.get(step.name)
        if entry is not None and entry.key == key and step.whole(job, entry.made):
            report.state, report.facts, report.seconds = State.RESUMED, entry.facts, entry.seconds
            job.made[step.name] = entry.made
            self.log.info("step taken up", step=step.name, made=entry.made)
            return
        job.facts = {}
        with self._at(report, job):
            job.made[step.name] = step.work(job, logged(self.log, step.name, self.progress))
            self._note(step.name, key, job, monotonic())

    @contextmanager
    def _tidied(self, job: Job) -> Iterator[None]:
        """Tidy up also where a gate stays shut, or each night until it opens would add a model."""
        try:
            yield
        except GateError:
            with suppress(RecommenderError, OSError):  # the gate is what the run fails of
                self._step(tidy.step, job)
            raise

    def _note(self, name: str, key: str, job: Job, now: float) -> None:
        """Enter a step that is done into the journal, from which on it is not done again."""
        made, facts = job.made[name], plain(job.facts)
        seconds = round(now - self.began, 3)
        self.journal.steps[name] = Entry(key=key, made=made, facts=facts, seconds=seconds)
        self.journal.save()

    @contextmanager
    def _at(self, report: StepReport, job: Job | None = None) -> Iterator[None]:
        """Log, time and report a step, however it ends."""
        self.began, report.state = monotonic(), State.RUNNING
        self.log.info("step began", step=report.name)
        self._write()
        try:
            with recognised():
                yield
            report.state = State.DONE
        except Exception as error:
            report.state, report.why = State.FAILED, str(error)
            raise
        except KeyboardInterrupt:
            report.state, report.why = State.INTERRUPTED, "it was told to end"
            raise
        finally:
            report.seconds = round(monotonic() - self.began, 3)
            report.facts = {} if job is None else plain(job.facts)
            self.log.info(
                "step ended",
                step=report.name,
                state=report.state,
                seconds=report.seconds,
                peak_memory_bytes=peak_memory(),
                facts=report.facts,
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Put into log and report what goes wrong, and say with the error what is in force."""
        try:
            with recognised():
                yield
        except (Exception, KeyboardInterrupt) as error:
            self.log.error("run failed", exc_info=True)
            stopped = isinstance(error, KeyboardInterrupt)
            self._close(State.INTERRUPTED if stopped else State.FAILED)
            # After that: where the lists are may be slow to answer, or nobody waits for it.
            failed = failure(self.plan, self.document, error)
            self.document.failure = failed
            self._end(self.document.outcome)
            error.add_note(f"step {failed.step} failed; {failed.serving}; {failed.remedy}")
            raise

    def _end(self, outcome: State) -> None:
        """Write the report of a run that has ended, and the last line of its log."""
        self._close(outcome)
        document = self.document
        self.log.info("run ended", outcome=outcome, seconds=document.seconds, model=document.model)

    def _close(self, outcome: State) -> None:
        now = datetime.now(UTC)
        document = self.document
        document.outcome, document.ended_at = outcome, now
        document.seconds = round((now - document.started_at).total_seconds(), 3)
        document.model = current(self.plan.models)
        before = last_done(self.plan.work, document.run)
        document.changes = changes(document, before)
        document.compared_with = None if before is None else str(before["run"])
        self._write()

    def _write(self) -> None:
        """Write the report. Where that cannot be, as on a full disk, the run goes on or fails."""
        self.document.peak_memory_bytes = peak_memory()
        with suppress(OSError):
            write_report(self.plan.work / RUNS / self.document.run, self.document)


def _document(plan: Plan, journal: Journal, notes: list[str]) -> Document:
    """The report of a run that begins, or goes on."""
    return Document(
        run=journal.run,
        version=__version__,
        started_at=journal.started_at,
        source=shown_source(plan),
        model_before=journal.model_before,
        notes=notes,
        steps=[StepReport(name=name) for name in (CHECK, *(step.name for step in STEPS))],
    )
