"""Filters tied to one model's people: each comparison has found the words that it means."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from recommender.expressions.attributes import Attributes
from recommender.expressions.kept import Bound, Marks, Rows
from recommender.expressions.nodes import (
    NUMBERS,
    SETS,
    AllOf,
    Comparison,
    Node,
    Not,
    Operator,
    Pattern,
)

Compare = Callable[[Any, Any], Any]
ORDERS: dict[Operator, Compare] = {
    Operator.BELOW: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.ABOVE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}
EQUALITIES = {Operator.EQUALS, Operator.HAS, Operator.DIFFERS}
LARGEST = float(np.finfo(np.float32).max)


def bound(node: Node, people: Attributes) -> Bound:
    """Tie `node` to `people`. Nodes are at most as deep as `reading.DEEPEST` allows."""
    if isinstance(node, Comparison):
        return _compared(node, people)
    if isinstance(node, Not):
        inner = bound(node.part, people)
        return Bound(lambda rows: ~inner(rows), inner.nbytes)
    parts = [bound(part, people) for part in node.parts]
    join = np.logical_and if isinstance(node, AllOf) else np.logical_or
    return Bound(_joined(join, parts, start=isinstance(node, AllOf)), sum(p.nbytes for p in parts))


def _joined(join: np.ufunc, parts: list[Bound], *, start: bool) -> Callable[[Rows], Marks]:
    def asked(rows: Rows) -> Marks:
        marks = np.full(len(rows), start)
        for part in parts:
            join(marks, part(rows), out=marks)
        return marks

    return asked


def _compared(node: Comparison, people: Attributes) -> Bound:
    if node.field in NUMBERS:
        return _of_number(node, people.level)
    if node.field in SETS:
        return _of_set(node, people)
    return _of_text(node, people)


def _of_number(node: Comparison, values: NDArray[np.float32]) -> Bound:
    if node.value is None:
        return Bound(lambda rows: values[rows] >= 0, 0)
    # Values are held in single precision, so that is where 2.7 equals 2.7.
    wanted = np.float32(np.clip(cast("float", node.value), -LARGEST, LARGEST))
    if node.operator is Operator.DIFFERS:
        return Bound(lambda rows: ~_known_and(operator.eq, values[rows], wanted), 0)
    compare: Compare = ORDERS.get(node.operator, operator.eq)
    return Bound(lambda rows: _known_and(compare, values[rows], wanted), 0)


def _known_and(compare: Compare, found: NDArray[np.float32], wanted: np.float32) -> Marks:
    """Who has a value, and one of which `compare` holds; nan is not >= 0."""
    return cast("Marks", (found >= 0) & compare(found, wanted))


def _of_text(node: Comparison, people: Attributes) -> Bound:
    column = people.text(node.field)
    codes, known = column.codes, list(map(_test(node), column.words))
    # The last place is what -1 finds: nothing matches what is unknown, and so all of it differs.
    table = np.array([*known, False], np.bool_)
    if node.operator is Operator.DIFFERS:
        np.logical_not(table, out=table)
    return Bound(lambda rows: table[codes[rows]], table.nbytes)


def _test(node: Comparison) -> Callable[[str], bool]:
    value = node.value
    if value is None:
        return lambda _: True
    if node.operator in EQUALITIES:
        return cast("Pattern", value).matches
    compare = ORDERS[node.operator]
    return lambda word: bool(compare(word, value))


def _of_set(node: Comparison, people: Attributes) -> Bound:
    starts, codes = people.language_starts, people.language_codes
    pattern = cast("Pattern", node.value)
    table = np.array([pattern.matches_tag(tag.lower()) for tag in people.languages], np.bool_)
    if table.all():  # whoever has any
        return Bound(lambda rows: starts[rows] < starts[np.asarray(rows) + 1], 0)
    return Bound(lambda rows: _any_of(table, starts, codes, rows), table.nbytes)


def _any_of(table: Marks, starts: NDArray[np.int64], codes: NDArray[np.int32], rows: Rows) -> Marks:
    """Which rows have a code that the table marks."""
    first = starts[rows]
    counts = starts[np.asarray(rows) + 1] - first
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    places = np.repeat(first - ends + counts, counts) + np.arange(total)
    marked = np.zeros(total + 1, np.int64)
    np.cumsum(table[codes[places]], out=marked[1:])
    return cast("Marks", marked[ends] > marked[ends - counts])
