"""What time leaves of a weight, to the same bit in every engine.

It is made of +, −, × and ÷ alone, and of powers of ½; each engine has an exp of its own.
"""

from __future__ import annotations

from functools import reduce
from math import factorial, log
from operator import mul

import ibis
import ibis.expr.types as ir

from recommender.domain.tables import HALF_LIVES

DAY_US = 86_400_000_000

_SERIES = tuple(round(2**-0.5 * (-log(2)) ** k / factorial(k), 14) for k in range(10))
"""2^-(t + ½) as a power series of t, within 10^-11 of it for t of -½ to ½. So few digits are the
same number in every engine's SQL."""
_POWERS = {365: (730, 2), 90: (180, 2), 30: (90, 3)}
"""Half-lives at which what is left is a power of that at another: which one, and the exponent."""


def left_after(age_us: ir.IntegerValue) -> dict[int, ir.FloatingValue]:
    """The share that is left after `age_us` >= 0 microseconds, by half-life in days."""
    left: dict[int, ir.FloatingValue] = {}
    for half_life in sorted(HALF_LIVES, reverse=True):
        base, times = _POWERS.get(half_life, (half_life, 1))
        if base == half_life:
            left[base] = halved(age_us.cast("float64") / float(base * DAY_US))
        else:
            left[half_life] = reduce(mul, [left[base]] * times)
    return left


def halved(times: ir.FloatingValue) -> ir.FloatingValue:
    """2^-times, for times >= 0; powers of ½ are exact in every engine."""
    whole = times.floor().cast("float64")
    rest = times - whole - 0.5
    series = reduce(lambda sum_, factor: sum_ * rest + factor, reversed(_SERIES))
    return series * ibis.literal(0.5).pow(whole)
