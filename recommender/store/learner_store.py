"""The learner store as servers and commands see it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, or_, select, text

from recommender.domain.erasure import erasure_mark, mark_key
from recommender.domain.errors import StoreUnavailableError
from recommender.domain.ids import PersonId
from recommender.domain.learner import Block, BlockKind, Change, Learner
from recommender.domain.slate import Kind
from recommender.domain.times import microseconds
from recommender.store import feed, shown
from recommender.store.contents import Contents
from recommender.store.database import Database
from recommender.store.migrating import migrate, version
from recommender.store.purging import Purged, purge
from recommender.store.repeats import Once, first_answer
from recommender.store.rows import read_block, read_learner
from recommender.store.tables import BLOCKS, LEARNERS, METADATA, TENANTS
from recommender.store.writing import Writing

PATIENCE_SECONDS = 2.0
"""How long a database may take to answer before it counts as unavailable."""

_KEY_BYTES = 32


def utc_now() -> datetime:
    """Now, without a zone, as the domain has times."""
    return datetime.now(UTC).replace(tzinfo=None)


class LearnerStore:
    """What learners decide and what happens, kept durably. Called from several threads at once.

    Every method raises StoreUnavailableError where the database cannot be used now.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._keys: dict[str, bytes] = {}
        self._mark_keys: dict[str, bytes] = {}
        self.before = ""
        """The version of the tables that was found on opening; empty where there were none."""

    @classmethod
    def open(
        cls,
        url: str,
        patience: float = PATIENCE_SECONDS,
        clock: Callable[[], datetime] = utc_now,
        *,
        create: bool = True,
    ) -> LearnerStore:
        """The store at `url`, `sqlite:///PATH` or `postgresql://…`, with the tables made or mended.

        patience: seconds that the database may take for one answer. create: whether to make a
        store where there is none.
        Raises InvalidArgumentError where `url` is none, StoreUnavailableError where there is no
        such folder or database, or it is another program's or a newer version's.
        """
        store = cls(Database.open(url, patience, create=create), clock)
        try:
            store._prepare(create=create)
        except BaseException:
            store.close()
            raise
        return store

    @property
    def name(self) -> str:
        """What it is called in messages; no password is in it."""
        return self._database.name

    def close(self) -> None:
        """Let go of all connections."""
        self._database.close()

    def key(self, tenant: str) -> bytes:
        """The tenant's secret, 32 bytes, made at its first use and the same on every server."""
        if tenant not in self._keys:
            self._keys[tenant] = self._key(tenant)
        return self._keys[tenant]

    def erasure_mark(self, tenant: str, person_id: PersonId) -> str:
        """What an `Erasure` of this person has as its mark."""
        return erasure_mark(self.mark_key(tenant), person_id)

    def position(self, tenant: str) -> int:
        """The number of the newest change; 0 at first."""
        with self._database.reading() as connection:
            return feed.position(connection, tenant)

    def changes(
        self, tenant: str, after: int, limit: int, since: datetime
    ) -> list[tuple[int, Change]]:
        """The first `limit` changes after number `after`, in order, each with its number.

        since: when the reader's model was trained. Events of before are left out, and erasures
        complete by then, whom no data held any more and who may be back; never one that is not
        complete by now. A reader that goes on from the last number it has seen misses nothing and
        sees nothing twice. One that read `position` before, and then got fewer than `limit`, may go
        on from that position, and so pass over what was left out. A position below the reader's own
        means that an older state was restored: then everything is to be read anew.
        """
        with self._database.reading() as connection:
            return feed.changes(connection, tenant, after, limit, since, self._clock())

    def learner(self, tenant: str, person_id: PersonId) -> Learner | None:
        """What a person has decided; None where she never did."""
        mine = (LEARNERS.c.tenant == tenant, LEARNERS.c.person_id == person_id)
        with self._database.reading() as connection:
            row = connection.execute(select(LEARNERS).where(*mine)).mappings().one_or_none()
        return None if row is None else read_learner(row)

    def blocks(
        self,
        tenant: str,
        person_id: PersonId,
        kind: BlockKind | None,
        before: int | None,
        limit: int,
    ) -> list[tuple[int, Block]]:
        """A person's own decisions that still hold, the newest first, each with its number.

        kind: only of this one; None: all. before: only those with lower numbers; None: all.
        """
        query = select(BLOCKS).where(BLOCKS.c.tenant == tenant, BLOCKS.c.person_id == person_id)
        now = microseconds(self._clock())
        query = query.where(or_(BLOCKS.c.expires_at.is_(None), BLOCKS.c.expires_at > now))
        if kind is not None:
            query = query.where(BLOCKS.c.kind == kind)
        if before is not None:
            query = query.where(BLOCKS.c.seq < before)
        query = query.order_by(BLOCKS.c.seq.desc()).limit(limit)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [(int(row["seq"]), read_block(row)) for row in rows]

    def last_shown(
        self, tenant: str, person_id: PersonId, kind: Kind, since: datetime
    ) -> dict[PersonId, datetime]:
        """When each contact was last shown to a person on this kind of list, since `since`."""
        with self._database.reading() as connection:
            return shown.last_shown(connection, tenant, person_id, kind, since)

    def shown_counts(
        self, tenant: str, contact_ids: Iterable[PersonId], since: datetime
    ) -> dict[PersonId, int]:
        """To how many different people each contact was shown since `since`, where to any."""
        with self._database.reading() as connection:
            return shown.shown_counts(connection, tenant, contact_ids, since)

    def first_answer(self, tenant: str, once: Once) -> bytes | None:
        """The first answer to a request; None where it never came before.

        Raises RequestReusedError where its id came before with another request.
        """
        key = self.mark_key(tenant)
        with self._database.reading() as connection:
            return first_answer(connection, tenant, key, once)

    @contextmanager
    def writing(self, tenant: str, once: Once | None = None) -> Iterator[Writing]:
        """A transaction: what is written is durable once this has ended, or undone by an error.

        once: the request that this answers. Raises RequestReusedError where its id came before
        with another request.
        """
        key = self.mark_key(tenant)
        with self._database.writing() as connection:
            work = Writing(
                connection,
                tenant=tenant,
                mark_key=key,
                seq=self._locked(connection, tenant),
                now=self._clock(),
                once=once,
            )
            yield work
            work.finish()
        if work.has_erased:
            self._database.sweep()

    def tenants(self) -> list[str]:
        """Names of the tenants that there are."""
        with self._database.reading() as connection:
            return list(connection.scalars(select(TENANTS.c.tenant).order_by(TENANTS.c.tenant)))

    @contextmanager
    def contents(self, tenant: str) -> Iterator[Contents]:
        """All that is kept of a tenant, as it was when this began."""
        with self._database.reading_one_state() as connection:
            yield Contents(connection, tenant, self._clock())

    def purge(self, before: datetime | None = None, *, rewrite: bool = True) -> Purged:
        """Drop what has had its time, of all tenants.

        before: also events and feedback of before then; None: none of them.
        rewrite: also let go of the last bytes of what is gone, for which writers have to wait.
        """
        total = Purged()
        for tenant in self.tenants():
            with self._database.writing() as connection:
                seq = self._locked(connection, tenant)
                total += purge(connection, tenant, seq, self._clock(), before)
        if rewrite:
            self._database.rewrite(METADATA.tables)
        return total

    def _prepare(self, *, create: bool) -> None:
        self._database.check()
        with self._database.writing() as connection:
            if not create and not version(connection):
                raise StoreUnavailableError(
                    f"{self._database.name} holds no learner store; `pln store migrate` makes one"
                )
            self.before = migrate(connection, self._database.name)

    def mark_key(self, tenant: str) -> bytes:
        """The key of the marks of those who were erased, see `domain.erasure`."""
        # Kept, because everybody in a model is looked at when somebody is erased.
        if tenant not in self._mark_keys:
            self._mark_keys[tenant] = mark_key(self.key(tenant))
        return self._mark_keys[tenant]

    def _key(self, tenant: str) -> bytes:
        query = select(TENANTS.c.key).where(TENANTS.c.tenant == tenant)
        with self._database.reading() as connection:
            found = connection.scalar(query)
        if found is not None:
            return bytes(found)
        new = {"tenant": tenant, "key": secrets.token_bytes(_KEY_BYTES)}
        statement = text(  # both databases know these words; the first to come makes the key
            f"INSERT INTO {TENANTS.name} (tenant, key, seq) VALUES (:tenant, :key, 0) "  # noqa: S608
            "ON CONFLICT DO NOTHING"
        )
        with self._database.writing() as connection:
            connection.execute(statement, new)
            return bytes(connection.execute(query).scalar_one())

    def _locked(self, connection: Connection, tenant: str) -> int:
        """The tenant's newest number, under the lock that makes this its only writer."""
        query = select(TENANTS.c.seq).where(TENANTS.c.tenant == tenant).with_for_update()
        found = connection.scalar(query)
        if found is None:
            raise StoreUnavailableError(f"tenant {tenant!r} is gone from the store; restart")
        return int(found)
