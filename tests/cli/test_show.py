"""Rendering: whatever the host's data holds, the terminal shows it and obeys none of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from recommender.commands.console import plain
from recommender.commands.facts import facts_table
from recommender.domain.answer import (
    Caveat,
    CaveatKind,
    FactorValue,
    Layer,
    ModelInfo,
    Named,
    Network,
    Reason,
    ReasonKind,
    Recommendation,
    Tie,
)
from recommender.domain.config import Dials
from recommender.domain.slate import FACTORS, Kind
from recommender.show import (
    LAYERS,
    TITLES,
    ago,
    bar,
    network_view,
    recommendations_view,
)

NOW = datetime(2025, 6, 1)
INFO = ModelInfo(
    name="m", as_of=NOW, snapshot="s", person_count=2, topic_count=1, tie_count=1,
    candidate_count=1, bytes=1,
)  # fmt: skip
TIE = Tie(
    contact_id="bea", display_name="Bea", layer=Layer.SOCIALITY, strength=0.5, dormant=True,
    sent_count=1, received_count=1, active_days=1, first_contact_at=None, last_contact_at=NOW,
    topics=(Named("t", "Topology"),),
)  # fmt: skip
ONE = Recommendation(
    rank=1, person_id="bea", display_name="Bea", organisation="Elsewhere", score=1.0,
    like_mindedness=0.25, collaboration=0.5, diversity=1.0,
    factors=(FactorValue(0.5, 1.0),) * len(FACTORS),
    reasons=(Reason(kind=ReasonKind.TRENDS, share=1.0, confidence=1.0, text="Because."),),
    tie=TIE, opener="Ask her.", caveat=Caveat(CaveatKind.NEW_HERE, "Little known."),
    introducer=Named("ina", "Ina"),
)  # fmt: skip
NETWORK = Network(
    person_id="ada", display_name="Ada", ties=(TIE, replace(TIE, dormant=False)),
    topics_covered=(Named("t", "Topology"),), topics_missing=(), community_count=1, diversity=0.5,
)  # fmt: skip


def shown(view, width=110):
    """The plain text of a view."""
    console = Console(width=width, record=True, file=StringIO())
    console.print(view)
    return console.export_text()


@pytest.mark.parametrize("width", [50, 80, 110, 200])
@pytest.mark.parametrize("kind", list(Kind))
def test_a_list_fits_any_width(kind, width):
    """No line is longer than the terminal, and all that is said of somebody is there."""
    text = shown(recommendations_view(kind, [ONE], Dials(), INFO), width)
    assert max(map(len, text.splitlines())) <= width
    for words in ("Bea", "Because.", "Ask her.", "Little known.", "Ina could introduce you"):
        assert words in " ".join(text.split())


@pytest.mark.parametrize("kind", list(Kind))
def test_an_empty_list_says_so(kind):
    """Nothing to show is said in words."""
    text = shown(recommendations_view(kind, [], Dials(), INFO))
    assert TITLES[kind] in text
    assert len(text.split()) > len(TITLES[kind].split())


def test_a_network_shows_every_layer_and_the_fading_and_dormant_ties():
    """Layers without ties are named too, and every tie once."""
    fading = replace(TIE, display_name="Fay", dormant=False, fading=True)
    text = shown(network_view(replace(NETWORK, ties=(*NETWORK.ties, fading)), INFO))
    for layer, gloss in LAYERS.items():
        assert f"{gloss} ({layer})" in text
    assert "dormant 1" in text
    assert "fading 1" in text
    assert text.count("Fay") == 1
    assert "Topology" in text


def test_a_long_layer_is_cut_and_says_how_many_more():
    """Only the strongest are listed."""
    many = replace(NETWORK, ties=(replace(TIE, dormant=False),) * 30)
    assert "and 26 more" in shown(network_view(many, INFO, most=4))


def test_names_can_neither_style_nor_steer():
    """Markup is shown as it is, and control characters are taken out."""
    nasty = replace(ONE, display_name="[red]Bea[/red]\x1b[2J\r\n\x07", organisation="[bold]")
    text = shown(recommendations_view(Kind.PEOPLE, [nasty], Dials(), INFO))
    assert "[red]Bea[/red][2J" in text
    assert "[bold]" in text
    assert not set(text) & set("\x1b\r\x07")


def test_bars_are_as_wide_as_asked_for_any_number():
    """Also outside [0, 1] and for what is no number."""
    for share in (-1.0, 0.0, 0.3, 1.0, 7.0, float("nan"), float("inf")):
        assert len(bar(share, 5)) == 5
    assert bar(0.0) < bar(0.5) or bar(0.0) != bar(1.0)


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (1, "1 day"), (13, "13 days"), (14, "2 weeks"), (60, "2 months"), (800, "2 y")],
)
def test_times_are_told_in_the_unit_people_use(days, words):
    """With or without a zone, times are UTC."""
    assert words in ago(NOW - timedelta(days=days), NOW.replace(tzinfo=UTC))


def test_facts_are_shown_by_name():
    """Dataclasses and mappings alike, also nested."""
    text = shown(facts_table("Model", {"info": {"m": INFO}, "whole": True, "none": ()}))
    for words in ("person count", "yes", "none", "2025-06-01"):
        assert words in text


def test_json_has_only_what_json_has():
    """Paths, times, enums, arrays' numbers and NaN become plain values."""

    class Colour(StrEnum):
        RED = "red"

    @dataclass(frozen=True)
    class Thing:
        path: Path
        time: datetime
        numbers: tuple[float, ...]

    thing = Thing(Path("a/b"), NOW, (1.5, float("nan"), np.float32(0.5), np.int64(3)))
    assert plain({Colour.RED: thing}) == {
        "red": {"path": "a/b", "time": "2025-06-01T00:00:00Z", "numbers": [1.5, None, 0.5, 3]}
    }
