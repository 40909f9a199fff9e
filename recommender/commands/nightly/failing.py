"""What to say of a run that failed: what is in force all the same, and what to do."""

from __future__ import annotations

from recommender.commands.nightly import target
from recommender.commands.nightly.document import Document, Failure, State
from recommender.commands.nightly.plan import Plan
from recommender.domain.errors import (
    GateError,
    InputDataError,
    InvalidArgumentError,
    StoreUnavailableError,
)
from recommender.domain.retention import current

AGAIN = "what is done is not done again"
REMEDIES: dict[type[BaseException], str] = {
    InputDataError: "mend the host's data and start again, or, where they are right as they are, "
    "once with --allow-bad or --allow-shrunk",
    InvalidArgumentError: "mend the setting and start again",
    StoreUnavailableError: f"start again once the store answers: {AGAIN}",
    KeyboardInterrupt: f"start again: {AGAIN}",
}
"""What to do, by the kind of what went wrong."""


def failure(plan: Plan, document: Document, error: BaseException) -> Failure:
    """What went wrong, with what is in force and what to do, each in a sentence."""
    broken = (State.FAILED, State.INTERRUPTED)
    at = next((step.name for step in document.steps if step.state in broken), "report")
    return Failure(
        step=at,
        kind=type(error).__name__,
        message=str(error) or type(error).__name__,
        serving=f"{_model(plan, document)}; {_lists(plan)}",
        remedy=_remedy(plan, document, error),
    )


def _remedy(plan: Plan, document: Document, error: BaseException) -> str:
    if isinstance(error, GateError):
        name = document.step("train").facts.get("model")
        return (
            f"{document.step('gate').facts.get('report')} says more; the new model is kept, and "
            f"pln models activate {plan.models} {name} would put it in force all the same"
        )
    usual = f"mend what is said there and start again: {AGAIN}"
    return REMEDIES.get(type(error), usual)


def _model(plan: Plan, document: Document) -> str:
    name = current(plan.models)
    if name is None:
        return "no model is in force yet"
    new = document.step("publish").state in (State.DONE, State.RESUMED)
    return f"model {name} is in force, {'the new one' if new else 'as before'}"


def _lists(plan: Plan) -> str:
    facts = target.facts(plan)
    if facts is None:
        return f"whether there are lists in {plan.lists} cannot be seen now"
    of = facts.get("model")
    if of is None:
        return f"there are no lists in {plan.lists} yet"
    return f"the lists in {plan.lists} are whole, of model {of}"
