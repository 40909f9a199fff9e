"""Holding an evaluation against a gate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from evaluation.document import Comparison, Document, Estimate
from evaluation.doubt import FEW, WORSE
from evaluation.gate.base import REASONS, Bounds, Finding, Gate, hint
from evaluation.systems import Family
from recommender.domain.errors import GateError, InvalidArgumentError, shorten


def judge_gate(gate: Gate, document: Document, current: Iterable[Comparison]) -> list[Finding]:
    """Hold the evaluation of a candidate, `document`, against the gate, in the gate's order.

    current: comparisons of the candidate with the model in force, pooled over cutoffs; none where
    there is no such model. What could not be measured does not reach a bound, but is not worse
    than anything either.

    Raises InvalidArgumentError for a metric that the evaluation does not have.
    """
    figures = _figures(document)
    for name in (*gate.floors.limits, *gate.ceilings.limits, *gate.not_worse):
        _require_known(name, figures, gate.path)
    rivals = {f"{one.task}.{one.metric}": one for one in current if not one.cutoff}
    floors, ceilings = gate.floors, gate.ceilings
    return [
        *(_bound(name, figures, limit, floors, 1) for name, limit in floors.limits.items()),
        *(_bound(name, figures, limit, ceilings, -1) for name, limit in ceilings.limits.items()),
        *(_not_worse(name, rivals.get(name), gate.tolerance) for name in gate.not_worse),
    ]


def enforce(findings: Sequence[Finding]) -> None:
    """Let the model pass, or raise GateError, which says every demand that it falls short of."""
    failed = [finding.sentence for finding in findings if not finding.passed]
    if failed:
        count = f"{len(failed)} of {len(findings)} demands"
        raise GateError(f"the gate stays shut, {count} not met: {'; '.join(failed)}")


def _bound(
    name: str, figures: Mapping[str, Estimate], limit: float, bounds: Bounds, sign: int
) -> Finding:
    """Whether a figure is at least (sign 1) or at most (sign -1) `limit`."""
    figure = figures.get(name)
    required = f"at {'least' if sign > 0 else 'most'} {limit:g}"
    if bounds.beyond_doubt:
        required += " beyond doubt"
    if figure is None or figure.value is None:
        state, passed = "has no value, for nobody could be judged", False
    elif figure.people < FEW:
        state, passed = f"is {_said(figure)}, and fewer than {FEW} show nothing", False
    else:
        end = figure.low if sign > 0 else figure.high
        judged = end if bounds.beyond_doubt else figure.value
        state, passed = f"is {_said(figure)}", judged is not None and sign * (judged - limit) >= 0
    return Finding(
        name=name,
        required=required,
        measured=figure,
        passed=passed,
        sentence=f"{name} {state}; {required} is required",
    )


def _not_worse(name: str, rival: Comparison | None, tolerance: float) -> Finding:
    """Whether the candidate is not worse than the model in force by more than `tolerance`."""
    required = "not worse than the model in force"
    if tolerance:
        required += f" by more than {tolerance:.1%}"
    if rival is None:
        state, passed = "cannot be compared with the model in force", True
    else:
        state = f"is {_said(rival.ratio)} times that of the model in force ({rival.verdict})"
        passed = not (rival.verdict == WORSE and _beyond(rival.ratio, tolerance))
    return Finding(
        name=name,
        required=required,
        measured=rival.ratio if rival else None,
        passed=passed,
        sentence=f"{name} {state}; {required} is required",
    )


def _beyond(ratio: Estimate, tolerance: float) -> bool:
    """Whether the interval of a ratio that is worse lies beyond what is tolerated.

    Where less is better, worse is a ratio above 1; a ratio to 0 is beyond everything.
    """
    if ratio.value is None or ratio.low is None or ratio.high is None:
        return True
    return ratio.high < 1 - tolerance if ratio.value < 1 else ratio.low > 1 + tolerance


def _said(figure: Estimate) -> str:
    """A figure with its interval, and of how many people.

    >>> _said(Estimate(value=0.12345, low=0.1, high=0.15, people=40))
    '0.1235 [0.1, 0.15] (40 people)'
    """
    value = "undefined" if figure.value is None else f"{figure.value:.4g}"
    doubt = ""
    if figure.low is not None and figure.high is not None:
        doubt = f" [{figure.low:.4g}, {figure.high:.4g}]"
    return f"{value}{doubt} ({figure.people} people)"


def _figures(document: Document) -> dict[str, Estimate]:
    """Our pooled figures by the names that a gate uses."""
    figures = {f"{REASONS}.{name}": value for name, value in document.reasons.items()}
    for task in document.tasks:
        for row in task.rows:
            if row.family == Family.OURS:
                figures |= {f"{task.task}.{name}": value for name, value in row.metrics.items()}
    return figures


def _require_known(name: str, figures: Mapping[str, Estimate], path: Path) -> None:
    """Refuse a metric that its task has not; where the task has none, nobody could be judged."""
    family = name.partition(".")[0]
    there = [known for known in figures if known.startswith(f"{family}.")]
    if there and name not in figures:
        raise InvalidArgumentError(
            shorten(name), f"no such metric (set in {path}){hint(name, there)}"
        )
