"""How commands end that schedulers tell to."""

from __future__ import annotations

import signal

import pytest

from recommender.commands.console import watched
from recommender.commands.ending import told_to_end
from recommender.domain.interrupts import SIGNALS


@pytest.mark.parametrize("number", SIGNALS)
def test_what_libraries_make_of_an_interrupt_is_one(number):
    """As DuckDB does, which raises another error in place of the one that a query meets."""
    before = [signal.getsignal(each) for each in SIGNALS]

    def work():
        with told_to_end():
            try:
                signal.raise_signal(number)
            except KeyboardInterrupt:
                raise RuntimeError("Query interrupted") from None

    with pytest.raises(KeyboardInterrupt):
        work()
    assert [signal.getsignal(each) for each in SIGNALS] == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_error_of_a_command_that_was_not_told_to_end_is_that_error(error):
    """Also after another one was."""

    def work():
        with told_to_end():
            if error is KeyboardInterrupt:
                signal.raise_signal(signal.SIGTERM)
            raise ValueError

    with pytest.raises(error):
        work()


def test_what_a_shell_runs_beside_others_is_not_ended_by_a_key():
    """It is ignored there, and stays so."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with told_to_end():
            signal.raise_signal(signal.SIGINT)
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_told_to_end_once_more_a_command_still_cleans_up():
    """And whoever ran it is told as before."""
    before, cleaned = signal.getsignal(signal.SIGTERM), []

    def work():
        with told_to_end():
            try:
                signal.raise_signal(signal.SIGTERM)
            finally:
                signal.raise_signal(signal.SIGTERM)
                cleaned.append("all")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert cleaned == ["all"]
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_job_whose_interrupt_is_lost_ends_when_it_next_says_how_far_it_is():
    """Nothing is raised out of what is done when something is deleted."""
    done = []

    class Deaf:
        def __del__(self):
            try:
                signal.raise_signal(signal.SIGTERM)
            except KeyboardInterrupt:
                done.append("deleted")

    def work():
        with watched() as progress:
            progress("working", 0.0)
            Deaf()
            done.append("working still")
            progress("working", 0.5)
            done.append("working on")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["deleted", "working still"]
