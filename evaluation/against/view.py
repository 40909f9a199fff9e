"""A comparison of two models, for people."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from evaluation.against.base import (
    Against,
    Changed,
    Exposure,
    ListsCompared,
    Measured,
    Named,
    Outcome,
    Overlap,
    Person,
)
from evaluation.document import Estimate
from evaluation.doubt import BETTER, WORSE
from recommender.show import TITLES, clean, section

SHOWN = 5
"""People named in a table."""

NOTHING = "–"

_BETTER = {BETTER: "B is better", WORSE: "B is worse"}
_MORE = {BETTER: "more with B", WORSE: "less with B"}
"""A verdict on what came true, and on what lists are like, of which more is not always better."""


def lines(against: Against) -> list[str]:
    """What the comparison comes to, a sentence each."""
    asked = f"{against.asked:,} of the {against.known_to_both:,} people whom both models know"
    others = f"{against.only_b:,} are known only to B, {against.only_a:,} only to A"
    said = [f"{asked} were asked; {others}.", *_time_line(against)]
    for compared in against.lists:
        said += [_overlap_line(compared), _outcome_line(compared)]
    return said


def against_view(against: Against) -> list[RenderableType]:
    """The sentences, then the figures of each kind of list."""
    head = Text("\n").join([_model("A", against.a), _model("B", against.b), Text("")])
    verdict = Text("\n").join(Text(line) for line in lines(against))
    views: list[RenderableType] = [section("Two models for the same people", head, verdict)]
    for compared in against.lists:
        if compared.overlap.people:
            views += _lists_view(compared)
    return views


def _lists_view(compared: ListsCompared) -> list[RenderableType]:
    title = f"{TITLES[compared.kind]}, first {compared.depth}"
    views = [
        section(title, _overlap_table(compared)),
        section("What the lists are like", _metrics_table(compared.metrics)),
    ]
    if compared.overlap.identical.value == 1:
        return views
    views += [
        section("Who is seen", _groups_table(compared.exposure), _exposure_line(compared.exposure)),
        _people_view("Seen more and less (exposure)", compared.exposure),
        section("Whose lists changed most", _changed_table(compared.most_changed)),
    ]
    if compared.outcome:
        title = f"Whose lists came true ({compared.outcome.measured.metric})"
        views.append(_people_view(title, compared.outcome))
    return views


def _time_line(against: Against) -> list[str]:
    """A warning where one model had more to go by."""
    days = (against.b.as_of - against.a.as_of).days
    if days == 0:
        return []
    later, earlier = ("B", "A") if days > 0 else ("A", "B")
    known = f"{later} looks back from {abs(days):,} days later and knows what happened meanwhile"
    meant = f"what people would be shown, and not how well {later} and {earlier} were made"
    return [f"{known}: this compares {meant}."]


def _overlap_line(compared: ListsCompared) -> str:
    overlap, title = compared.overlap, TITLES[compared.kind]
    if not overlap.people:
        return f"{title}: neither model lists anybody."
    return (
        f"{title}: of {overlap.people:,} people {_percent(overlap.identical.value)} see the same "
        f"list, {_percent(overlap.first_changed.value)} another name first; the lists share "
        f"{_percent(overlap.jaccard.value)} of their names, and "
        f"{_percent(compared.exposure.moved)} of all exposure goes to other people."
    )


def _outcome_line(compared: ListsCompared) -> str:
    outcome, title = compared.outcome, TITLES[compared.kind]
    if outcome is None:
        return f"{title}: which lists are right cannot be told, as no later answer is known."
    measured = outcome.measured
    words = _BETTER.get(measured.verdict, measured.verdict)
    difference = measured.paired.difference
    doubt = f"{words}: {_figure(difference, '+.3f')}, 95 % {_interval(difference)}"
    return (
        f"{title}: by what {outcome.people:,} people did later, {measured.metric} is "
        f"{_figure(measured.a)} with A and {_figure(measured.b)} with B ({doubt}); "
        f"{outcome.better:,} gain, {outcome.worse:,} lose, {outcome.same:,} see no difference."
    )


def _overlap_table(compared: ListsCompared) -> Table:
    table = _table(
        "Contacts of the asker", "people", "Jaccard", "RBO", "first changed", "same list"
    )
    rows: dict[str, Overlap] = {"all": compared.overlap, **compared.by_contacts}
    for name, one in rows.items():
        alike = (one.jaccard, one.rbo)
        shares = (one.first_changed, one.identical)
        table.add_row(
            name, f"{one.people:,}", *map(_with_doubt, alike), *(_percent(s.value) for s in shares)
        )
    return table


def _metrics_table(measured: Sequence[Measured]) -> Table:
    table = _table("", "A", "B", "B - A", "95 %", "")
    for one in measured:
        difference = one.paired.difference
        table.add_row(
            one.metric,
            _figure(one.a),
            _figure(one.b),
            _figure(difference, "+.3f"),
            _interval(difference),
            _MORE.get(one.verdict, one.verdict),
        )
    return table


def _groups_table(exposure: Exposure) -> Table:
    table = _table("Share of exposure", "", "people", "A", "B", "B - A")
    before = ""
    for group in exposure.groups:
        label = "" if group.grouping == before else group.grouping
        change = f"{round((group.b - group.a) * 100, 1) + 0:+.1f} points"
        shares = (_percent(share) for share in (group.a, group.b))
        table.add_row(label, clean(group.name), f"{group.people:,}", *shares, change)
        before = group.grouping
    return table


def _exposure_line(exposure: Exposure) -> Text:
    text = f"Gini of exposure: A {exposure.gini_a:.3f}, B {exposure.gini_b:.3f}"
    return Text(text, style="dim")


def _people_view(title: str, told: Exposure | Outcome) -> RenderableType:
    """Those who gain most, and who lose most."""
    table = _table("", "who", "A", "B")
    for label, people in (("gain", told.gainers), ("lose", told.losers)):
        for place, one in enumerate(people[:SHOWN]):
            head = label if place == 0 else ""
            table.add_row(head, _who(one), f"{one.a:.2f}", f"{one.b:.2f}")
    return section(title, table if table.rows else Text("nobody", style="dim"))


def _changed_table(changed: Sequence[Changed]) -> RenderableType:
    if not changed:
        return Text("nobody's", style="dim")
    table = _table("who", "contacts", "Jaccard", "RBO")
    for one in changed[:SHOWN]:
        table.add_row(_who(one), f"{one.contacts:,}", f"{one.jaccard:.2f}", f"{one.rbo:.2f}")
    return table


def _table(*columns: str) -> Table:
    """Names at the left, figures at the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(columns):
        left = place == 0 or name in {"", "who"}
        table.add_column(name, justify="left" if left else "right", overflow="fold")
    return table


def _model(letter: str, model: Named) -> Text:
    text = Text(f"{letter}  ", style="bold").append(clean(model.name) or "a model in memory")
    return text.append(f", as of {model.as_of:%Y-%m-%d}", style="dim")


def _who(one: Person | Changed) -> str:
    name, person_id = clean(one.name), clean(one.person_id)
    return f"{name} ({person_id})" if name and name != person_id else person_id


def _figure(estimate: Estimate, form: str = ".3f") -> str:
    return NOTHING if estimate.value is None else format(estimate.value, form)


def _interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return NOTHING
    return f"{estimate.low:+.3f} to {estimate.high:+.3f}"


def _with_doubt(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return _figure(estimate, ".2f")
    return f"{_figure(estimate, '.2f')} [{estimate.low:.2f}, {estimate.high:.2f}]"


def _percent(share: float | None) -> str:
    """A share in [0, 1].

    >>> _percent(0.125), _percent(None)
    ('12.5 %', '–')
    """
    return NOTHING if share is None or share != share else f"{share:.1%}".replace("%", " %")  # noqa: PLR0124 (NaN)
