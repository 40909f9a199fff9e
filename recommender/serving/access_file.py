"""Changes to an access file: whole and durable, or not at all. Free of gRPC.

The file is edited as text, so that what an operator wrote in it stays, and what came of it is read
again before it takes the place of the old one.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from recommender.domain.errors import InvalidArgumentError, OutputError
from recommender.domain.writing import ASIDE, fsync
from recommender.serving.access import NAME, PREFIX, Access, parse_access, read_access, token_hash

_HEADER = re.compile(r"^\s*\[", re.MULTILINE)
_ID_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def add_token(
    path: Path, tenant: str, scopes: Iterable[str], expires: datetime | None, model: Path | None
) -> tuple[str, str]:
    """Make a token for `tenant` and write its hash into the file; returns its id and the token.

    model: makes the tenant where the file does not have it, and the file where it is missing.
    Raises InvalidArgumentError where the tenant is missing or something is wrong with the file,
    OutputError where it cannot be written.
    """
    if not NAME.fullmatch(tenant):
        raise InvalidArgumentError("--tenant", f"{tenant!r} is not of 1 to 63 a-z, 0-9, - and _")
    with _locked(path):
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        before = parse_access(text, path)
        parts = [text.rstrip("\n")] if text.strip() else []
        if tenant not in before.tenants:
            if model is None:
                raise InvalidArgumentError(
                    "--tenant", f"{path} has no tenant {tenant!r}; name its model to make it"
                )
            parts.append(f"[tenants.{tenant}]\nmodel = {_quoted(str(model.absolute()))}")
        elif model is not None:
            raise InvalidArgumentError("--model", f"tenant {tenant!r} has one; edit {path}")
        token = PREFIX + secrets.token_urlsafe(32)
        token_id = "".join(secrets.choice(_ID_LETTERS) for _ in range(8))
        lines = [
            f"[[tenants.{tenant}.tokens]]",
            f"id = {_quoted(token_id)}",
            f'sha256 = "{token_hash(token).hex()}"',
            f"scopes = [{', '.join(_quoted(scope) for scope in scopes)}]",
        ]
        if expires is not None:
            lines.append(f"expires = {expires.isoformat()}")
        parts.append("\n".join(lines))
        changed = "\n\n".join(parts) + "\n"
        parse_access(changed, path)
        _write(path, changed)
    return token_id, token


def revoke_token(path: Path, token_id: str) -> str:
    """Take a token out of the file; returns its tenant.

    Raises InvalidArgumentError where there is no such token or its lines cannot be told from
    others, OutputError where the file cannot be written.
    """
    with _locked(path):
        before = read_access(path)
        kept = {h: grant for h, grant in before.grants.items() if grant.token_id != token_id}
        found = [grant for grant in before.grants.values() if grant.token_id == token_id]
        if not found:
            ids = ", ".join(sorted(grant.token_id for grant in before.grants.values()))
            raise InvalidArgumentError("ID", f"{path} has no token {token_id!r}; it has: {ids}")
        text = path.read_text(encoding="utf-8")
        changed = _without(text, token_id)
        if parse_access(changed, path) != Access(before.tenants, kept):
            raise InvalidArgumentError(
                str(path), f"token {token_id!r} is not a table of its own; take it out by hand"
            )
        _write(path, changed)
    return found[0].tenant


def _without(text: str, token_id: str) -> str:
    """`text` without the table that has this id, with the comments above the next one kept."""
    starts = [0, *(match.start() for match in _HEADER.finditer(text)), len(text)]
    wanted = re.compile(rf"^\s*id\s*=\s*[\"']{re.escape(token_id)}[\"']", re.MULTILINE)
    parts = [text[a:b] for a, b in pairwise(starts)]
    kept = []
    for part in parts:
        if wanted.search(part):
            body = part.rstrip().splitlines()
            while body and body[-1].lstrip().startswith("#"):
                body.pop()
            kept.append(part[len("\n".join(body)) :].lstrip("\n"))
        else:
            kept.append(part)
    return "".join(kept).rstrip("\n") + "\n"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Nobody else changes the file meanwhile: two commands at once would lose one's change."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise OutputError(f"{path.parent} cannot be had: {error.strerror}") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    except OSError as error:
        raise OutputError(f"{path} cannot be changed: {error.strerror}") from None
    finally:
        os.close(handle)


def _write(path: Path, text: str) -> None:
    """Put the text in the place of the file, readable by its owner alone, or leave it as it was."""
    handle, name = tempfile.mkstemp(prefix=ASIDE, dir=path.parent)
    aside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            if path.exists() and os.geteuid() == 0:
                owner = path.stat()
                os.fchown(handle, owner.st_uid, owner.st_gid)
            os.fchmod(handle, 0o600)
            file.write(text)
            file.flush()
            os.fsync(handle)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    fsync(path.parent)


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are valid in it."""
    return json.dumps(text)
