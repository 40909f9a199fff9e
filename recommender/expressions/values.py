"""Values as they are written in a filter: quoted or bare, with `*` at the ends, or numbers."""

from __future__ import annotations

import math
import re

from lark import Token

from recommender.domain.errors import shorten
from recommender.expressions.grammar import refusal
from recommender.expressions.nodes import Pattern

ESCAPED = "\"'\\*"
"""What may follow a backslash within quotes; it then stands for itself."""
NUMBER = re.compile(r"-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")

Marked = list[tuple[str, bool]]
"""The characters of a value, each with whether a backslash made it plain."""


def pattern(token: Token, *, lower: bool) -> Pattern:
    """The text to find; a plain `*` at an end leaves that end open. lower: in lower case."""
    marks = _marked(token)
    open_start = marks[:1] == [("*", False)]
    marks = marks[1:] if open_start else marks
    open_end = marks[-1:] == [("*", False)]
    marks = marks[:-1] if open_end else marks
    found = "".join(character for character, _ in marks)
    if not (found or open_start or open_end):
        raise refusal("the value is empty; whoever has none is found by NOT attribute:*", at(token))
    if open_start and not found:
        open_end = True  # a lone star: anything
    return Pattern(text=found.lower() if lower else found, open_start=open_start, open_end=open_end)


def plain(token: Token) -> str:
    """The text as it is; `*` is a character like any other."""
    return "".join(character for character, _ in _marked(token))


def number(token: Token) -> float:
    """The number, finite. Also in quotes, as AIP-160 has it."""
    text = plain(token)
    if not NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise refusal(f"{shorten(text, 20)!r} is not a finite number such as 3 or 2.5", at(token))
    return float(text)


def at(token: Token) -> int:
    """Where a token starts, counted from 0."""
    return token.start_pos or 0


def _marked(token: Token) -> Marked:
    if token.type != "STRING":
        return [(character, False) for character in token]
    found: Marked = []
    characters = enumerate(token[1:-1], at(token) + 1)
    for place, character in characters:
        if character != "\\":
            found.append((character, False))
            continue
        _, escaped = next(characters)  # the grammar ends no string with a lone backslash
        if escaped not in ESCAPED:
            raise refusal(f"\\{escaped} means nothing; a backslash is written \\\\", place)
        found.append((escaped, True))
    return found
