"""Whether probabilities came true: drawn, and in words."""

from __future__ import annotations

from math import sqrt

from markupsafe import Markup

from evaluation.document import Reliability
from evaluation.report.canvas import COLOURS, Canvas
from evaluation.report.words import name, number

FAR = 1.5
"""From so many times too high or too low on average, a probability is not to be read as one."""


def in_words(told_true: Reliability) -> str:
    """How far the predictions were off on average, and what they can then be read as.

    "" without predictions. What chance would explain, were each made independently, is not off.

    >>> in_words(Reliability(name="", bins=[(0.34, 0.1, 900)], error=0.24, brier=0.1, count=900))
    'On average 34.0\u202f% was predicted and 10.0\u202f% came true: 3.4 times too high. It may be
    read as an order, not as a probability.'
    """
    total = sum(count for *_, count in told_true.bins)
    if not total:
        return ""
    predicted = sum(p * count for p, _, count in told_true.bins) / total
    observed = sum(o * count for _, o, count in told_true.bins) / total
    means = f"{number(predicted, 'share')} was predicted and {number(observed, 'share')} came true"
    chance = 2 * sqrt(predicted * (1 - predicted) / total)
    high, low = max(predicted, observed), min(predicted, observed)
    if high < FAR * low or high - low <= chance:
        return f"On average {means}."
    times = f"{high / low:.1f} times too " if low > 0 else "far too "
    side = "high" if predicted > observed else "low"
    return f"On average {means}: {times}{side}. It may be read as an order, not as a probability."


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
