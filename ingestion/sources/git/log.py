"""What `git log` prints, commit by commit, in bounded memory."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingestion.sources.git.run import output

VERBS = {
    "co-authored-by": "co-edit",
    "co-developed-by": "co-edit",
    "reviewed-by": "review",
    "acked-by": "review",
    "tested-by": "test",
    "reported-by": "report",
    "suggested-by": "suggest",
}
"""Trailers that name somebody who had a part in a commit, and what that part is.

`Signed-off-by` is none: it may be the author's, a co-author's, or that of whoever passed it on.
"""

MAX_FIELD = 1 << 16
"""Longest field that is read, in bytes: a path, a name, or all trailers of a commit."""
MAX_NAMED = 20
"""People of a commit beside its author who count; more are a list, not a review."""
MAX_FILES = 10
"""Files of a commit that count one by one; more are a sweep, which counts for folders alone."""
MAX_FOLDERS = 5
"""Folders of a sweep that count: those with most files."""

_KEPT_FOLDERS = 10_000  # of one commit, while they are counted
_KEYS = ",".join(f"key={key}" for key in VERBS)
_FORMAT = f"%x00%at%x00%an%x00%ae%x00%(trailers:{_KEYS},unfold)%x00"
_WORDS = (
    "log", "-z", "--no-merges", "--root", "--name-only", "--no-renames", "--no-relative",
    "-O/dev/null", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-notes",
    "--no-color", "--encoding=UTF-8", f"--format={_FORMAT}", "--end-of-options", "HEAD", "--",
)  # fmt: skip
_CONTACT = re.compile(r"([^<>]*)<\s*([^<>\s]{1,254})\s*>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit that is no merge.

    at: when it was written, in ISO 8601 and UTC. author: as `Name <address>`; empty where no
    address is known. named: verb and contact of others. error: why nothing else is known of it.
    """

    at: str = ""
    author: str = ""
    named: tuple[tuple[str, str], ...] = ()
    places: tuple[tuple[str, str | None], ...] = ()
    """Folders that it changed, each with the file there, or none for a sweep."""
    error: str = ""


def commits(repository: Path) -> Iterator[Commit]:
    """The commits that HEAD leads to, as `git log --no-merges` gives them.

    Raises InputDataError where there is no history, or its end is missing.
    """
    with closing(output(repository, *_WORDS)) as chunks:
        fields = _fields(chunks)
        next(fields, None)  # every commit begins with an empty field
        while (at := next(fields, None)) is not None:
            name, address, trailers, _ = (next(fields, b"") for _ in range(4))
            paths = map(_text, iter(lambda: next(fields, b""), b""))
            places = _places(path.removeprefix("\n") for path in paths)
            if len(trailers) > MAX_FIELD:
                yield Commit(error=f"its trailers are longer than {MAX_FIELD} bytes")
            else:
                author = contact(f"{_text(name)} <{_text(address)}>")
                yield Commit(_time(_text(at)), author, _named(_text(trailers)), places)


def contact(text: str) -> str:
    """The first `Name <address>` in a text, tidied; empty where there is no address.

    >>> contact('"Ada L." <ada@example.org> # looks good')
    'Ada L. <ada@example.org>'
    """
    found = _CONTACT.match(_CONTROL.sub(" ", text))
    if found is None:
        return ""
    name = " ".join(found[1].strip(' "').split())
    return f"{name[:200]} <{found[2]}>".lstrip()


def _fields(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What stands between NULs; of a longer field only the first MAX_FIELD + 1 bytes."""
    held = b""
    for chunk in chunks:
        first, *others = chunk.split(b"\0")
        held = (held + first)[: MAX_FIELD + 1]
        for other in others:
            yield held
            held = other


def _named(trailers: str) -> tuple[tuple[str, str], ...]:
    """Verb and contact of each trailer that has an address, once."""
    pairs = (line.partition(":")[::2] for line in trailers.splitlines())
    found = ((VERBS.get(key.lower(), ""), contact(who)) for key, who in pairs)
    return tuple(dict.fromkeys(pair for pair in found if all(pair)))[:MAX_NAMED]


def _places(paths: Iterable[str]) -> tuple[tuple[str, str | None], ...]:
    """Where a commit was made: its files, or the folders of a sweep."""
    files: list[str] = []
    folders: Counter[str] = Counter()
    for path in paths:
        if len(files) <= MAX_FILES:
            files.append(path)
        if (folder := _folder(path)) in folders or len(folders) < _KEPT_FOLDERS:
            folders[folder] += 1
    if len(files) <= MAX_FILES:
        return tuple((_folder(path), path) for path in files)
    first = sorted(folders, key=lambda folder: (-folders[folder], folder))
    return tuple((folder, None) for folder in first[:MAX_FOLDERS])


def _folder(path: str) -> str:
    """The first two folders of a path; a dot for what lies in none.

    >>> _folder("docs/sources/git.md"), _folder("LICENSE")
    ('docs/sources', '.')
    """
    return "/".join(path.split("/")[:-1][:2]) or "."


def _text(field: bytes) -> str:
    return field.decode(errors="replace")


def _time(seconds: str) -> str:
    """Seconds since 1970 in ISO 8601; as they are where they are no time."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return seconds or "?"
