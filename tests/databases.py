"""Databases to test with: SQLite files, and the PostgreSQL of this machine where there is one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"
KINDS = ("sqlite", "postgres")


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database of this kind, which nobody else uses; gone afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'learners.db'}"
        return
    schema = f"pln_test_{secrets.token_hex(8)}"
    with server() as admin:
        admin.execute(f"CREATE SCHEMA {schema}")
        try:
            yield f"{SERVER}?options=-csearch_path%3D{schema}"
        finally:
            admin.execute(f"DROP SCHEMA {schema} CASCADE")


@contextmanager
def server() -> Iterator[psycopg.Connection]:
    """A connection to PostgreSQL; skips the test where there is none, unless it must be there."""
    try:
        connection = psycopg.connect(SERVER, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL on this machine: {error}")
    with connection:
        yield connection
