"""Options of `pln ingest`, and what it shows of what it found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from recommender.commands.facts import facts_table
from recommender.domain.errors import shorten
from recommender.show import clean, section

if TYPE_CHECKING:  # DuckDB is slow to load
    from ingestion.preview import Preview
    from ingestion.report import Found, IngestReport, Problem

_APART = ("problems", "bots", "examples", "verbs", "other_verb", "objection")
"""What has a part of its own."""
_MOST_WORDS = _MOST_BOTS = 10

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would come out, and publish nothing.")
]
Memory = Annotated[
    int | None,
    typer.Option("--memory", metavar="MIB", help="Memory of the query engine before it spills."),
]
SparkMaster = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Of Spark's master; else what Spark's own settings say."),
]
AllowBad = Annotated[bool, typer.Option("--allow-bad", help="Publish however many rows are bad.")]
AllowShrunk = Annotated[
    bool, typer.Option("--allow-shrunk", help="Publish however many rows are gone.")
]
DropBots = Annotated[
    bool, typer.Option("--drop-bots", help="Leave out the rows of suspected bots.")
]


def report_parts(report: IngestReport) -> list[RenderableType]:
    """A published snapshot: its facts, then what was set aside and who is suspected."""
    return [facts_table("Snapshot", _facts(report)), *_doubts(report)]


def preview_parts(preview: Preview) -> list[RenderableType]:
    """What would be published: its facts, what is wrong, what is not mapped, and first rows."""
    verdict = preview.objection or "it would be published"
    facts = {**_facts(preview), "verdict": verdict, "not mapped": _unmapped(preview)}
    rows = [_rows(name, found) for name, found in preview.examples.items() if found]
    return [facts_table("Dry run: nothing was published", facts), *_doubts(preview), *rows]


def _facts(found: Found) -> dict[str, object]:
    named = [field.name for field in fields(found) if field.name not in _APART]
    places = [name for name in ("snapshot", "report") if name in named]
    ordered = [*places, *(name for name in named if name not in places)]
    values = {name: getattr(found, name) for name in ordered}
    values["tables"] = {
        name: replace(told, unknown_columns=_few(told.unknown_columns))
        for name, told in found.tables.items()
    }
    return {name: value for name, value in values.items() if value is not None}


def _doubts(found: Found) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if found.problems:
        parts.append(section("Set aside", _problems(found.problems)))
    if found.bots:
        bots = {clean(shorten(bot.person_id, 40)): bot.reason for bot in found.bots[:_MOST_BOTS]}
        if len(bots) < len(found.bots):
            bots["…"] = f"{len(found.bots) - len(bots):,} more"
        parts.append(facts_table("Suspected bots", bots))
    return parts


def _problems(problems: Iterable[Problem]) -> Table:
    """By table and code: how many rows, what is wrong, what to do, and where to look."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("rows", justify="right", no_wrap=True)
    table.add_column("table", no_wrap=True)
    table.add_column("code", no_wrap=True)
    table.add_column("", ratio=1)
    for one in problems:
        about = Text(one.about).append(" Kept all the same." if one.kept else "")
        about.append(f" {one.remedy}", style="dim")
        if one.examples:
            about.append(f"\n{clean(str(one.examples[0]))}", style="dim")
        table.add_row(f"{one.rows:,}", one.table, one.code, about)
    return table


def _unmapped(preview: Preview) -> dict[str, str]:
    found = {}
    for name, told in preview.tables.items():
        verbs = [f"{verb} ({rows:,})" for verb, rows in preview.verbs.get(name, {}).items()]
        parts = []
        if told.unknown_columns:
            parts.append(f"unknown columns {', '.join(_few(told.unknown_columns))}")
        if verbs:
            parts.append(f"verbs that weigh {preview.other_verb:g}: {', '.join(_few(verbs))}")
        if parts:
            found[name] = "; ".join(parts)
    return found


def _few(words: Sequence[str]) -> tuple[str, ...]:
    """The first words, and how many more there are."""
    more = len(words) - _MOST_WORDS
    return (*words[:_MOST_WORDS], f"and {more:,} more") if more > 0 else tuple(words)


def _rows(name: str, rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    """The first rows of a table, without the columns that have nothing in them."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    columns = [column for column in rows[0] if any(row[column] is not None for row in rows)]
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        values = ("" if row[column] is None else str(row[column]) for column in columns)
        table.add_row(*(Text(clean(shorten(value, 40))) for value in values))
    return section(name, table)
