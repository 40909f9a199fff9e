"""A document as JSON, and as one page: its values put into a template."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from ingestion.page import plots
from ingestion.page.document import Document


def write_report(folder: Path, document: Document) -> None:
    """Write report.json and report.html into `folder`, which is there."""
    text = json.dumps(asdict(document), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    # What a host wrote may hold half a surrogate pair, which is no text.
    (folder / "report.json").write_text(text, encoding="utf-8", errors="replace")
    (folder / "report.html").write_text(html(document), encoding="utf-8", errors="replace")


def html(document: Document) -> str:
    """The report as one page that needs nothing else; equal documents give equal pages."""
    style = files("ingestion.page").joinpath("style.css").read_text(encoding="utf-8")
    shown = document.portrait
    return _template().render(
        document=document,
        style=Markup(style),  # noqa: S704 - our own file
        time=plots.over_time(shown.weeks),
        contacts=plots.distribution(shown.contacts, "contacts"),
        events=plots.distribution(shown.events, "events"),
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("ingestion.page", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = "{:,}".format
    environment.filters["share"] = _share
    return environment.get_template("report.html.j2")


def _share(part: int, whole: int) -> str:
    """A part in per cent.

    >>> _share(1, 8), _share(0, 0)
    ('12.5 %', '–')
    """
    return f"{100 * part / whole:.1f} %" if whole else "–"
