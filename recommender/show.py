"""Renders answers for people: lists with reasons, networks by layer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from recommender.domain.answer import Layer, ModelInfo, Named, Network, Recommendation, Tie
from recommender.domain.config import Dials
from recommender.domain.slate import HEADLINES, Kind

TITLES = {
    Kind.PEOPLE: "People to get to know",
    Kind.REACTIVATION: "Ties to pick up again",
    Kind.MAINTENANCE: "Ties to take care of",
}
LAYERS = {
    Layer.COMMUNALITY: "strong",
    Layer.SOCIALITY: "weak",
    Layer.CONNECTIVITY: "very weak",
}
_COLOURS = dict(zip(HEADLINES, ("cyan", "green", "magenta"), strict=True))
_WORDS = dict(zip(HEADLINES, ("like-minded", "collaboration", "diversity"), strict=True))
_BAR = 6
_WIDE = 78
"""Columns from which a list is set in columns."""
_NO_MARK = "—"
_NOBODY = {
    Kind.PEOPLE: "Nobody to suggest yet.",
    Kind.REACTIVATION: "No tie has gone quiet for long.",
    Kind.MAINTENANCE: "No tie is fading.",
}


def recommendations_view(
    kind: Kind, found: Sequence[Recommendation], dials: Dials, info: ModelInfo
) -> RenderableType:
    """A list of people with scores and reasons, and under it the dials that shaped it."""
    if not found:
        return section(TITLES[kind], Text(_NOBODY[kind], style="dim"))
    return section(TITLES[kind], _People(found, info.as_of), _dials_line(dials, info))


@dataclass(frozen=True, slots=True)
class _People:
    """Rows of people: in columns where the terminal is wide, else one below the other."""

    found: Sequence[Recommendation]
    as_of: datetime

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        wide = options.max_width >= _WIDE
        table = Table(box=box.SIMPLE_HEAD, show_header=wide, expand=True, pad_edge=False)
        table.add_column("#", justify="right", style="dim", no_wrap=True)
        table.add_column("Who", ratio=3)
        if wide:
            table.add_column("Scores", no_wrap=True)
            table.add_column("Why", ratio=6)
        for place, one in enumerate(self.found):
            if place:
                table.add_row()
            cells = _who(one, self.as_of), _scores(one), _why(one)
            table.add_row(str(one.rank), *(cells if wide else [Group(*cells)]))
        yield table


def network_view(network: Network, info: ModelInfo, most: int = 6) -> RenderableType:
    """A network by layer, at most `most` ties of each; fading and dormant ones; what it lacks."""
    live = [tie for tie in network.ties if not (tie.fading or tie.dormant)]
    fading = [tie for tie in network.ties if tie.fading]
    dormant = [tie for tie in network.ties if tie.dormant]
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("Layer", no_wrap=True)
    table.add_column("Contact", ratio=3)
    table.add_column("Strength", no_wrap=True)
    table.add_column("Last contact", no_wrap=True)
    table.add_column("About", ratio=4)
    groups = [
        (LAYERS[layer], f" ({layer})", [t for t in live if t.layer is layer]) for layer in Layer
    ]
    for name, gloss, ties in [*groups, ("fading", "", fading), ("dormant", "", dormant)]:
        label = Text(name, style="bold").append(f"{gloss} {len(ties)}", style="not bold dim")
        _add_group(table, label, ties, most=most, as_of=info.as_of)
    name = clean(network.display_name) or clean(network.person_id)
    return section(f"The network of {name}", table, _coverage(network))


def clean(text: str) -> str:
    r"""Text from a host's data without what could steer a terminal.

    >>> clean("Ada\x1b[31m Lovelace\n")
    'Ada[31m Lovelace'
    """
    return "".join(letter for letter in text if letter.isprintable())


def bar(share: float, width: int = _BAR) -> str:
    """A small bar for a share in [0, 1]; values outside are cut to it.

    >>> bar(0.5, width=4)
    '━━╌╌'
    """
    full = round(min(max(share, 0.0), 1.0) * width) if share == share else 0  # noqa: PLR0124 (NaN)
    return "━" * full + "╌" * (width - full)


def ago(then: datetime | None, now: datetime) -> str:
    """How long before `now`, in the unit a person would use.

    >>> ago(datetime(2025, 1, 1), datetime(2025, 3, 30))
    '3 months ago'
    """
    if then is None:
        return _NO_MARK
    days = (in_utc(now) - in_utc(then)).days
    for size, unit in ((365, "year"), (30, "month"), (7, "week"), (1, "day")):
        if days >= 2 * size or (size == 1 and days == 1):
            count = round(days / size)
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "today"


def section(title: str, *parts: RenderableType) -> RenderableType:
    """Parts under a title."""
    head = Text(clean(title), style="bold")
    return Padding(Group(head, *parts), (1, 1, 0, 1))


def _who(one: Recommendation, as_of: datetime) -> Text:
    """Name, organisation, and for a tie what it was."""
    text = Text(clean(one.display_name) or clean(one.person_id), style="bold")
    if one.organisation:
        text.append(f"\n{clean(one.organisation)}", style="not bold")
    text.append(f"\n{clean(one.person_id)}", style="not bold dim")
    if one.tie is not None:
        last = ago(one.tie.last_contact_at, as_of)
        text.append(f"\n{LAYERS[one.tie.layer]} tie, last contact {last}", style="not bold yellow")
    return text


def _scores(one: Recommendation) -> Text:
    """The three headline scores, a bar each."""
    text = Text()
    for name in HEADLINES:
        value = getattr(one, name)
        text.append(f"{_WORDS[name]:<13} ", style="dim")
        text.append(bar(value), style=_COLOURS[name])
        text.append(f" {value:.2f}\n")
    text.rstrip()
    return text


def _why(one: Recommendation) -> Text:
    """The reasons, a sentence each, a caveat, who could introduce them, and the opener."""
    text = Text("\n").join(Text(f"• {clean(reason.text)}") for reason in one.reasons)
    if one.caveat is not None:
        text.append(f"\n! {clean(one.caveat.text)}", style="yellow")
    if one.introducer is not None:
        name = clean(one.introducer.label) or clean(one.introducer.id)
        text.append(f"\n→ {name} could introduce you", style="italic cyan")
    if one.opener:
        text.append(f"\n→ {clean(one.opener)}", style="italic cyan")
    return text


def _dials_line(dials: Dials, info: ModelInfo) -> Text:
    shares = zip(HEADLINES, dials.shares(), strict=True)
    parts = " · ".join(f"{_WORDS[name]} {share:.0%}" for name, share in shares)
    return Text(f"dials: {parts} · model {info.name}, as of {info.as_of:%Y-%m-%d}", style="dim")


def _add_group(
    table: Table, label: Text, ties: Sequence[Tie], *, most: int, as_of: datetime
) -> None:
    """A layer's ties, the strongest first, and how many more there are."""
    if not ties:
        table.add_row(label, Text("none", style="dim"), "", "", "")
    for place, tie in enumerate(ties[:most]):
        table.add_row(
            label if place == 0 else "",
            Text(clean(tie.display_name) or clean(tie.contact_id)),
            Text(bar(tie.strength), style="green"),
            ago(tie.last_contact_at, as_of),
            _names(tie.topics),
        )
    if len(ties) > most:
        table.add_row("", Text(f"and {len(ties) - most} more", style="dim"), "", "", "")
    table.add_section()


def _coverage(network: Network) -> Text:
    text = Text()
    for label, names in (
        ("covers ", network.topics_covered),
        ("lacks  ", network.topics_missing),
    ):
        text.append(label, style="dim").append(_names(names[:6]) or Text("nothing"))
        text.append("\n")
    text.append("spread ", style="dim").append(bar(network.diversity), style="magenta")
    plural = "y" if network.community_count == 1 else "ies"
    text.append(f" {network.diversity:.2f} over {network.community_count} communit{plural}")
    return text


def _names(named: Iterable[Named]) -> Text:
    return Text(", ".join(clean(one.label or one.id) for one in named))


def in_utc(time: datetime) -> datetime:
    """The same time with its zone; without one it is UTC."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)
