"""What training learned, as tables: which ranker, which sources, how well probabilities hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from recommender.show import clean, section

Learned = Mapping[str, Any]

NOTHING = "–"


def learned_view(learned: Learned) -> list[RenderableType]:
    """A section for each part of `Model.learned` that has something to tell."""
    parts: dict[str, Callable[[Learned], Iterator[RenderableType]]] = {
        "ranker": _ranker,
        "sources": _sources,
        "neighbours": _neighbours,
        "reciprocity": _chances,
        "ties": _ties,
    }
    told = {name: list(view(learned.get(name, {}))) for name, view in parts.items()}
    titles = {
        "ranker": "Ranker",
        "sources": "Sources",
        "neighbours": "Nearest vectors",
        "reciprocity": "Chances of contact with new people",
        "ties": "Probabilities of ties",
    }
    return [section(titles[name], *views) for name, views in told.items() if views]


def _ranker(ranker: Learned) -> Iterator[RenderableType]:
    if not ranker.get("held_out_askers"):
        why = "as the settings ask" if ranker.get("named") else "too little of the past is known"
        yield Text(f"{clean(str(ranker.get('chosen', NOTHING)))}: {why}")
        return
    table = _table("", "NDCG@10", "gain", "95 %", "over")
    for name, value in ranker["ndcg"].items():
        gain = ranker["gains"].get(name)
        bold = "bold" if name == ranker["chosen"] else ""
        row = [f"{value:.3f}", *_gain(gain)]
        table.add_row(Text(clean(name), bold), *row)
    yield table
    asked, times = ranker["held_out_askers"], len(ranker["times"])
    yield Text(f"{clean(ranker['chosen'])} is used; judged by {asked:,} askers", style="dim")
    yield Text(f"of the latest of {times} times that were looked back to.", style="dim")


def _gain(gain: Learned | None) -> tuple[str, str, str]:
    if gain is None:
        return "", "", ""
    low, high = gain["low"], gain["high"]
    return f"{gain['mean']:+.1%}", f"{low:+.1%} to {high:+.1%}", clean(str(gain["over"]))


def _sources(sources: Learned) -> Iterator[RenderableType]:
    if not sources:
        return
    table = _table("", "recall", "of it alone")
    for name, value in sorted(sources["recall"].items(), key=lambda one: -one[1]):
        table.add_row(clean(name), f"{value:.1%}", f"{sources['marginal'][name]:.1%}")
    yield table
    count, share = sources["first_contacts"], sources["together"]
    yield Text(f"Together they find {share:.1%} of {count:,} first contacts", style="dim")
    yield Text(f"in the 90 days from {sources['as_of'][:10]} on.", style="dim")


def _neighbours(searches: Learned) -> Iterator[RenderableType]:
    if not searches:
        return
    table = _table("", "vectors", "bits", "cells", "looked into", "recall")
    for name, one in searches.items():
        told = {"bits": 32, **one}
        sizes = [f"{told[key]:,}" for key in ("vectors", "bits", "cells", "looked_into")]
        table.add_row(clean(name), *sizes, f"{one['recall']:.1%}")
    yield table
    yield Text("Recall is the share of the exactly nearest that a search finds.", style="dim")


def _chances(chances: Learned) -> Iterator[RenderableType]:
    if chances.get("known"):
        events = {name: f"{count:,}" for name, count in chances["events"].items()}
        yield _reliabilities(chances["reliability"], events)


def _ties(ties: Learned) -> Iterator[RenderableType]:
    events = {name: f"{ties.get(f'{name[:6]}_events', 0):,}" for name in ("mutual", "returns")}
    if any(ties.get(name) for name in events):
        yield _reliabilities({name: ties.get(name) for name in events}, events)


def _reliabilities(told: Mapping[str, Any], events: Mapping[str, str]) -> Table:
    """How far predictions were off on a time that nothing was learned from."""
    table = _table("", "events", "predicted", "happened", "mean error")
    for name, one in told.items():
        shown = (NOTHING,) * 3 if one is None else _reliability(one)
        table.add_row(clean(name), events[name], *shown)
    return table


def _reliability(one: Learned) -> tuple[str, str, str]:
    counts = one["counts"]
    said, seen = (
        sum(share * count for share, count in zip(one[name], counts, strict=True)) / sum(counts)
        for name in ("predicted", "observed")
    )
    return f"{said:.2%}", f"{seen:.2%}", f"{one['error']:.2%}"


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place else "left", no_wrap=True)
    return table
