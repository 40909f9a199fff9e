"""Interrupts that are heard: not half-way through what must be done, and not as something else."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""By which people and schedulers end a job."""

TOLD = threading.Event()
"""Set once a signal has told the command under way to end."""


@contextmanager
def recognised() -> Iterator[None]:
    """Raise KeyboardInterrupt for whatever leaves the block once it was told to end.

    Libraries make errors of their own of an interrupt: DuckDB where a query meets it, others while
    they are loaded.
    """
    try:
        yield
    except Exception as error:
        if TOLD.is_set():
            raise KeyboardInterrupt from error
        raise


def hear() -> None:
    """Raise the interrupt again that was lost, as in what is done when something is deleted."""
    if TOLD.is_set() and threading.current_thread() is threading.main_thread():
        raise KeyboardInterrupt


@contextmanager
def heard_later() -> Iterator[None]:
    """Have what comes of `SIGNALS` wait until the block is done.

    To block them is not enough: Python's main thread answers what any other thread receives. In
    other threads nothing is raised, so there is nothing to wait for.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = {each: signal.signal(each, lambda number, _: heard.append(number)) for each in SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, signal.SIG_DFL if handler is None else handler)
        for number in dict.fromkeys(heard):  # the first may be one that is ignored
            signal.raise_signal(number)
