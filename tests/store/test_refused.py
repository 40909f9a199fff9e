"""What a log is told of a statement that the database refuses: all but the values."""

from __future__ import annotations

import traceback

import pytest
from sqlalchemy import text

from recommender.store.database import StatementRefusedError

WHO = "ada@example.org"

INSERT = "INSERT INTO pln_learners VALUES ('t', :who, :state, 1, 1, 1)"
REFUSED = {
    "a row that is there": (INSERT, "pln_learners"),
    "a row that lacks something": (INSERT.replace(":state", "NULL"), "state"),
    "a table that is not there": ("SELECT :who FROM pln_nowhere", "pln_nowhere"),
    "a value that is none": ("SELECT CAST(:who AS bigint)", "CAST"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_statement_is_told_without_whom_it_was_about(store, case):
    """Parameters, and rows that the database itself quotes, name people."""
    statement, told = REFUSED[case]
    file = store._database.is_file
    if file and case == "a value that is none":
        pytest.skip("SQLite makes a number of anything")

    def write(count):
        with store._database.writing() as connection:
            for _ in range(count):
                connection.execute(text(statement), {"who": WHO, "state": f"of {WHO}"})

    with pytest.raises(Exception) as caught:  # noqa: PT011 - what it says is what this is about
        write(2)
    said = "".join(traceback.format_exception(caught.value))
    assert WHO not in said
    assert told in said
    if not (file and case == "a table that is not there"):
        assert isinstance(caught.value, StatementRefusedError)
