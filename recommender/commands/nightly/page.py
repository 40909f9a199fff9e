"""The report of a run, to be read: by programs as JSON, by people as a page of plain text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from recommender.commands.console import plain
from recommender.commands.nightly.document import Document, StepReport
from recommender.commands.nightly.folders import REPORT
from recommender.domain.writing import replace_file

PAGE = "report.md"


def write_report(folder: Path, document: Document) -> None:
    """Write both, each whole or not at all."""
    text = json.dumps(plain(document), indent=1, ensure_ascii=False, allow_nan=False)
    replace_file(folder / REPORT, f"{text}\n".encode())
    replace_file(folder / PAGE, page(document).encode())


def page(document: Document) -> str:
    """The page, in Markdown."""
    return "\n".join([*_head(document), *_steps(document), *_changes(document), *_facts(document)])


def _head(document: Document) -> Iterator[str]:
    yield f"# Nightly run {document.run}: {document.outcome}\n"
    memory = size(document.peak_memory_bytes)
    yield f"- took {duration(document.seconds)}, at most {memory} of memory"
    yield f"- read {clean(document.source)}"
    yield f"- model in force before: {document.model_before or 'none'}"
    yield f"- model in force now: {document.model or 'none, or not known yet'}"
    yield from (f"- {clean(note)}" for note in document.notes)
    failed = document.failure
    if failed is not None:
        yield f"\n## What went wrong\n\n**{failed.step}**: {clean(failed.message)}\n"
        yield f"- In force: {clean(failed.serving)}."
        yield f"- What to do: {clean(failed.remedy)}."


def _steps(document: Document) -> Iterator[str]:
    yield "\n## Steps\n"
    yield "| step | state | took | |\n|---|---|---:|---|"
    for step in document.steps:
        took = duration(step.seconds) if step.seconds else ""
        yield f"| {step.name} | {step.state} | {took} | {clean(step.why or _made(step))} |"


def _made(step: StepReport) -> str:
    """What a step made, by name."""
    named = (step.facts.get(name) for name in ("snapshot", "model", "lists"))
    return next((str(name) for name in named if name), "")


def _changes(document: Document) -> Iterator[str]:
    if document.compared_with is None:
        return
    yield f"\n## Beside run {document.compared_with}\n"
    changed = [one for one in document.changes if one.now != one.before]
    if not changed:
        yield "No figure differs."
        return
    yield "| | now | before | change |\n|---|---:|---:|---:|"
    for one in changed:
        change = f"{one.now - one.before:+,}"
        if one.before:
            change += f" ({one.now / one.before - 1:+.1%})"
        yield f"| {clean(one.name)} | {one.now:,} | {one.before:,} | {change} |"


def _facts(document: Document) -> Iterator[str]:
    for step in document.steps:
        if step.facts:
            yield f"\n## {step.name.capitalize()}\n"
            yield "| | |\n|---|---|"
            yield from (f"| {clean(name)} | {_said(value)} |" for name, value in _rows(step.facts))
    yield ""


def _rows(facts: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from _rows(value, f"{before}{name}, ")
        elif isinstance(value, list):
            yield from ((f"{before}{name}", each) for each in value or ["none"])
        else:
            yield f"{before}{name}", value


def _said(value: object) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:,}" if number else clean(str(value))


def clean(text: str) -> str:
    """Text for a cell of a table: on one line, without what would end the cell."""
    return " ".join(text.split()).replace("|", "\\|")


def duration(seconds: float) -> str:
    """As people say it.

    >>> duration(3.21), duration(75), duration(7325)
    ('3.2 s', '1 min 15 s', '2 h 2 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def size(count: int) -> str:
    """Bytes as people say them.

    >>> size(512_000), size(3_200_000_000)
    ('0.5 MB', '3.2 GB')
    """
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
