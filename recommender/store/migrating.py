"""How a database gets the tables, and older tables become those of this version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from recommender.domain.errors import StoreUnavailableError

HEAD = "0001"
"""The newest file in `migrations/versions`."""

VERSION_TABLE = "pln_schema"

_LOCK = 0x504C4E
"""Names our lock among PostgreSQL's."""


def migrate(connection: Connection, name: str) -> str:
    """Bring the database to `HEAD`, within the transaction under way; returns what it was before.

    name: of the database, for messages. Several processes may do this at once: one works, the
    others wait and find it done. Raises StoreUnavailableError where a newer version made it.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    found = version(connection)
    if found == HEAD:
        return found
    _upgrade(connection, found, name)
    return found


def version(connection: Connection) -> str:
    """The version of the tables; empty where there are none."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return ""
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608
    return "" if found is None else str(found)


def _upgrade(connection: Connection, found: str, name: str) -> None:
    from alembic.operations import Operations  # noqa: PLC0415  (slow to load, and rarely needed)
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    scripts = ScriptDirectory(str(Path(__file__).parent / "migrations"))
    if found and found not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreUnavailableError(
            f"{name} has tables of version {found}, which is newer than this program's {HEAD}; "
            "use the newer program"
        )

    def steps(before: Any, _context: Any) -> Any:
        return scripts._upgrade_revs(HEAD, before)

    context = MigrationContext.configure(
        connection, opts={"fn": steps, "version_table": VERSION_TABLE}
    )
    with Operations.context(context):
        context.run_migrations()
