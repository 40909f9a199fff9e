"""Figures, and how a run tells them: a table for people, a document for machines."""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should reach: at least `low`, at most `high`, in the figure's unit."""

    low: float = float("-inf")
    high: float = float("inf")

    def text(self) -> str:
        """As the table says it.

        >>> Target(low=0.5).text(), Target(high=10).text()
        ('≥ 0.5', '≤ 10')
        """
        return f"≥ {self.low:g}" if self.low > float("-inf") else f"≤ {self.high:g}"

    def reached(self, value: float) -> bool:
        """Whether `value` is good enough."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the result.

    samples: one value a round, in `unit` (empty for plain ratios), in the order of the rounds.
    interval: stands in the place of the range of the samples where it is something else.
    """

    section: str
    name: str
    samples: Sequence[float]
    unit: str = ""
    target: Target | None = None
    interval: tuple[float, float] | None = None

    @property
    def median(self) -> float:
        """The figure itself."""
        return statistics.median(self.samples)

    @property
    def range(self) -> tuple[float, float]:
        """How far rounds differed, or the interval."""
        return self.interval or (min(self.samples), max(self.samples))

    def document(self) -> dict[str, object]:
        """As JSON has it."""
        return {
            "section": self.section,
            "name": self.name,
            "unit": self.unit,
            "median": self.median,
            "range": list(self.range),
            "samples": list(self.samples),
            "target": self.target.text() if self.target else None,
            "reached": self.target.reached(self.median) if self.target else None,
        }


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Round by round, ours to theirs.

    >>> ratios([2.0, 3.0], [1.0, 2.0])
    [2.0, 1.5]
    """
    return [a / b for a, b in zip(ours, theirs, strict=True)]


def machine() -> dict[str, object]:
    """What else there is to know about a run: cores, and how busy they are with other work."""
    return {"cores": os.cpu_count(), "load": [round(each, 2) for each in os.getloadavg()]}


def show(figures: Sequence[Figure], machines: Sequence[dict[str, object]]) -> None:
    """Print all figures as a table. machines: `machine` before and after the run."""
    table = Table("", title="Measured side by side", title_justify="left")
    for heading in ("median", "min–max", "target", "reached"):
        table.add_column(heading, justify="right")
    before = ""
    for figure in figures:
        if figure.section != before:
            table.add_section()
            table.add_row(f"[bold]{figure.section}[/]")
            before = figure.section
        table.add_row(*_cells(figure))
    console = Console(width=110, highlight=False)
    console.print(table)
    for when, found in zip(("before", "after"), machines, strict=True):
        console.print(f"{when}: {found['cores']} cores, load average {found['load']}")


def _cells(figure: Figure) -> list[str]:
    low, high = figure.range
    target = figure.target
    return [
        f"  {escape(figure.name)}",
        f"{number(figure.median)} {figure.unit}".strip(),
        f"{number(low)}–{number(high)}" if low < high else "",
        target.text() if target else "",
        ("yes" if target.reached(figure.median) else "no") if target else "",
    ]


def number(value: float) -> str:
    """With three figures that say something.

    >>> number(0.12345), number(12.345), number(1234.5), number(123456.7)
    ('0.123', '12.3', '1,234', '123,457')
    """
    if value == 0:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
