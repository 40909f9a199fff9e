"""Errors: every one has its exit code, and messages stay short."""

from __future__ import annotations

import copy
import inspect
import re

import pytest

from recommender.cli import EXIT_CODES
from recommender.domain import errors


def test_every_error_has_an_exit_code():
    """The table is total: no error of ours can surprise the shell."""
    assert set(EXIT_CODES) == set(errors.RecommenderError.__subclasses__())


def test_the_tree_in_the_docstring_is_the_tree():
    """What the module says about names and exit codes is so."""
    drawn = re.findall(r"[├└]── (\w+) .*exit code (\d)", errors.__doc__)
    assert {name: int(code) for name, code in drawn} == {
        kind.__name__: code for kind, code in EXIT_CODES.items()
    }


@pytest.mark.parametrize("kind", EXIT_CODES)
def test_every_error_comes_out_of_another_process(kind):
    """As what it was, with what it says and names."""
    made_of = inspect.signature(kind).parameters if "__init__" in vars(kind) else ["message"]
    error = kind(*(f"the {name}" for name in made_of))
    again = copy.copy(error)  # by what takes it to another process, too
    assert type(again) is kind
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_a_person_who_is_not_there_is_named_shortly():
    """A 10 kB id does not fill the terminal."""
    message = str(errors.PersonNotFoundError("x" * 10_000, "m"))
    assert len(message) < 300
    assert "xxx" in message
