"""Filters made up at random, with what they mean told by plain Python over plain people."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from recommender.expressions import Attributes, TextColumn
from recommender.expressions.nodes import TEXTS

Person = dict[str, Any]
Meaning = Callable[[Person], bool]
Made = tuple[str, Meaning]
"""A piece of a filter as text, and who matches it."""

ORDERS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
WORDS = (
    "Acme",
    "acme",
    "Ac",
    "me",
    "A*e",
    "*",
    'a "b"',
    "it's",
    "back\\slash",
    "AND",
    "é\0",
    "(x)",
)
TAGS = ("en", "EN-gb", "enm", "de-CH", "de")
LEVELS = (0.0, 1.5, 2.7, 4.0)
WRITTEN = {"0": 0.0, "1.5": 1.5, "2.70": 2.7, "4e0": 4.0, "-1": -1.0, '"1.5"': 1.5, "1e30": 1e30}

people = st.fixed_dictionaries(
    {
        **{name: st.none() | st.sampled_from(WORDS) for name in TEXTS},
        "level": st.none() | st.sampled_from(LEVELS),
        "languages": st.lists(st.sampled_from(TAGS), max_size=3),
    }
)


def attributes(everybody: list[Person]) -> Attributes:
    """The same people in columns."""
    sizes = [len(person["languages"]) for person in everybody]
    spoken = [tag for person in everybody for tag in person["languages"]]
    return Attributes(
        **{name: _column([person[name] for person in everybody]) for name in TEXTS},
        level=np.array(
            [_level(person, place) for place, person in enumerate(everybody)],
            np.float32,
        ),
        languages=TAGS,
        language_starts=np.cumsum([0, *sizes], dtype=np.int64),
        language_codes=np.array([TAGS.index(tag) for tag in spoken], np.int32),
    )


def _level(person: Person, place: int) -> float:
    """The person's level; unknown is said in both ways there are."""
    return person["level"] if person["level"] is not None else (np.nan, -1)[place % 2]


def _column(values: list[str | None]) -> TextColumn:
    codes = [-1 if value is None else WORDS.index(value) for value in values]
    return TextColumn(np.array(codes, np.int32), WORDS)


def quoted(text: str, quote: str) -> str:
    """`text` as a string that means just that."""
    for special in ("\\", "*", quote):
        text = text.replace(special, "\\" + special)
    return quote + text + quote


@st.composite
def texts(draw: st.DrawFn) -> Made:
    name = draw(st.sampled_from(TEXTS))
    word, quote = draw(st.sampled_from(WORDS)), draw(st.sampled_from("'\""))
    sign = draw(st.sampled_from([*ORDERS, "=", ":", "!="]))
    if sign in ORDERS:
        return (
            f"{name} {sign} {quoted(word, quote)}",
            lambda one: one[name] is not None and ORDERS[sign](one[name], word),
        )
    before, after = draw(st.booleans()), draw(st.booleans())
    written = quoted(word, quote)
    written = quote + "*" * before + written[1:-1] + "*" * after + quote

    def found(one: Person) -> bool:
        value = one[name]
        if value is None:
            return False
        places = [i for i in range(len(value)) if value[i : i + len(word)] == word]
        places = places if before else [i for i in places if i == 0]
        places = places if after else [i for i in places if i + len(word) == len(value)]
        return bool(places)

    return f"{name}{sign}{written}", (lambda one: not found(one)) if sign == "!=" else found


@st.composite
def levels(draw: st.DrawFn) -> Made:
    sign, written = (
        draw(st.sampled_from([*ORDERS, "=", ":", "!="])),
        draw(st.sampled_from([*WRITTEN])),
    )
    wanted = WRITTEN[written]

    def found(one: Person) -> bool:
        if one["level"] is None:
            return sign == "!="
        if sign == "!=":
            return one["level"] != wanted
        return ORDERS.get(sign, operator.eq)(one["level"], wanted)

    return f"level {sign} {written}", found


@st.composite
def languages(draw: st.DrawFn) -> Made:
    wanted = draw(st.sampled_from([*TAGS, "En", "fr", "de-ch-1996"]))
    parts = wanted.lower().split("-")

    def found(one: Person) -> bool:
        return any(tag.lower().split("-")[: len(parts)] == parts for tag in one["languages"])

    return f"languages:{wanted}", found


@st.composite
def presences(draw: st.DrawFn) -> Made:
    name = draw(st.sampled_from([*TEXTS, "level", "languages"]))
    return f"{name}:*", lambda one: one[name] not in (None, [])


def joined(inner: st.SearchStrategy[Made]) -> st.SearchStrategy[Made]:
    """Terms joined by all that AIP-160 has, with its own precedence: no parentheses but around."""

    def parts(one: st.SearchStrategy[Made]) -> st.SearchStrategy[list[Made]]:
        return st.lists(one, min_size=1, max_size=3)

    term = st.tuples(st.sampled_from(["", "", "-", "NOT "]), inner).map(_term)
    factor = parts(term).map(lambda made: (" OR ".join(t for t, _ in made), _meaning(any, made)))
    sequence = parts(factor).map(lambda made: (" ".join(t for t, _ in made), _meaning(all, made)))
    return parts(sequence).map(
        lambda made: ("(" + " AND ".join(t for t, _ in made) + ")", _meaning(all, made))
    )


def _term(drawn: tuple[str, Made]) -> Made:
    sign, (text, meaning) = drawn
    return sign + text, (lambda one: not meaning(one)) if sign else meaning


def _meaning(over: Callable[..., bool], made: list[Made]) -> Meaning:
    return lambda one: over(meaning(one) for _, meaning in made)


comparisons = texts() | levels() | languages() | presences()
filters = st.recursive(comparisons, joined, max_leaves=12)
