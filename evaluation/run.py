"""A whole evaluation: from a host's data to a report in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from evaluation import cutoffs as times
from evaluation import listing
from evaluation.document import Document
from evaluation.history import History
from evaluation.replay import CUTOFFS, LISTS, Cutoff, Host, Settings, replay
from evaluation.report import write_html
from evaluation.summary import summarise, to_json
from recommender import __version__
from recommender.domain.errors import OutputError
from recommender.domain.progress import Progress, silent
from recommender.domain.writing import (
    ASIDE,
    check_writable,
    fsync,
    remove,
    replace_file,
    write_aside,
)

PAGE, FIGURES = "report.html", "report.json"


def evaluate(
    host: Host,
    out: Path,
    settings: Settings,
    title: str,
    cutoffs: Sequence[datetime] = (),
    progress: Progress = silent,
) -> Document:
    """Judge our lists and everybody else's by what people did next, and write the report to `out`.

    cutoffs: the times to go back to, ascending; chosen from the data where there are none. A
    model in force is judged from its own as-of time, which is then one more cutoff.

    `out` becomes a folder with report.html, report.json and lists.parquet, and with what each
    cutoff came to, so that a run that was cut short goes on where it was. Raises OutputError where
    `out` is something else, and InputDataError where the data holds nothing to judge.
    """
    check_report(out)
    check_writable(out)
    with write_aside(out) as aside:
        progress("reading the history", 0.0)
        host.history(aside / "history.parquet")
        history = History(aside / "history.parquet")
        chosen, notes = _chosen(history, cutoffs, settings)
        done = replay(host, history, chosen, out, settings, progress)
        progress("summing up", 0.0)
        results = [cutoff.result for cutoff in done]
        used = {"evaluate": asdict(settings.evaluate), "train": asdict(settings.train)}
        document = summarise(results, used, title, __version__, settings.evaluate)
        document = replace(document, notes=notes)
        _write(document, done, out, aside)
    progress("summing up", 1.0)
    return document


def check_report(out: Path) -> None:
    """Refuse to write a report over anything that is not one. Raises OutputError."""
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is a file; name a folder for the report")
    there = {path.name for path in out.iterdir()} if out.exists() else set()
    others = {name for name in there if not name.startswith(ASIDE)}
    if others and not others & {FIGURES, CUTOFFS}:
        raise OutputError(f"{out} is not empty and not a report; name another folder")


def _chosen(
    history: History, given: Sequence[datetime], settings: Settings
) -> tuple[list[datetime], list[str]]:
    """The cutoffs to judge, and what must be said of them."""
    config, current = settings.evaluate, settings.current
    days = max(config.horizon_days, config.return_days)
    chosen = list(given) or times.choose(history, config.cutoffs, days)
    notes = [] if given else times.fewer(chosen, config.cutoffs)
    if config.askers:
        notes.append(_limited(config.askers))
    if current is not None:
        as_of = current.info.as_of.replace(tzinfo=None)
        first, last = history.span()
        if first < as_of <= last:
            chosen = sorted({*chosen, as_of})
            notes.append(_judged_at(as_of))
        else:
            when = "since" if as_of > last else "before"
            notes.append(
                f"nothing has happened {when} the model in force was made: it is not judged"
            )
    return chosen, times.check(history, chosen, days) + notes


def _judged_at(as_of: datetime) -> str:
    return (
        f"the model in force (current) is judged at its own time alone, {as_of:%Y-%m-%d}, which is "
        "a cutoff for all: hold its figures against ours of that cutoff, not against the pooled"
    )


def _limited(askers: int) -> str:
    """What to say where not everybody was asked."""
    return (
        f"at each cutoff at most {askers:,} people were asked, and as many of those who had an "
        "answer: how many of those asked had one says nothing of everybody, and coverage and Gini "
        "are of the lists of the former alone"
    )


def _write(document: Document, done: list[Cutoff], out: Path, aside: Path) -> None:
    """Publish the report file by file, each whole; the page last."""
    lists = aside / LISTS
    listing.join([cutoff.folder / LISTS for cutoff in done], lists)
    fsync(lists)
    lists.replace(out / LISTS)
    replace_file(out / FIGURES, to_json(document).encode())
    replace_file(out / PAGE, write_html(document).encode())
    kept = {cutoff.folder for cutoff in done}
    for folder in (out / CUTOFFS).iterdir():
        if folder not in kept:
            remove(folder)
