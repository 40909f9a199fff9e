"""Durable writing: aside, flushed, then renamed into place, so that nobody finds half of it."""

from __future__ import annotations

import ctypes
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from recommender.domain.errors import OutputError

ASIDE = ".pln-aside-"
"""Begins the names of our own unfinished work, and of nobody else's."""

_STALE_SECONDS = 2 * 86_400


@contextmanager
def write_aside(root: Path, *, private: bool = False) -> Iterator[Path]:
    """An empty folder inside `root` to write in; gone afterwards unless it was moved away.

    private: nobody but its owner may look into it; else everybody may.
    Raises OutputError where `root` cannot be written to.
    """
    aside = _aside(root)
    if not private:
        aside.chmod(0o755)  # a server that runs as somebody else must be able to read it
    try:
        yield aside
    finally:
        remove(aside)  # or what was swapped for it: a folder, or a link to one


@contextmanager
def refused(what: object, remedy: str, done: str = "written") -> Iterator[None]:
    """Turn what the system refuses within the block into one line that names `what`.

    done: what could not be done with it. Raises OutputError.
    """
    try:
        yield
    except ConnectionError:  # of whom we talk to, as who reads our output, and not of a disk
        raise
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else " ".join(str(error).split())
        raise OutputError(f"{what} cannot be {done} ({why}); {remedy}") from None


def check_writable(root: Path) -> None:
    """Find out before long work whether its result can be written. Raises OutputError."""
    with write_aside(root):
        pass


def _aside(root: Path) -> Path:
    try:
        if root.is_file():
            raise OutputError(f"{root} is a file; name a folder to write to")
        root.mkdir(parents=True, exist_ok=True)
        _sweep(root)
        aside = Path(tempfile.mkdtemp(prefix=ASIDE, dir=root))
    except OSError as error:
        raise OutputError(
            f"{root} cannot be written to ({error.strerror}); name a folder that can"
        ) from None
    return aside


def replace_file(path: Path, content: bytes) -> None:
    """Give `path` new content: whole and durable, or not at all."""
    handle, aside = tempfile.mkstemp(prefix=ASIDE, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, 0o644)  # a server that runs as somebody else must read it
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(aside).replace(path)
    finally:
        Path(aside).unlink(missing_ok=True)
    fsync(path.parent)


def replace_folder(aside: Path, target: Path) -> None:
    """Put the folder `aside` in the place of `target`, durably.

    Who finds `target` finds all of the old one or of the new; for a moment it may not be there.
    """
    for path in [*aside.rglob("*"), aside]:
        fsync(path)
    old = _old(aside)
    put_back(aside, target)
    remove(old)  # of whoever was killed before it could
    try:
        if target.exists():
            target.rename(old)
        aside.rename(target)
    finally:
        put_back(aside, target)
    fsync(target.parent)
    remove(old)


def put_back(aside: Path, target: Path) -> None:
    """Have `target` be what it was, where `replace_folder` was killed between its two renames."""
    if _old(aside).exists() and not target.exists():
        _old(aside).rename(target)
        fsync(target.parent)


def _old(aside: Path) -> Path:
    """Where what is replaced by `aside` lies meanwhile."""
    return aside.with_name(f"{aside.name}-old")


def swap_folder(aside: Path, target: Path) -> None:
    """Put the folder `aside` in the place of `target`, which comes to be where `aside` was.

    In one step, so that who looks for `target` finds the old one or the new one at any moment;
    where the system or the disk has no such step, as in `replace_folder`.
    """
    for path in [*aside.rglob("*"), aside]:
        fsync(path)
    if not target.exists():
        aside.rename(target)
    elif not _exchange(aside, target):
        replace_folder(aside, target)
    fsync(target.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names on one disk; False where that cannot be done."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:  # not Linux, or a C library without it
        return False
    done = rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return bool(done == 0)


_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def remove(left: Path) -> None:
    """Remove a file or a folder, as far as that is possible."""
    shutil.rmtree(left, ignore_errors=True)  # does nothing to a file
    with suppress(OSError):
        left.unlink()


def _sweep(root: Path) -> None:
    """Remove what a killed process left, once it is too old to be anybody's work."""
    for left in root.glob(f"{ASIDE}*"):
        with suppress(FileNotFoundError):  # its owner may just have published or removed it
            if time.time() - left.stat().st_mtime > _STALE_SECONDS:
                remove(left)


def fsync(path: Path) -> None:
    """Make a file or folder durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
