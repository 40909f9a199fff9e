"""What must not be left half-way is done before an interrupt is heard."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from recommender.domain.interrupts import SIGNALS, heard_later


@pytest.mark.parametrize("number", SIGNALS)
def test_a_block_is_done_and_then_the_interrupt_is_heard(number):
    """Also where another thread is the one that receives it; and once, however often it comes."""
    done, heard = [], []

    def hear(told, _):
        heard.append(told)
        raise KeyboardInterrupt

    def work():
        with heard_later():
            thread = threading.Thread(target=os.kill, args=(os.getpid(), number))
            thread.start()
            thread.join()
            signal.raise_signal(number)
            done.append("all")

    before = signal.signal(number, hear)
    try:
        with pytest.raises(KeyboardInterrupt):
            work()
        assert signal.getsignal(number) is hear
    finally:
        signal.signal(number, before)
    assert (done, heard) == (["all"], [number])


def test_one_that_is_ignored_does_not_hide_another():
    """As Ctrl-C is ignored by what a shell runs beside others."""
    heard = []
    before = {each: signal.getsignal(each) for each in SIGNALS}
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
        with heard_later():
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    assert heard == [signal.SIGTERM]


def test_without_an_interrupt_nothing_is_heard():
    """What a signal does is as it was."""
    before = [signal.getsignal(each) for each in SIGNALS]
    with heard_later():
        pass
    assert [signal.getsignal(each) for each in SIGNALS] == before


def test_in_another_thread_there_is_nothing_to_wait_for():
    """Nothing is raised there, nor may it say what a signal does."""
    done = []

    def work():
        with heard_later():
            done.append("all")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["all"]
