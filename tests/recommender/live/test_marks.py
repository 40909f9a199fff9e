"""Who was erased is found by her mark alone."""

from __future__ import annotations

from recommender.domain.ids import StringTable
from recommender.live.marks import Marks

NAMES = [f"p{number:03}" for number in range(200)]


def test_everybody_is_found_by_her_mark_and_nobody_by_another():
    """Those who came after others were looked for, too."""
    marks = Marks(lambda person: f"<{person}>")
    first, whole = StringTable.of(NAMES[:150]), StringTable.of(NAMES)
    assert [marks.row(first, f"<{name}>") for name in NAMES[:150]] == list(range(150))
    assert marks.row(first, "<p170>") is None
    assert [marks.row(whole, f"<{name}>") for name in NAMES] == list(range(200))
    assert marks.row(whole, "p001") is None


def test_marks_are_made_once():
    """However many are looked for: many erasures must not keep a model from being opened."""
    made = []
    marks = Marks(lambda person: made.append(person) or person.upper())
    table = StringTable.of(NAMES)
    for name in NAMES[:50]:
        assert marks.row(table, name.upper()) is not None
        assert marks.row(table, "nobody") is None
    assert len(made) == len(NAMES) + 50  # and once more for each who is found, to be sure
