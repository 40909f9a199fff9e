"""The report in a terminal: the verdict, a table for each task, and where the rest is."""

from __future__ import annotations

from pathlib import Path

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from evaluation.document import Comparison, Document, Estimate, Row, TaskSummary
from evaluation.doubt import UNDECIDED
from evaluation.gate import Finding
from evaluation.systems import Family
from recommender.show import clean, section

SHOWN = 6
"""Rivals that a table has, best first."""

NOTHING = "–"


def document_view(document: Document, out: Path) -> list[RenderableType]:
    """What is said at the end of an evaluation."""
    verdict = Text("\n").join(Text(clean(sentence)) for sentence in document.verdict)
    tables = [
        section(task.title, _table(task), Text(_people(task), style="dim"))
        for task in document.tasks
        if task.answered
    ]
    notes = [Text(f"Mind: {clean(note)}.", style="dim") for note in document.notes]
    where = Text(f"All of it: {out / 'report.html'}")
    return [section("Verdict", verdict), *tables, *notes, where]


def findings_view(findings: list[Finding]) -> list[RenderableType]:
    """What a gate found, a line each; nothing where there was no gate."""
    if not findings:
        return []
    lines = [
        Text(f"{'✓' if one.passed else '✗'} {clean(one.sentence)}", "" if one.passed else "bold")
        for one in findings
    ]
    return [section("Gate", Text("\n").join(lines))]


def _people(task: TaskSummary) -> str:
    rivals = sum(row.family == Family.BASELINE for row in task.rows)
    more = f" {rivals - SHOWN} more baselines are in the report." if rivals > SHOWN else ""
    return f"{task.answered:,} of {task.asked:,} people asked had an answer.{more}"


def _table(task: TaskSummary) -> Table:
    """Ours, then the best rivals, by the task's primary metric."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    extra = [name for name in _columns(task) if name != task.primary]
    table.add_column("")
    for name in (task.primary, "95 %", "ours to it", *extra):
        table.add_column(name, justify="right", no_wrap=True)
    against = {one.rival: one for one in task.comparisons if one.metric == task.primary}
    for row in _rows(task):
        style = "bold" if row.family == Family.OURS else ""
        cells = [_figure(row.metrics.get(name)) for name in extra]
        main = row.metrics.get(task.primary)
        table.add_row(
            clean(row.system.replace("_", " ")),
            _figure(main),
            _interval(main),
            _ratio(against.get(row.system)),
            *cells,
            style=style,
        )
    return table


def _columns(task: TaskSummary) -> list[str]:
    """A few metrics that say most, those that there are."""
    wanted = ("mrr", "auc", "coverage@10", "exposure gini@10")
    ours = next((row.metrics for row in task.rows if row.family == Family.OURS), {})
    return [name for name in wanted if name in ours]


def _rows(task: TaskSummary) -> list[Row]:
    def value(row: Row) -> float:
        found = row.metrics.get(task.primary)
        return found.value if found is not None and found.value is not None else -1.0

    ours = [row for row in task.rows if row.family in (Family.OURS, Family.CURRENT)]
    rivals = [row for row in task.rows if row.family == Family.BASELINE]
    return ours + sorted(rivals, key=value, reverse=True)[:SHOWN]


def _figure(estimate: Estimate | None) -> str:
    return NOTHING if estimate is None or estimate.value is None else f"{estimate.value:.4f}"


def _interval(estimate: Estimate | None) -> str:
    if estimate is None or estimate.low is None or estimate.high is None:
        return NOTHING
    return f"{estimate.low:.3f} to {estimate.high:.3f}"


def _ratio(comparison: Comparison | None) -> str:
    if comparison is None or comparison.ratio.value is None:
        return ""
    if comparison.verdict == UNDECIDED:
        return comparison.verdict
    return f"{comparison.ratio.value:.2f}×"
