"""Reads filter expressions: grammar, names and types of attributes, and bounds on their size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import cast

from lark import Token
from lark.exceptions import UnexpectedInput

from recommender.domain.errors import InvalidArgumentError, shorten
from recommender.expressions import values
from recommender.expressions.attributes import Attributes
from recommender.expressions.bound import EQUALITIES, bound
from recommender.expressions.grammar import FIELD, HINT, KNOWN, parser, refusal, syntax_error
from recommender.expressions.kept import Bound, Marks, Rows
from recommender.expressions.nodes import (
    FIELDS,
    NUMBERS,
    SETS,
    AllOf,
    AnyOf,
    Comparison,
    Node,
    Not,
    Operator,
)

LONGEST = 1000
"""Bytes of a filter."""
DEEPEST = 32
"""Levels of AND, OR and NOT within each other."""
MOST_COMPARISONS = 100
MOST_KEPT = 512
"""Filters whose reading is kept for the next call."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A filter that was read. text: as the caller wrote it."""

    text: str
    root: Node

    def bind(self, people: Attributes) -> Bound:
        """The filter for these people; found once and kept with them."""
        return people.kept.get(self.text, partial(bound, self.root, people))

    def matches(self, people: Attributes, rows: Rows) -> Marks:
        """Who of the people at `rows`, [k], matches: bool [k]."""
        return self.bind(people)(rows)


def compile_filter(text: str) -> Expression:
    """Read a filter; an empty one matches everybody.

    Raises InvalidArgumentError naming `scope.filter`, the place and the remedy.

    >>> compile_filter('level >= 3 AND languages:"en"').text
    'level >= 3 AND languages:"en"'
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > LONGEST:
        raise InvalidArgumentError(FIELD, f"has {size} bytes, at most {LONGEST} are allowed")
    return _read(text)


@lru_cache(MOST_KEPT)
def _read(text: str) -> Expression:
    try:
        text.encode()
        root: Node = PARSER.parse(text)  # type: ignore[assignment] # the callbacks make nodes
    except UnicodeEncodeError as error:
        raise refusal("half of a surrogate pair is no character", error.start) from None
    except UnexpectedInput as error:
        raise syntax_error(error, text) from None
    _check_size(root)
    return Expression(text, root)


def _check_size(root: Node) -> None:
    comparisons, waiting = 0, [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, Comparison):
            comparisons += 1
            continue
        if depth > DEEPEST:
            raise InvalidArgumentError(FIELD, f"is nested more than {DEEPEST} levels deep")
        parts = (node.part,) if isinstance(node, Not) else node.parts
        waiting.extend((part, depth + 1) for part in parts)
    if comparisons > MOST_COMPARISONS:
        raise InvalidArgumentError(
            FIELD, f"has {comparisons} comparisons, at most {MOST_COMPARISONS} are allowed"
        )


class _Nodes:
    """Makes nodes of what the grammar finds; a method for each of its rules."""

    def start(self, parts: list[Node | None]) -> Node:
        return parts[0] or AllOf(())

    def all_of(self, parts: list[Node]) -> Node:
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def any_of(self, parts: list[Node]) -> Node:
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def negated(self, parts: list[Node]) -> Node:
        return Not(parts[0])

    def restriction(self, tokens: list[Token | None]) -> Node:
        operator, value = tokens[1:]
        name = cast("Token", tokens[0])  # which the grammar always has
        for token in (name, value):
            if token is not None and token.type == "CALL":
                raise refusal(
                    f"there is no function {_said(token)}; put a space before a parenthesis "
                    "that is none of its own",
                    values.at(token),
                )
        if operator is None or value is None:
            raise refusal(f"{_said(name)} is compared with nothing; {HINT}", values.at(name))
        return _comparison(name, operator, value)


def _comparison(name: Token, operator: Token, value: Token) -> Comparison:
    asked = Operator(operator)
    if name.type != "WORD" or name not in FIELDS:
        raise refusal(f"{_said(name)} is no attribute; {KNOWN}", values.at(name))
    if name in NUMBERS:
        present = asked is Operator.HAS and value == "*"
        return Comparison(str(name), asked, None if present else values.number(value))
    if name in SETS and asked is not Operator.HAS:
        raise refusal(f"{name} are several; write {name}:… or NOT {name}:…", values.at(operator))
    if asked in EQUALITIES:
        return Comparison(str(name), asked, values.pattern(value, lower=name in SETS))
    return Comparison(str(name), asked, values.plain(value))


def _said(token: Token) -> str:
    return repr(shorten(str(token), 40))


PARSER = parser(_Nodes())
