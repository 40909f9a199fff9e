"""docs/filters.md: its examples find whom it says, and its bounds are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from recommender.expressions import Attributes, TextColumn, compile_filter
from recommender.expressions.nodes import FIELDS, NUMBERS, SETS, TEXTS
from recommender.expressions.reading import DEEPEST, LONGEST, MOST_COMPARISONS

PAGE = (Path(__file__).parents[2] / "docs" / "filters.md").read_text(encoding="utf-8")


def table(head):
    """The rows of the table that starts with this column, as cells."""
    lines = PAGE.split(f"| {head} |")[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


PERSONS = table("person")
EXAMPLES = [(text.strip("`"), found) for text, found in table("filter")]


def people():
    """The page's people, in columns."""
    names, organisations, roles, levels, spoken, zones = zip(*PERSONS, strict=True)
    tags = [tag.split(", ") if tag else [] for tag in spoken]
    words = sorted({tag for each in tags for tag in each})
    return names, Attributes(
        organisation=column(organisations),
        role=column(roles),
        sector=column([""] * len(names)),
        timezone=column(zones),
        level=np.array([float(level or "nan") for level in levels], np.float32),
        languages=words,
        language_starts=np.cumsum([0, *map(len, tags)], dtype=np.int64),
        language_codes=np.array([words.index(tag) for each in tags for tag in each], np.int32),
    )


def column(values):
    """Texts by code; an empty one is unknown."""
    words = sorted(set(values) - {""})
    return TextColumn(np.array([words.index(v) if v else -1 for v in values], np.int32), words)


@pytest.mark.parametrize(("text", "told"), EXAMPLES, ids=[text for text, _ in EXAMPLES])
def test_an_example_finds_whom_the_page_says(text, told):
    """Over the page's own people."""
    names, attributes = people()
    found = compile_filter(text).matches(attributes, np.arange(len(names)))
    assert (", ".join(np.array(names)[found]) or "nobody") == told


def test_there_are_examples_of_every_attribute_and_the_page_knows_no_other():
    """And the first of them, which has no people to find, can be read."""
    texts = " ".join(text for text, _ in EXAMPLES)
    assert all(re.search(rf"\b{name}\b", texts) for name in FIELDS)
    told = [name for cells in table("attribute") for name in re.findall(r"`(\w+)`", cells[0])]
    assert sorted(told) == sorted(FIELDS) == sorted((*TEXTS, *NUMBERS, *SETS))
    [shown] = re.findall(r"\n    (.*)\n", PAGE)
    compile_filter(shown)


def test_the_bounds_are_those_of_the_code():
    """Bytes, comparisons and levels."""
    assert f"{LONGEST:,} bytes, {MOST_COMPARISONS} comparisons, and {DEEPEST} levels" in PAGE
