"""Who is at work on an export in an object store: a lock that is renewed, since nobody else can.

PREFIX/.pln-export/lock.json     who it is, and when it was heard of last
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from recommender.batch.objects import Objects
from recommender.domain.documents import from_document, to_document
from recommender.domain.errors import BusyError, OutputError, shorten

STALE = timedelta(minutes=15)
"""A lock that was not renewed for so long is nobody's: its job was killed."""
RENEWED = timedelta(minutes=1)
"""How often a lock is renewed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Holder:
    """Who has a lock. renewed: with a zone; machine, started: see `_machine` and `_started`."""

    owner: str
    pid: int
    host: str
    renewed: datetime
    machine: str
    started: str

    @property
    def is_over(self) -> bool:
        """Whether the job was killed: it is heard of no more, or was on this machine and is not."""
        if datetime.now(UTC) - self.renewed.astimezone(UTC) > STALE:
            return True
        return self.machine == _machine() != "" and _is_over(self.pid, self.started)

    def told(self) -> str:
        """Who it is, in words."""
        since = self.renewed.isoformat(timespec="seconds")
        words = f"process {self.pid} on {self.host}, last heard of at {since}"
        return shorten(" ".join(words.split()), 200)


class Lease:
    """A lock that is this job's while `held` runs. name: of its object."""

    def __init__(self, objects: Objects, name: str) -> None:
        self._objects, self._name = objects, name
        self._owner = ""
        self._lost = False

    @contextmanager
    def held(self, settling_seconds: float) -> Iterator[None]:
        """Raises BusyError where somebody else has it.

        settling_seconds: what is waited to see whether another took it at the same time.
        """
        holder = self._holder()
        if holder is not None and not holder.is_over:
            raise BusyError(self._told(holder))
        self._owner, self._lost = token_hex(8), False
        over = threading.Event()
        try:
            self._renew()
            over.wait(settling_seconds)
            self.check()
            with _meanwhile(lambda: self._keep_renewing(over), over):
                yield
        finally:
            with suppress(OutputError):  # it lapses by itself; and what went wrong before counts
                self._let_go()

    def check(self) -> None:
        """Raises BusyError where somebody else has taken the lock meanwhile."""
        if not self._owner:  # a process of the job's, which its first one speaks for
            return
        holder = self._holder()
        if self._lost or not self._is_ours(holder):
            raise BusyError(self._told(holder))

    def _keep_renewing(self, over: threading.Event) -> None:
        """Renew the lock until it is over, or until somebody else has it."""
        while not over.wait(RENEWED.total_seconds()):
            with suppress(OutputError):  # the store may answer again in a minute
                if not self._is_ours(self._holder()):
                    self._lost = True
                    return
                self._renew()

    def _let_go(self) -> None:
        """Nobody is at work any more; the lock of somebody else is left as it is."""
        owner, self._owner = self._owner, ""
        holder = self._holder()
        if holder is None or holder.owner != owner:
            return
        folder = self._name.rpartition("/")[0]
        if set(self._objects.sizes(folder)) <= {self._name}:
            self._objects.delete_folder(folder)
        else:
            self._objects.delete(self._name)

    def _is_ours(self, holder: _Holder | None) -> bool:
        return holder is None or holder.owner == self._owner

    def _told(self, holder: _Holder | None) -> str:
        told = "it has let go since" if holder is None else holder.told()
        return f"another export to {self._objects.name} is at work: {told}"

    def _holder(self) -> _Holder | None:
        """What the lock says; None where there is none, or none that can be read."""
        content = self._objects.get(self._name)
        try:
            return from_document(_Holder, json.loads(content or b""))
        except (ValueError, TypeError, KeyError):
            return None

    def _renew(self) -> None:
        holder = _Holder(
            owner=self._owner,
            pid=os.getpid(),
            host=socket.gethostname(),
            renewed=datetime.now(UTC),
            machine=_machine(),
            started=_started(os.getpid()),
        )
        self._objects.put(self._name, json.dumps(to_document(holder)).encode())


@contextmanager
def _meanwhile(act: Callable[[], None], over: threading.Event) -> Iterator[None]:
    """Have a thread do something while the block runs. over: set when the thread is to end."""
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _machine() -> str:
    """Where numbers of processes mean the same; nothing where the system does not tell.

    Hosts of one name may be several, and containers number their processes by themselves.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _is_over(pid: int, started: str) -> bool:
    """Whether the process of this number has ended, be it that another one has the number now."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):  # somebody else's, which is not over
        pass
    now = _started(pid)
    return bool(now and started) and now != started


def _started(pid: int) -> str:
    """When a process was started; "over" of one that has ended, "" where it cannot be told."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *more = stat.rpartition(")")[2].split()
    return "over" if state in "ZX" else more[18]
