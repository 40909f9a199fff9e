"""String tables: the bridge between what callers say and rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.ids import StringTable

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(st.sets(words, max_size=30))
def test_a_sorted_table_finds_every_string_at_its_row(strings):
    """Looking a string up and reading its row are inverse, for any UTF-8."""
    ordered = sorted(strings, key=str.encode)
    table = StringTable.of(ordered)
    assert len(table) == len(ordered)
    assert [table.row(string) for string in ordered] == list(range(len(ordered)))
    assert table.take(range(len(ordered))) == ordered


@given(st.sets(words, max_size=30), words)
def test_a_string_that_is_not_there_has_no_row(strings, other):
    """Absence is None, never a neighbour's row."""
    table = StringTable.of(sorted(strings - {other}, key=str.encode))
    assert table.row(other) is None


def test_lookup_survives_text_that_is_no_utf8():
    """A lone surrogate, as the shell may hand over, is simply not there."""
    assert StringTable.of(["ada"]).row("\udcff") is None


def test_lookup_compares_bytes_and_nothing_else():
    """Composed and decomposed letters, and cases, are different ids."""
    table = StringTable.of(sorted(["Ada", "ada", "e\u0301", "\u00e9"], key=str.encode))
    rows = {table.row(s) for s in ["Ada", "ada", "e\u0301", "\u00e9"]}
    assert rows == {0, 1, 2, 3}
    assert table.row("ADA") is None


def test_an_empty_table_has_nobody():
    """Nothing to find, and no error."""
    assert StringTable.of([]).row("ada") is None
