"""The grammar of AIP-160, and where a text does not follow it."""

from __future__ import annotations

from typing import Any

from lark import Lark
from lark.exceptions import UnexpectedInput, UnexpectedToken

from recommender.domain.errors import InvalidArgumentError, shorten
from recommender.expressions.nodes import FIELDS

FIELD = "scope.filter"
"""The request field that holds a filter, for errors."""
END = "$END"

# Keywords bind as AIP-160 has it: OR before juxtaposition, juxtaposition before AND. A word that a
# parenthesis follows at once is a call. A minus before a word is NOT, unless a value is due.
GRAMMAR = r"""
start: [expression]
expression: sequence ("AND" sequence)*   -> all_of
sequence: factor+                        -> all_of
factor: term ("OR" term)*                -> any_of
?term: simple | ("NOT" | "-") simple     -> negated
?simple: restriction | "(" expression ")"
restriction: (WORD | STRING | CALL) [OPERATOR (WORD | STRING | CALL | MINUS_WORD)]

OPERATOR: "<=" | "<" | ">=" | ">" | "!=" | "=" | ":"
WORD: /(?!(AND|OR|NOT)(?![^\s()"'=<>!:,\\]))(?!-)[^\s()"'=<>!:,\\]+/
MINUS_WORD: /-[^\s()"'=<>!:,\\]+/
CALL.2: /(?!(AND|OR|NOT)\()(?!-)[^\s()"'=<>!:,\\]+(?=\()/
STRING: /"(\\.|[^"\\])*"|'(\\.|[^'\\])*'/s
%ignore /\s+/
"""
HINT = 'write comparisons such as level >= 3 or organisation != "Acme", joined by AND, OR and NOT'
KNOWN = "there are " + ", ".join(FIELDS)
"""What can be compared, for errors."""


def refusal(message: str, place: int) -> InvalidArgumentError:
    """The error for a fault at `place`, counted from 0."""
    return InvalidArgumentError(FIELD, f"at character {place + 1}: {message}")


def parser(callbacks: Any) -> Lark:
    """A parser that hands what it finds to `callbacks`, from the leaves up; it never recurses."""
    return Lark(GRAMMAR, parser="lalr", transformer=callbacks, maybe_placeholders=True)


def syntax_error(error: UnexpectedInput, text: str) -> InvalidArgumentError:
    """What the caller is told about a text that the grammar does not have."""
    place = error.pos_in_stream or 0
    if isinstance(error, UnexpectedToken):
        if error.token.type == END:
            return refusal(f"the filter ends too early; {_due(error.expected)}", len(text))
        return refusal(f"{_word(text, place)} cannot stand here; {_due(error.expected)}", place)
    if text[place : place + 1] in {'"', "'"}:
        return refusal("this quote is never closed", place)
    return refusal(f"{_word(text, place)} cannot stand here; {HINT}", place)


def _word(text: str, place: int) -> str:
    return repr(shorten(text[place:].split(maxsplit=1)[0], 20))


def _due(expected: set[str]) -> str:
    if "MINUS_WORD" in expected:
        return 'a value is due, such as 3 or "Acme"; values in parentheses are not supported'
    return HINT
