"""Whether probabilities came true."""

from __future__ import annotations

from math import sqrt

from markupsafe import Markup

from evaluation.document import Reliability
from evaluation.report.canvas import COLOURS, Canvas
from evaluation.report.words import name


def reliability(key: str, told_true: Reliability) -> Markup:
    """What was predicted against what came true, the dots as large as their bins are full."""
    canvas = Canvas(key, 340, 330)
    axes = canvas.axes(44, 26, 14, 96)
    counts = canvas.axes(44, 240, 14, 44)
    percent = {at / 4: f"{25 * at}\u202f%" for at in range(5)}
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    counts.set(xlim=(-0.02, 1.02))
    canvas.ticks(axes, dict.fromkeys(percent, ""), percent)
    canvas.ticks(counts, percent, {})
    axes.plot([0, 1], [0, 1], color=COLOURS["muted"], linewidth=1, linestyle="--")
    bins = sorted(told_true.bins)
    axes.plot([p for p, *_ in bins], [o for _, o, _ in bins], color=COLOURS["ours"], linewidth=1.5)
    most = max((count for *_, count in bins), default=1) or 1
    for predicted, observed, count in bins:
        words = f"predicted {predicted:.1%}, came true {observed:.1%}, {count:,} predictions"
        size = 4 + 9 * sqrt(count / most)
        axes.plot(predicted, observed, "o", ms=size, color=COLOURS["ours"], gid=canvas.tip(words))
        counts.bar(predicted, count, 0.035, color=COLOURS["ours"], alpha=0.5)
    canvas.write(6, canvas.height - 9, "came true ↑")
    canvas.write(canvas.width - 14, 9, "predicted →", ha="right")
    canvas.write(6, 9, f"bars: how many, at most {most:,}")
    return canvas.svg(f"Reliability of {name(told_true.name)}: predicted against what came true")
