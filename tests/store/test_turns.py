"""Writers of a file take turns, and none is waited for forever."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from recommender.domain.errors import StoreUnavailableError
from recommender.store.turns import Turns

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from recommender.store.turns import Turns
with Turns(Path(sys.argv[1]), 5).taken():
    print("mine", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def turns(tmp_path):
    found = Turns(tmp_path / "file", 0.05)
    yield found
    found.close()


def test_a_turn_of_another_thread_is_waited_for_and_then_given_up(turns):
    """And taken once it has ended."""
    held, over = threading.Event(), threading.Event()

    def hold():
        with turns.taken():
            held.set()
            over.wait()

    other = threading.Thread(target=hold)
    other.start()
    held.wait()
    with pytest.raises(StoreUnavailableError, match="busy"), turns.taken():
        raise AssertionError("two at once")
    over.set()
    other.join()
    with turns.taken():
        pass


def test_a_turn_of_another_process_ends_with_it_however_it_dies(turns, tmp_path):
    """No lock outlives whoever held it."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "file"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "mine\n"
    with pytest.raises(StoreUnavailableError, match="busy"), turns.taken():
        raise AssertionError("two at once")
    process.kill()
    process.communicate()
    with turns.taken():
        pass


def test_once_one_has_waited_in_vain_nobody_waits(tmp_path):
    """The patience here is longer than any test."""
    turns, other = Turns(tmp_path / "file", 3600), Turns(tmp_path / "file", 0)
    with other.taken():
        turns._busy()  # as at the end of an hour
        with pytest.raises(StoreUnavailableError, match="busy"), turns.taken():
            raise AssertionError("two at once")
    with turns.taken():
        pass
    turns.close()
    other.close()


def test_a_turn_that_ends_with_an_error_is_over(turns):
    """And after closing, there are turns again."""
    with pytest.raises(KeyError), turns.taken():
        raise KeyError
    turns.close()
    with turns.taken():
        pass


def test_where_no_file_can_be_made_there_are_no_turns(tmp_path):
    """With the reason."""
    turns = Turns(tmp_path / "nowhere" / "file", 1)
    with pytest.raises(StoreUnavailableError, match="cannot be opened"), turns.taken():
        raise AssertionError("it was taken")
