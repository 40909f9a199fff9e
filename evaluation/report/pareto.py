"""What the diversity dial costs: accuracy against another metric, with the systems about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup
from matplotlib.axes import Axes

from evaluation.document import Estimate
from evaluation.report.canvas import COLOURS, Canvas
from evaluation.report.labels import Box, around, place
from evaluation.report.marks import MARKS, short, span_of, ticked, value_of
from evaluation.report.scale import ends, linear
from evaluation.report.words import measure, metric_title, name, number, told

LONGEST = 22
"""Letters of a name beside a point."""


@dataclass(frozen=True, slots=True)
class Point:
    """A system in the plane of two metrics; role: "ours", "rival" or "other"."""

    system: str
    role: str
    x: Estimate
    y: Estimate


@dataclass(frozen=True, slots=True)
class Plane:
    """Two metrics, the dial's way through them, and systems that have no dial.

    curve: (dial, x, y), by dial; every value of it and of `points` is defined.
    """

    x: str
    y: str
    curve: Sequence[tuple[float, Estimate, Estimate]]
    points: Sequence[Point]


def pareto(key: str, plane: Plane, size: tuple[int, int], *, whole: bool) -> Markup:
    """What the dial costs: better is up and to the right. whole: from 0 upwards."""
    canvas = Canvas(key, *size)
    axes = canvas.axes(44, 26, 14, 42)
    _frame(canvas, axes, plane, whole=whole)
    _curve(canvas, axes, plane)
    for point in plane.points:
        _point(canvas, axes, point, plane)
    _names(canvas, axes, plane)
    words = f"{metric_title(plane.y)} against {metric_title(plane.x)}"
    told_points = "; ".join(
        f"{name(p.system)} {number(value_of(p.y), measure(plane.y).form)} at "
        f"{number(value_of(p.x), measure(plane.x).form)}"
        for p in plane.points
    )
    return canvas.svg(f"{words} along the diversity dial. {told_points}")


def _frame(canvas: Canvas, axes: Axes, plane: Plane, *, whole: bool) -> None:
    xs = [x for _, x, _ in plane.curve] + [p.x for p in plane.points]
    ys = [y for _, _, y in plane.curve] + [p.y for p in plane.points]
    across, up = linear(ends(xs), None, 0.08), linear(ends(ys), 0.0 if whole else None, 0.08)
    less = measure(plane.x).better == "lower"
    axes.set_xlim(*((across.high, across.low) if less else (across.low, across.high)))
    axes.set_ylim(up.low, up.high)
    canvas.ticks(axes, ticked(across, plane.x), ticked(up, plane.y))
    canvas.write(6, canvas.height - 9, f"{metric_title(plane.y)} ↑")
    better = {"lower": "less is better →", "higher": "→"}.get(measure(plane.x).better, "")
    title = f"{metric_title(plane.x)} {better}".replace(" less", ", less")
    canvas.write(canvas.width - 14, 9, title, ha="right")


def _curve(canvas: Canvas, axes: Axes, plane: Plane) -> None:
    if not plane.curve:
        return
    x = [value_of(one) for _, one, _ in plane.curve]
    y = [value_of(other) for _, _, other in plane.curve]
    low, high = zip(*(span_of(other) for _, _, other in plane.curve), strict=True)
    axes.fill_between(x, low, high, color=COLOURS["ours"], alpha=0.14, linewidth=0)
    axes.plot(x, y, color=COLOURS["ours"], linewidth=2)
    for dial, one, other in plane.curve:
        axes.plot(
            span_of(one),
            [value_of(other)] * 2,
            color=COLOURS["ours"],
            alpha=0.35,
            linewidth=1,
        )
        tip = canvas.tip(
            f"dial at {dial:g}: {metric_title(plane.y)} {told(other, measure(plane.y).form)}; "
            f"{metric_title(plane.x)} {told(one, measure(plane.x).form)}"
        )
        axes.plot(value_of(one), value_of(other), "o", ms=4.5, color=COLOURS["ours"], gid=tip)


def _point(canvas: Canvas, axes: Axes, point: Point, plane: Plane) -> None:
    marker, size = MARKS[point.role]
    colour = COLOURS[point.role]
    x, y = value_of(point.x), value_of(point.y)
    for xs, ys in (
        (span_of(point.x), [y, y]),
        ([x, x], span_of(point.y)),
    ):
        axes.plot(xs, ys, color=colour, alpha=0.4, linewidth=1)
    axes.plot(
        x,
        y,
        marker,
        ms=size,
        color=COLOURS["paper"] if point.role == "other" else colour,
        markeredgecolor=COLOURS["paper"] if point.role == "ours" else colour,
        markeredgewidth=1.5,
        gid=canvas.tip(
            f"{name(point.system)}: {metric_title(plane.y)} {told(point.y, measure(plane.y).form)};"
            f" {metric_title(plane.x)} {told(point.x, measure(plane.x).form)}"
        ),
    )


def _names(canvas: Canvas, axes: Axes, plane: Plane) -> None:
    """Names where there is room: first the dial's ends, ours and the rival, then the others."""
    wanted = [(x, y, f"dial {dial:g}", "ours") for dial, x, y in plane.curve]
    wanted = [wanted[0], wanted[-1]] if len(wanted) > 1 else wanted
    shown = list(reversed(plane.points))
    wanted[:0] = [(p.x, p.y, short(p.system, LONGEST), p.role) for p in shown if p.role != "other"]
    wanted += [(p.x, p.y, short(p.system, LONGEST), p.role) for p in shown if p.role == "other"]
    spots = [_pixels(axes, x, y) for x, y, *_ in wanted]
    every = [(x, y) for _, x, y in plane.curve] + [(p.x, p.y) for p in plane.points]
    way = _between([_pixels(axes, x, y) for _, x, y in plane.curve])
    taken = [around(*_pixels(axes, x, y), 5.0) for x, y in every] + [around(*p, 3.0) for p in way]
    frame = Box(46, 44, canvas.width - 2, canvas.height - 18)
    boxes = place([(*spot, one[2]) for spot, one in zip(spots, wanted, strict=True)], taken, frame)
    for box, (_, _, text, role) in zip(boxes, wanted, strict=True):
        if box:
            colour = "muted" if role == "other" else role
            middle = (box.left + box.right) / 2, (box.low + box.high) / 2
            canvas.write(*middle, text, colour=colour, ha="center", bold=role != "other")


def _between(pixels: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points of the curve on the way from each of its points to the next."""
    return [
        (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
        for a, b in pairwise(pixels)
        for share in (0.2, 0.4, 0.6, 0.8)
    ]


def _pixels(axes: Axes, x: Estimate, y: Estimate) -> tuple[float, float]:
    left, low = axes.transData.transform((value_of(x), value_of(y)))
    return float(left), float(low)
