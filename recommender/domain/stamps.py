"""Remembers that a version was verified, so that not every start reads each of its bytes again.

    ROOT/NAME/…                 the version
    ROOT/.pln-verified-NAME     what its files were like when all that is in them was verified

A file whose size, times, inode and device are what they were is taken to hold what it held. No
program can set when an inode changed last (ctime): whoever writes to a file, or puts another in
its place, is noticed even where all else is set back. What a failing disk does to a file behind
the back of its file system is not; verifying afresh finds that.

A stamp is compared with what it would have to say, and never parsed. Where none can be written, all
is verified each time.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from recommender.domain.errors import CorruptVersionError
from recommender.domain.versions import MANIFEST, sha256
from recommender.domain.writing import replace_file

STAMP = ".pln-verified-"
"""Begins the names of stamps, and of nobody else's files."""

SETTLED_NANOSECONDS = 2_000_000_000
"""Whoever changed a file as lately as this could change it again without another time to tell it
by: some file systems count in steps of two seconds."""


@contextmanager
def unverified(folder: Path, checks: str, *, afresh: bool = False) -> Iterator[bool]:
    """Whether what is in the version at `folder` is still to be verified: by the block, then.

    It is stamped where the block ends well, and what stamp it had is gone where it does not.
    checks: what is verified; a stamp counts for the very same only.
    afresh: verify it whatever its stamp says.
    Raises CorruptVersionError where its files cannot even be looked at.
    """
    version = folder.resolve()
    stamp = version.with_name(STAMP + version.name)
    seen, changed_at = _look(version, checks)
    settled = time.time_ns() - changed_at >= SETTLED_NANOSECONDS
    due = afresh or not _stamped(version, stamp, seen)
    try:
        yield due
    except BaseException:
        with suppress(OSError):
            stamp.unlink()
        raise
    # What changed meanwhile may have been read before it did.
    if due and settled and _look(version, checks) == (seen, changed_at):
        with suppress(OSError):  # nowhere to write it: the next start verifies, as this one did
            replace_file(stamp, seen)
            _sweep(version.parent)


def _look(version: Path, checks: str) -> tuple[bytes, int]:
    """What a stamp of the version must say now, and when anything in it changed last, in ns.

    Of its files none is read but the manifest. Raises CorruptVersionError where one cannot be
    looked at.
    """
    try:
        found = {path: path.lstat() for path in sorted(version.rglob("*"))}
        manifest = sha256(version / MANIFEST)
    except OSError as error:
        raise CorruptVersionError(f"{version} cannot be read: {error}") from None
    files = {
        str(path.relative_to(version)): {
            "bytes": facts.st_size,
            "modified_ns": facts.st_mtime_ns,
            "changed_ns": facts.st_ctime_ns,
            "inode": facts.st_ino,
            "device": facts.st_dev,
        }
        for path, facts in found.items()
        if not stat.S_ISDIR(facts.st_mode)
    }
    said = {"checks": checks, "manifest": manifest, "files": files}
    return json.dumps(said, indent=1).encode(), max(s.st_ctime_ns for s in found.values())


def _stamped(version: Path, stamp: Path, seen: bytes) -> bool:
    """Whether the stamp says what was seen, in the name of somebody who may vouch for it.

    Beside a version there may be files of others, as in a folder that everybody can write to.
    """
    with suppress(OSError):
        facts = stamp.lstat()
        vouching = facts.st_uid in {0, os.geteuid(), version.stat().st_uid}
        if vouching and stat.S_ISREG(facts.st_mode) and facts.st_size == len(seen):
            return stamp.read_bytes() == seen
    return False


def _sweep(root: Path) -> None:
    """Remove the stamps of versions that are there no more."""
    for stamp in root.glob(f"{STAMP}*"):
        if not stamp.with_name(stamp.name.removeprefix(STAMP)).exists():
            stamp.unlink()
