"""Signals as something to wait for. Free of gRPC."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from collections import deque
from multiprocessing.connection import wait
from types import FrameType, TracebackType

STOP = frozenset({signal.SIGTERM, signal.SIGINT})
"""Signals that ask for an end."""
HANG_UP = frozenset({signal.SIGHUP})
"""The signal that asks for a rolling restart."""

_PR_SET_PDEATHSIG = 1


class Signals:
    """Within the `with` block, `watched` signals do nothing but end a `wait`.

    They travel through the wake-up file descriptor: C code writes to it in whatever thread the
    signal hits, so a wait ends at once even while other threads take the signals, and no Python
    handler can meet a lock that the interrupted code holds. To be used in the main thread.
    """

    def __init__(self, watched: frozenset[signal.Signals] = STOP) -> None:
        self.watched = watched
        self._reader, self._writer = socket.socketpair()
        self._pending: deque[int] = deque()

    def __enter__(self) -> Signals:
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._before_fd = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, _ignore) for number in self.watched}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._before_fd)
        self._reader.close()
        self._writer.close()

    def wait(self, seconds: float | None = None) -> signal.Signals | None:
        """The next signal; None where `seconds` pass without one. None seconds: wait for ever."""
        if not self._pending and wait([self._reader], seconds):
            self._pending.extend(self._reader.recv(4096))
        return signal.Signals(self._pending.popleft()) if self._pending else None


def _ignore(number: int, frame: FrameType | None) -> None:
    """Take the place of the default action; the wake-up descriptor has the news."""


def die_with_parent(parent: int) -> None:
    """Have the kernel send this process SIGTERM when its parent, of this id, dies. Linux only."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before the kernel was asked
        os.kill(os.getpid(), signal.SIGTERM)
