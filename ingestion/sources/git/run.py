"""Running git so that a repository which somebody else has made can run nothing here.

A repository's own settings name programs: hooks, file watchers, pagers, filters for diffs, and the
other side of a fetch for objects that are missing. All of them are switched off, and so is the
network. Nothing of the repository is a word of a command line.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from multiprocessing.connection import wait
from pathlib import Path
from typing import IO

from recommender.domain.errors import InputDataError

SILENCE_SECONDS = 600
"""How long git may say nothing before it is given up; a log prints as it walks."""

_CHUNK = 1 << 16
_SAID = 4_000  # bytes of its errors that are looked at
_SETTINGS = (
    "core.attributesFile=/dev/null",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "gc.auto=0",
    "log.showSignature=false",
    "mailmap.blob=HEAD:.mailmap",
    "mailmap.file=/dev/null",
    "protocol.allow=never",
    "trailer.separators=:",
)


def output(repository: Path, *words: str, given: IO[bytes] | None = None) -> Generator[bytes]:
    """What `git WORDS` prints in `repository`, in chunks as they come.

    given: a file for its input. Closing the iterator ends git.

    Raises InputDataError, one line, where git is not there, fails, or falls silent.
    """
    command = [_program(), "--no-pager", "--no-optional-locks", "-C", str(repository)]
    command += [word for setting in _SETTINGS for word in ("-c", setting)]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 - no shell, and settings that name programs are overruled
            [*command, *words],
            bufsize=0,
            stdin=given or subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            env=_environment(repository),
        ) as git,
    ):
        try:
            yield from _chunks(git, repository)
            if git.wait(SILENCE_SECONDS):
                said.seek(0)
                raise InputDataError(_why(repository, said.read(_SAID).decode(errors="replace")))
        finally:
            git.kill()


def _chunks(git: subprocess.Popen[bytes], repository: Path) -> Iterator[bytes]:
    assert git.stdout is not None
    number = git.stdout.fileno()
    while True:
        if not wait([number], SILENCE_SECONDS):
            raise InputDataError(
                f"{repository}: git has said nothing for {SILENCE_SECONDS} seconds; "
                "see whether git log ends there, or clone it anew"
            )
        if not (chunk := os.read(number, _CHUNK)):
            return
        yield chunk


def _program() -> str:
    found = shutil.which("git")
    if found is None:
        raise InputDataError("git is not on this machine, and reads histories; install it")
    return found


def _environment(repository: Path) -> dict[str, str]:
    """Ours without what steers git; it neither looks above `repository` nor fetches anything."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(repository.resolve().parent),
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _why(repository: Path, said: str) -> str:
    if "dubious ownership" in said:
        return (
            f"{repository} belongs to somebody else, so git does not read it; where you trust it, "
            f"run: git config --global --add safe.directory {repository.resolve()}"
        )
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    fatal = next((line for line in lines if line.startswith("fatal:")), lines[0] if lines else "")
    told = fatal.removeprefix("fatal:").strip() or "it failed"
    return f"{repository}: git cannot read its history: {told}; see git fsck, or clone it anew"
