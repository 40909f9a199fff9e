"""What one answer took and left out, for those who watch a service. Holds nobody's name."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")


@dataclass(frozen=True, slots=True)
class Tally:
    """Figures of an answer, which the stages of the pipeline put here.

    seconds: by stage. candidates: who was considered, by source; somebody found by several counts
    for each. filtered: who was left out, by the first rule that did.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    candidates: Counter[str] = field(default_factory=Counter)
    filtered: Counter[str] = field(default_factory=Counter)


def timed(
    tally: Tally | None,
    stage: str,
    act: Callable[Arguments, Result],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Result:
    """What `act` gives, with the seconds it took put into the tally, where there is one."""
    if tally is None:
        return act(*args, **kwargs)
    started = time.perf_counter()
    result = act(*args, **kwargs)
    tally.seconds[stage] = tally.seconds.get(stage, 0.0) + time.perf_counter() - started
    return result
