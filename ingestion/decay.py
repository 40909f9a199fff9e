"""What time leaves of a weight, to the same bit in every engine.

It is made of +, −, × and ÷ alone, and of powers of ½; each engine has an exp of its own.
"""

from __future__ import annotations

from functools import reduce
from math import factorial, log
from operator import mul

import ibis
import ibis.expr.types as ir

from recommender.domain.tables import HALF_LIVES, decay_column

DAY_US = 86_400_000_000

_SERIES = tuple(round(2**-0.5 * (-log(2)) ** k / factorial(k), 14) for k in range(10))
"""2^-(t + ½) as a power series of t, within 10^-11 of it for t of -½ to ½. So few digits are the
same number in every engine's SQL."""
_POWERS = {365: (730, 2), 90: (180, 2), 30: (180, 6)}
"""Half-lives at which what is left is a power of that at another: which one, and the exponent."""


def decayed(events: ir.Table, age_us: ir.IntegerValue, weight: ir.FloatingValue) -> ir.Table:
    """The events with what is left of `weight` after `age_us` >= 0 microseconds, by half-life.

    It is one step after another, or the whole of each would stand wherever the next one names it.
    """
    bases = sorted(set(HALF_LIVES) - set(_POWERS))
    age = age_us.cast("float64")
    steps = events.mutate(
        _weight=weight, **{f"_times_{h}": age / float(h * DAY_US) for h in bases}
    ).view()
    steps = steps.mutate(**{f"_rest_{h}": _rest(steps[f"_times_{h}"]) for h in bases}).view()
    shares = {h: _halved(steps[f"_times_{h}"], steps[f"_rest_{h}"]) for h in bases}
    steps = steps.mutate(**{f"_share_{h}": share for h, share in shares.items()}).view()
    left = {}
    for half_life in HALF_LIVES:
        base, times = _POWERS.get(half_life, (half_life, 1))
        share = reduce(mul, [steps[f"_share_{base}"]] * times)
        left[decay_column(half_life)] = steps["_weight"] * share
    return steps.select(*events.columns, **left)


def _rest(times: ir.FloatingValue) -> ir.FloatingValue:
    """What `times` has over a whole number, from -½ to ½ for 0 to 1."""
    return times - times.floor().cast("float64") - 0.5


def _halved(times: ir.FloatingValue, rest: ir.FloatingValue) -> ir.FloatingValue:
    """2^-times; powers of ½ are exact in every engine."""
    series = reduce(lambda sum_, factor: sum_ * rest + factor, reversed(_SERIES))
    return series * ibis.literal(0.5).pow(times.floor().cast("float64"))
