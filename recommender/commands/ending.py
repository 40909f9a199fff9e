"""How commands end that people and schedulers tell to."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from recommender.domain.interrupts import SIGNALS, TOLD, recognised


@contextmanager
def told_to_end() -> Iterator[None]:
    """Take SIGTERM, by which schedulers end jobs, as the interrupt that Ctrl-C is.

    So what the block cleans up, lets go of or reports in the end is still done; told by SIGTERM
    again meanwhile, it goes on with that. Where Ctrl-C is for others, it stays so: shells have what
    runs beside them ignore it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_signal: int, _frame: object) -> None:
        TOLD.set()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    foreign = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    heard = [each for each in SIGNALS if not (foreign and each is signal.SIGINT)]
    before = {each: signal.signal(each, end) for each in heard}
    try:
        with recognised():
            yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        TOLD.clear()
