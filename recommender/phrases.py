"""Reasons and caveats in English: one sentence each, said only of what the evidence shows."""

from __future__ import annotations

from enum import IntEnum
from string import Formatter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.domain.answer import COARSE, CaveatKind, ReasonKind
from recommender.factors.habits import Pace
from recommender.reasons import KINDS

PACES = {
    Pace.HOUR: "an hour",
    Pace.DAY: "a day",
    Pace.FEW_DAYS: "three days",
    Pace.WEEK: "a week",
}
"""How soon an answer comes, in words; what takes longer is no strength."""

BOTH = "You both took part in “{thing}”"

TEMPLATES: dict[ReasonKind | CaveatKind, tuple[str, ...]] = {
    ReasonKind.COMMUNALITY: (
        "Works on {topic}, one of your topics",
        "Works on {topic}, a goal of yours",
    ),
    ReasonKind.ORGANISATION: ("Works at {organisation}, which is strong in your topics",),
    ReasonKind.NETWORK: ("Well connected to people who work on your topics",),
    ReasonKind.REPUTATION: ("Their contributions to your topics are answered more than most",),
    ReasonKind.BENEVOLENCE: (
        "More likely than most to answer those who write to them",
        *(
            f"Answers most of those who write to them, usually within {soon}"
            for soon in PACES.values()
        ),
    ),
    ReasonKind.LIKE_MINDEDNESS: ("You turn to the same people, more than your topics suggest",),
    ReasonKind.COLLABORATION: ("Each of you has skills that the other is looking for",),
    ReasonKind.LEARNING: ("Ahead of you in {topic}, and not too far to learn from",),
    ReasonKind.TRENDS: ("Works on those of your topics that are on the rise",),
    ReasonKind.SHARED_CONTACTS: (
        "You have {count} contact in common",
        "You have {count} contacts in common",
        f"You have {COARSE}+ contacts in common",
    ),
    ReasonKind.SIMILAR_NETWORK: ("People whose network is like yours turn to them",),
    ReasonKind.SHARED_OBJECTS: (
        BOTH,
        f"{BOTH} on {{topic}}",
        f"{BOTH} and {{further}} more",
        f"{BOTH} on {{topic}} and {{further}} more",
        f"{BOTH} and {{alike}} more",
        f"{BOTH} and {{alike}} more on {{topic}}",
        f"{BOTH} and {{alike}} more, {{count}} in all",
        f"{BOTH} and {{alike}} more on {{topic}}, {{count}} in all",
    ),
    ReasonKind.ACTIVE_IN_TOPICS: (
        "Active lately in {topic}",
        "Active lately in {count} of your topics, {topic} among them",
    ),
    ReasonKind.SIMILAR_INTERESTS: ("A mix of interests like yours; works on {topic}",),
    ReasonKind.NETWORK_WALK: ("Close to you in the network of who is in contact with whom",),
    ReasonKind.TURNED_TO_BY_CONTACTS: ("People you have turned to turn to them",),
    ReasonKind.ADDRESSED_IN_TOPICS: ("Others turn to them about your topics",),
    ReasonKind.ACTIVE_LATELY: ("Among the most active people of the last weeks",),
    ReasonKind.NEAR_TOPICS: ("At home in {topic}, which is close to your topics",),
    ReasonKind.GOAL_MATCHES: ("Knows {topic}, which you want to learn",),
    ReasonKind.SIMILAR_TITLES: ("Takes part where much the same is talked about",),
    ReasonKind.NEWCOMERS: ("New here, with topics like yours",),
    ReasonKind.BRIDGES: ("Works on {topic} in a part of the network where you have no contact",),
    ReasonKind.PAST_TIE: (
        "You were in contact {count} time, last in {month}",
        "You were in contact {count} times, last in {month}",
        "You were in contact {count} time, mostly about {topic}, last in {month}",
        "You were in contact {count} times, mostly about {topic}, last in {month}",
    ),
    CaveatKind.AWAY: ("Not seen active for {count} weeks",),
    CaveatKind.RARELY_ANSWERS: ("Rarely answers those who write to them",),
    CaveatKind.SELDOM_AGREE: ("You seldom agree; that may be the point",),
    CaveatKind.NEW_HERE: ("New here: little is known of them yet",),
}
"""The sentences of every kind of reason and caveat, without a full stop.

`wording.variant` says which is meant. {further}: all that are counted but one; {alike}: those of
them that are about the topic, but one.
"""

SAID = (*KINDS, *CaveatKind)
"""What the numbers of kinds in `sentences` stand for: those of reasons, then caveats."""


MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


class Piece(IntEnum):
    """What sentences are made of."""

    LITERAL = 0
    TOPIC = 1
    THING = 2
    ORGANISATION = 3
    COUNT = 4
    FURTHER = 5
    ALIKE = 6
    MONTH = 7


class Templates(NamedTuple):
    """Sentences in pieces.

    text: of all literals. pieces: int64 [p, 3], what it is (`Piece`), and of a literal where it
    starts and ends. Template t has the pieces ends[t]:ends[t + 1]; kind k the templates from
    first[k] on. months, month_ends: names of the months.
    """

    text: NDArray[np.uint8]
    pieces: NDArray[np.int64]
    ends: NDArray[np.int64]
    first: NDArray[np.int64]
    months: NDArray[np.uint8]
    month_ends: NDArray[np.int64]


def _templates() -> Templates:
    """`TEMPLATES` in pieces, in the order of `SAID`."""
    text, pieces, ends, first = b"", list[tuple[int, int, int]](), [0], [0]
    for kind in SAID:
        for template in TEMPLATES[kind]:
            for literal, name, *_ in Formatter().parse(template):
                if literal:
                    pieces.append((Piece.LITERAL, len(text), len(text) + len(literal.encode())))
                    text += literal.encode()
                if name:
                    pieces.append((Piece[name.upper()], 0, 0))
            ends.append(len(pieces))
        first.append(len(ends) - 1)
    names = [month.encode() for month in MONTHS]
    return Templates(
        text=np.frombuffer(text, np.uint8),
        pieces=np.array(pieces, np.int64),
        ends=np.array(ends, np.int64),
        first=np.array(first, np.int64),
        months=np.frombuffer(b"".join(names), np.uint8),
        month_ends=np.cumsum([0, *map(len, names)], dtype=np.int64),
    )


WORDS = _templates()
"""The sentences as compiled loops read them."""


def plural(count: int, noun: str) -> str:
    """Count and noun.

    >>> plural(1, "time"), plural(2, "time")
    ('1 time', '2 times')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
