"""The page: the document's values put into its template."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from evaluation.document import Document
from evaluation.report import scale, views, words
from evaluation.report.over_time import over_time
from evaluation.report.pareto import pareto
from evaluation.report.reliability import in_words, reliability

FRONT = ("intra-list diversity", "coverage", "community recall", "weak-tie share", "novelty")
"""What the first screen sets accuracy against, in order of preference."""


def write_html(document: Document) -> str:
    """The report as one HTML page that needs nothing else; equal documents give equal pages."""
    style = files("evaluation.report").joinpath("style.css").read_text(encoding="utf-8")
    page = _environment().get_template("report.html.j2")
    return page.render(
        document=document,
        main=views.main_task(document),
        style=Markup(style),  # noqa: S704 - our own file
        front=_front(document),
        times=_times(document),
        prices=_prices(document),
        reliabilities=[
            (reliability(f"calibration{at}", one), in_words(one))
            for at, one in enumerate(document.reliability)
        ],
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("evaluation.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = words.date
    environment.globals.update(words=words, views=views, scale=scale)
    return environment


def _front(document: Document) -> Markup | None:
    """The first curve: the foremost metric of `FRONT` for which there are points or a dial."""
    task = views.main_task(document)
    if task is None:
        return None
    metrics = {*views.priced(document), *views.metrics_of(task)}
    known = sorted((FRONT.index(words.base(m)), m) for m in metrics if words.base(m) in FRONT)
    planes = (views.plane(document, task, metric, rivals_only=False) for _, metric in known)
    plane = next((plane for plane in planes if plane is not None), None)
    return pareto("front", plane, (390, 400), whole=True) if plane else None


def _times(document: Document) -> list[Markup | None]:
    """Each task's lines over time; None where there are not two cutoffs."""
    every = [views.lines(task) for task in document.tasks]
    return [
        over_time(f"time{at}", task.primary, lines)
        if len({c for *_, by in lines for c, one in by.items() if words.defined(one.value)}) > 1
        else None
        for at, (task, lines) in enumerate(zip(document.tasks, every, strict=True))
    ]


def _prices(document: Document) -> list[Markup]:
    """A small curve for each metric that the dial trades accuracy for."""
    task = views.main_task(document)
    metrics = views.priced(document) if task else []
    planes = [views.plane(document, task, m, rivals_only=True) for m in metrics if task]
    return [
        pareto(f"price{at}", plane, (300, 230), whole=False)
        for at, plane in enumerate(planes)
        if plane is not None and plane.curve
    ]
