"""Who may call: tenants, and tokens by their hashes, as an access file names them. Free of gRPC.

[tenants.acme]
model = "models/acme"          # a model or a folder of models; relative to this file
calls_per_second = 200         # optional, as are the next two
burst = 400
in_flight = 16

[[tenants.acme.tokens]]
id = "q4m1s7xk"
sha256 = "…"
scopes = ["query"]             # of query, feedback, admin
expires = 2027-01-01T00:00:00Z # optional
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from recommender.domain.errors import InvalidArgumentError, shorten

SCOPES = ("query", "feedback", "admin")
DEFAULT = "default"
"""The name of the only tenant of a server that has no access file."""
PREFIX = "pln_"
"""Begins every token, so that one that got lost can be recognised."""

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
"""What tenants and tokens may be called."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TENANT_KEYS = {"model", "tokens", "calls_per_second", "burst", "in_flight"}
_TOKEN_KEYS = {"id", "sha256", "scopes", "expires"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one tenant may use of each worker.

    calls_per_second: > 0, or 0 for any number. burst: calls that may come at once, >= 1.
    in_flight: calls at work or waiting, >= 1, or 0 for four times the worker's threads.
    """

    calls_per_second: float = 0.0
    burst: int = 1
    in_flight: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantEntry:
    """A tenant as the file has it. model: a version or a folder of versions."""

    name: str
    model: Path
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one token allows.

    expires: seconds since 1970 from which on it is worth nothing; inf: never.
    """

    tenant: str
    token_id: str
    scopes: frozenset[str]
    expires: float = float("inf")


@dataclass(frozen=True, slots=True)
class Access:
    """An access file, read. grants: by the SHA-256 of the token."""

    tenants: Mapping[str, TenantEntry]
    grants: Mapping[bytes, Grant]

    def grant(self, token: str, now: float) -> Grant | None:
        """What `token` allows at `now`, in seconds since 1970; None where that is nothing.

        The token is hashed first, so that how long this takes tells nothing of those there are.
        """
        found = self.grants.get(token_hash(token))
        return found if found is not None and now < found.expires else None


def token_hash(token: str) -> bytes:
    """The SHA-256 of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def read_access(path: Path) -> Access:
    """Read an access file. Raises InvalidArgumentError naming the file and the place at fault."""
    try:
        found = parse_access(path.read_text(encoding="utf-8"), path)
    except OSError as error:
        raise InvalidArgumentError(str(path), f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidArgumentError(str(path), "is not UTF-8") from None
    if not found.tenants:  # as of a file that is just being written
        raise InvalidArgumentError(str(path), "names no tenants; see pln tokens add")
    return found


def parse_access(text: str, path: Path) -> Access:
    """Read the text of the access file at `path`. Raises InvalidArgumentError as `read_access`."""
    try:
        document = tomllib.loads(text)
    except ValueError as error:
        raise InvalidArgumentError(str(path), f"is not TOML: {error}") from None
    except RecursionError:
        raise InvalidArgumentError(str(path), "is nested too deeply") from None
    reading = _Reading(path)
    reading.known(document, {"tenants"}, "")
    tenants: dict[str, TenantEntry] = {}
    grants: dict[bytes, Grant] = {}
    for name, table in reading.table(document.get("tenants", {}), "tenants").items():
        place = f"tenants.{shorten(name)}"
        if not NAME.fullmatch(name):
            raise reading.wrong(place, "a tenant's name has 1 to 63 of a-z, 0-9, - and _")
        table = reading.table(table, place)  # noqa: PLW2901 - the same, known to be a table
        tenants[name] = reading.tenant(name, table, place)
        for number, entry in enumerate(reading.tables(table.get("tokens", []), place)):
            digest, grant = reading.token(name, entry, f"{place}.tokens[{number}]")
            if digest in grants or any(grant.token_id == one.token_id for one in grants.values()):
                raise reading.wrong(f"{place}.tokens[{number}]", "is there twice")
            grants[digest] = grant
    return Access(tenants, grants)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Checks values of an access file and says what is wrong and where."""

    path: Path

    def wrong(self, place: str, message: str) -> InvalidArgumentError:
        return InvalidArgumentError(f"{self.path}: {place}", message)

    def table(self, value: object, place: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(place, "is not a table")
        return value

    def tables(self, value: object, place: str) -> list[dict[str, Any]]:
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.wrong(f"{place}.tokens", "is not an array of tables")
        return value

    def known(self, table: Mapping[str, object], keys: set[str], place: str) -> None:
        for key in table.keys() - keys:
            where = f"{place}.{shorten(key)}" if place else shorten(key)
            raise self.wrong(where, f"unknown; there are: {', '.join(sorted(keys))}")

    def tenant(self, name: str, table: Mapping[str, Any], place: str) -> TenantEntry:
        self.known(table, _TENANT_KEYS, place)
        model = table.get("model")
        if not isinstance(model, str) or not model:
            raise self.wrong(f"{place}.model", "missing; name a model or a folder of models")
        rate = self.number(table, "calls_per_second", place)
        burst = self.number(table, "burst", place)
        limits = Limits(
            calls_per_second=rate,
            burst=int(burst) or max(1, int(rate)),
            in_flight=int(self.number(table, "in_flight", place)),
        )
        return TenantEntry(name=name, model=self.path.parent / model, limits=limits)

    def number(self, table: Mapping[str, Any], key: str, place: str) -> float:
        value = table.get(key, 0)  # not told: a number may be too long to be written down
        whole = type(value) is int
        if not (whole or (type(value) is float and key == "calls_per_second")):
            raise self.wrong(f"{place}.{key}", "is not a number")
        if not 0 <= value <= 1_000_000:
            raise self.wrong(f"{place}.{key}", "is not between 0 and 1000000")
        return float(value)

    def token(self, tenant: str, table: Mapping[str, Any], place: str) -> tuple[bytes, Grant]:
        self.known(table, _TOKEN_KEYS, place)
        token_id, digest = table.get("id"), table.get("sha256")
        if not isinstance(token_id, str) or not NAME.fullmatch(token_id):
            raise self.wrong(f"{place}.id", "missing, or not of 1 to 63 a-z, 0-9, - and _")
        if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
            raise self.wrong(f"{place}.sha256", "missing, or not 64 hex digits")
        scopes = table.get("scopes")
        if not isinstance(scopes, list) or not scopes or not all(one in SCOPES for one in scopes):
            raise self.wrong(f"{place}.scopes", f"missing, or not of {', '.join(SCOPES)}")
        expires = table.get("expires")
        if expires is not None and not (isinstance(expires, datetime) and expires.tzinfo):
            raise self.wrong(f"{place}.expires", "is no time with a zone: 2027-01-01T00:00:00Z")
        grant = Grant(
            tenant=tenant,
            token_id=token_id,
            scopes=frozenset(scopes),
            expires=expires.timestamp() if expires else float("inf"),
        )
        return bytes.fromhex(digest), grant
