"""Renders reports and other facts by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from recommender.show import clean, in_utc, section


def facts_table(title: str, facts: object) -> RenderableType:
    """Names and values, of a mapping or of a dataclass."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _items(facts):
        table.add_row(name.replace("_", " "), _shown(value))
    return section(title, table)


def _items(facts: object) -> Iterable[tuple[str, object]]:
    if isinstance(facts, Mapping):
        return [(str(name), value) for name, value in facts.items()]
    if is_dataclass(facts):
        return [(field.name, getattr(facts, field.name)) for field in fields(facts)]
    return [("", facts)]


def _grid(rows: Mapping[str, object]) -> Table:
    """A line for each dataclass, with its fields in columns."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    for name in next(([f for f, _ in _items(row)] for row in rows.values()), []):
        table.add_column(name.replace("_", " "), justify="right")
    for name, row in rows.items():
        table.add_row(clean(name), *(_shown(value) for _, value in _items(row)))
    return table


def _shown(value: object) -> RenderableType:
    if isinstance(value, Mapping) and any(is_dataclass(one) for one in value.values()):
        return _grid(value)
    return _text(value)


def _text(value: object) -> Text:
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, datetime):
        return Text(f"{in_utc(value):%Y-%m-%d %H:%M:%S} UTC")
    if isinstance(value, int):
        return Text(f"{value:,}")
    if isinstance(value, Mapping):
        lines = (Text(f"{clean(str(k))}: ").append(_text(v)) for k, v in value.items())
        return Text("\n").join(lines) if value else Text("none")
    if isinstance(value, (list, tuple)):
        return Text(", ").join(_text(one) for one in value) if value else Text("none")
    return Text(clean(str(value)))
