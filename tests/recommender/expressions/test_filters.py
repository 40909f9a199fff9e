"""Filter expressions mean what plain Python says they mean, and refuse all else by name."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.errors import InvalidArgumentError
from recommender.expressions import Bound, compile_filter
from recommender.expressions.kept import LEAST_BYTES, Kept
from recommender.expressions.nodes import FIELDS
from recommender.expressions.reading import DEEPEST, LONGEST, MOST_COMPARISONS
from tests.recommender.expressions.reference import attributes, filters, people


@settings(deadline=None, derandomize=True, max_examples=500)
@given(st.lists(people, min_size=1, max_size=6), filters, st.data())
def test_a_filter_finds_whom_plain_python_finds(everybody, made, data):
    """Every comparison, negation and join, for any rows in any order, some of them twice."""
    text, meaning = made
    if len(text.encode()) > LONGEST:
        return
    rows = data.draw(st.lists(st.integers(0, len(everybody) - 1), max_size=8))
    found = compile_filter(text).matches(attributes(everybody), np.array(rows, np.int32))
    assert found.dtype == np.bool_
    assert found.tolist() == [meaning(everybody[row]) for row in rows]


NAMES = [*FIELDS, "AND", "OR", "NOT", "-", "(", ")", *"=<>!:*\"',\\. ", ">=", "en", "3", "x"]


@settings(deadline=None, derandomize=True, max_examples=500)
@given(st.text(max_size=40) | st.lists(st.sampled_from(NAMES), max_size=30).map("".join))
def test_any_text_is_read_or_refused(text):
    """No other error, whatever is in the text."""
    with suppress(InvalidArgumentError):
        compile_filter(text)


@pytest.mark.parametrize(
    "piece", ["(", ")", "NOT (", "-(", '"', "\\", "role:(", "AND ", "((role:a) "]
)
def test_what_is_nested_without_end_is_refused(piece):
    """As long as a filter may be, and no error of the interpreter."""
    with pytest.raises(InvalidArgumentError):
        compile_filter(piece * (LONGEST // len(piece)))


BAD = [
    (
        'organization = "Acme"',
        1,
        "there are organisation, role, sector, level, languages, timezone",
    ),
    ("level >= high", 10, "'high' is not a finite number"),
    ("level = 1e999", 9, "not a finite number"),
    ("level = nan", 9, "not a finite number"),
    ("languages = en", 11, "write languages:… or NOT languages:…"),
    ("languages < en", 11, "languages are several"),
    ("level >= 3 AND near(2)", 16, "no function 'near'"),
    ("role:lead(level>1)", 6, "put a space before a parenthesis"),
    ("Acme", 1, "'Acme' is compared with nothing"),
    ("level > 3 && role:lead", 11, "'&&' is compared with nothing"),
    ("role:", 6, "ends too early"),
    ("(role:lead", 11, "ends too early"),
    ("role:lead)", 10, "')' cannot stand here"),
    ('role:"lead', 6, "never closed"),
    ("role = (lead OR head)", 8, "values in parentheses are not supported"),
    ("role = AND", 8, "a value is due"),
    ('role = "a\\n"', 10, "a backslash is written \\\\"),
    ('role = ""', 8, "NOT attribute:*"),
    ("role = \ud800", 8, "surrogate"),
    ('"role" = x', 1, "is no attribute"),
    ("person.role = x", 1, "'person.role' is no attribute"),
]


@pytest.mark.parametrize(("text", "place", "said"), BAD, ids=[text for text, _, _ in BAD])
def test_a_fault_is_named_with_its_place_and_remedy(text, place, said):
    """Places count characters from 1."""
    with pytest.raises(InvalidArgumentError) as caught:
        compile_filter(text)
    assert caught.value.field == "scope.filter"
    assert str(caught.value).startswith(f"scope.filter: at character {place}: ")
    assert said in str(caught.value)


def test_bounds_are_where_they_are_said_to_be():
    """Bytes, comparisons and levels: the last that is allowed, and the first that is not."""
    for allowed, beyond, said in [
        ("role:" + "é" * ((LONGEST - 5) // 2), "role:" + "é" * (LONGEST // 2), f"most {LONGEST}"),
        ("level>1 " * MOST_COMPARISONS, "level>1 " * (MOST_COMPARISONS + 1), "101 comparisons"),
        (nested(DEEPEST), nested(DEEPEST + 1), f"more than {DEEPEST} levels"),
    ]:
        compile_filter(allowed)
        with pytest.raises(InvalidArgumentError, match=said):
            compile_filter(beyond)


def nested(levels):
    return "NOT (" * levels + "role:a" + ")" * levels


def test_a_text_of_megabytes_is_refused_by_its_length():
    """Before anything else is made of it."""
    with pytest.raises(InvalidArgumentError, match="has 5000000 bytes"):
        compile_filter("role:" * 1_000_000)


def test_what_was_made_for_a_model_is_kept_with_it():
    """A second reading of the same text for the same people makes nothing."""
    someone = dict.fromkeys(FIELDS) | {"languages": ["en"]}
    model = attributes([someone])
    first = compile_filter("languages:en").bind(model)
    assert compile_filter("languages:en").bind(model) is first
    assert compile_filter("languages:en").bind(attributes([someone])) is not first


def test_filters_that_were_not_asked_for_lately_go_first():
    """By their weight; and what weighs more than all may is made and not kept."""
    kept, asked = Kept(4 * LEAST_BYTES), []

    def ask(name, weight=1):
        kept.get(name, lambda: asked.append(name) or Bound(np.asarray, weight * LEAST_BYTES))

    for name in "abcda":
        ask(name)
    assert asked == list("abcd")
    ask("wide", weight=2)  # b and c go, a was asked for last
    for name in "adb":
        ask(name)
    assert asked == [*"abcd", "wide", "b"]
    ask("vast", weight=5)
    assert len(kept) == 3


def test_columns_of_unlike_lengths_are_refused():
    """A mistake of whoever builds them."""
    whole = attributes([dict.fromkeys(FIELDS) | {"languages": []}] * 3)
    parts = {name: getattr(whole, name) for name in FIELDS} | {"level": np.zeros(2, np.float32)}
    with pytest.raises(ValueError, match="columns of"):
        type(whole)(
            **parts,
            language_starts=whole.language_starts,
            language_codes=whole.language_codes,
        )
