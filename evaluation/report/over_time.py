"""How each system did at one cutoff after the other."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from matplotlib.axes import Axes

from evaluation.document import Estimate
from evaluation.report.canvas import COLOURS, Canvas
from evaluation.report.labels import apart
from evaluation.report.marks import MARKS, short, span_of, ticked, value_of
from evaluation.report.scale import ends, linear
from evaluation.report.words import date, defined, measure, metric_title, name, number

LONGEST, GUTTER = 19, 142
"""Letters of a name, and the pixels at the right where names stand."""


def over_time(
    key: str, metric: str, lines: Sequence[tuple[str, str, dict[str, Estimate]]]
) -> Markup:
    """A metric at each cutoff. lines: system, role and its estimates by cutoff; ours comes last."""
    canvas = Canvas(key, 410, max(250, 100 + 17 * len(lines)))
    axes = canvas.axes(44, 26, GUTTER, 32)
    cutoffs = sorted({cutoff for *_, by in lines for cutoff in by})
    scale = linear(ends(one for *_, by in lines for one in by.values()))
    axes.set_xlim(-0.2, len(cutoffs) - 0.9)
    axes.set_ylim(scale.low, scale.high)
    every = -(-len(cutoffs) // 5)
    shown = {
        float(i): date(c)[:7] for i, c in enumerate(cutoffs) if (len(cutoffs) - 1 - i) % every == 0
    }
    canvas.ticks(axes, shown, ticked(scale, metric))
    canvas.write(6, canvas.height - 9, f"{metric_title(metric)} ↑")
    last = {}
    for system, role, by in lines:
        known = {cutoffs.index(c): one for c, one in by.items() if defined(one.value)}
        _line(canvas, axes, (system, role, metric), dict(sorted(known.items())))
        if known:
            last[system, role] = axes.transData.transform((max(known), value_of(known[max(known)])))
    _gutter(canvas, {who: (float(x), float(y)) for who, (x, y) in last.items()})
    return canvas.svg(f"{metric_title(metric)} at each cutoff, by system")


def _gutter(canvas: Canvas, ends_at: dict[tuple[str, str], tuple[float, float]]) -> None:
    """Names at the right, each as near the height of its line's end as the others let it."""
    order = sorted(ends_at, key=lambda who: ends_at[who][1])
    heights = apart([ends_at[who][1] for who in order], 14.0, canvas.height - 20.0)
    left = canvas.width - GUTTER + 18
    for who, height in zip(order, heights, strict=True):
        system, role = who
        x, y = ends_at[who]
        colour = "muted" if role == "other" else role
        canvas.lead((x + 6, y), (left - 4, height))
        canvas.write(left, height, short(system, LONGEST), colour=colour, bold=role != "other")


def _line(
    canvas: Canvas, axes: Axes, who: tuple[str, str, str], known: dict[int, Estimate]
) -> None:
    system, role, metric = who
    colour, (marker, size) = COLOURS[role], MARKS[role]
    values = "; ".join(number(value_of(one), measure(metric).form) for one in known.values())
    tip = canvas.tip(f"{name(system)}: {values}")
    plain = role == "other"
    axes.plot(
        list(known),
        [value_of(one) for one in known.values()],
        marker="none" if plain and len(known) > 1 else marker,
        ms=size - 1,
        color=colour,
        alpha=0.5 if plain else 1,
        linewidth=1 if plain else 2,
        linestyle="--" if role == "rival" else "-",
        gid=tip,
    )
    if not plain:
        shift = 0.03 if role == "ours" else -0.03
        for at, one in known.items():
            ys = span_of(one)
            axes.plot([at + shift] * 2, ys, color=colour, linewidth=1.2, alpha=0.8)
