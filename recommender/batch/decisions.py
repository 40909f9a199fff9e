"""What learners decided and what happened, as of one time: the learner store, held still.

An export is of one state of the store, on all cores, on all machines, and after it was killed and
begun again. So the state is read once, and from then on kept in a file of the export's own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from recommender.domain.documents import from_document, to_document
from recommender.domain.erasure import erasure_mark
from recommender.domain.errors import StoreUnavailableError
from recommender.domain.ids import PersonId
from recommender.domain.learner import (
    Activity,
    Block,
    BlockKind,
    BlockLifted,
    Change,
    ConnectionChange,
    Erasure,
    Interaction,
    Learner,
)
from recommender.live.marks import Mark
from recommender.pipeline import Pipeline

if TYPE_CHECKING:  # a process that makes parts opens no store
    from recommender.store import LearnerStore
    from recommender.store.contents import Contents

AT_ONCE = 10_000
"""Changes read, and made to count, at a time."""

KINDS: dict[str, type[Change]] = {
    kind.__name__: kind
    for kind in (Learner, Block, BlockLifted, Activity, Interaction, ConnectionChange, Erasure)
}
"""Every kind of change, by the name that it has in a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What a store said at a time.

    at: UTC without a zone. position: number of the newest change. mark_key: see `domain.erasure`.
    changes: by number. shown: on how many lists of the day those were who want to be on few.
    """

    at: datetime
    position: int
    mark_key: bytes
    changes: tuple[tuple[int, Change], ...]
    shown: dict[PersonId, int]

    @property
    def mark(self) -> Mark:
        """What an erasure has in place of an id."""
        return partial(_mark, self.mark_key)

    def count_in(self, pipeline: Pipeline) -> None:
        """Have all of it count in a pipeline that was opened with `mark`.

        Raises StoreUnavailableError where a change cannot be taken: a list might show somebody
        who is blocked.
        """
        for start in range(0, len(self.changes), AT_ONCE):
            some = self.changes[start : start + AT_ONCE]
            pipeline.prepare(some)
            self._apply(pipeline, some)
        pipeline.shown(self.shown)
        self._apply(pipeline, ())

    def _apply(self, pipeline: Pipeline, changes: tuple[tuple[int, Change], ...]) -> None:
        for position, error in pipeline.apply(changes, self.at):
            raise StoreUnavailableError(
                f"change {position} of the learner store cannot be taken ({type(error).__name__}); "
                "see what `pln store show` says of it"
            )

    def told(self) -> dict[str, Any]:
        """What a manifest says of it: when, and how much of each kind; nothing of anybody."""
        found = Counter(type(change).__name__ for _, change in self.changes)
        blocks = [change for _, change in self.changes if isinstance(change, Block)]
        held = [each for each in blocks if each.expires_at is None or each.expires_at > self.at]
        kinds = Counter(each.kind for each in held)
        learners = [change for _, change in self.changes if isinstance(change, Learner)]
        return {
            "at": self.at.isoformat(timespec="microseconds"),
            "position": self.position,
            "learners": len(learners),
            "paused": sum(each.paused for each in learners),
            "blocks": kinds[BlockKind.BLOCK],
            "mutes": kinds[BlockKind.MUTE],
            "dismissals": kinds[BlockKind.DISMISS],
            "lifted": found[BlockLifted.__name__],
            "erasures": found[Erasure.__name__],
            "events": found[Activity.__name__] + found[Interaction.__name__],
            "connections": found[ConnectionChange.__name__],
        }


def read_decisions(store: LearnerStore, tenant: str, since: datetime, at: datetime) -> Decisions:
    """All that a store says of a tenant at the time `at`, for a model trained at `since`.

    Raises StoreUnavailableError where it cannot be read.
    """
    # In one state: who changes anything meanwhile gets a new number, and would be passed over.
    with store.contents(tenant) as contents:
        position = contents.position()
        changes = tuple(_changes(contents, position, since))
    limited = {
        change.person_id
        for _, change in changes
        if isinstance(change, Learner) and change.daily_exposure_limit is not None
    }
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return Decisions(
        at=at,
        position=position,
        mark_key=store.mark_key(tenant),
        changes=changes,
        shown=store.shown_counts(tenant, sorted(limited), midnight) if limited else {},
    )


def _changes(contents: Contents, end: int, since: datetime) -> Iterator[tuple[int, Change]]:
    """Every change up to number `end`, the newest."""
    after = 0
    while after < end:
        found = contents.changes(after, AT_ONCE, since)
        yield from found
        after = found[-1][0] if len(found) == AT_ONCE else end


def write_decisions(decisions: Decisions) -> bytes:
    """The decisions as lines of JSON: a head, then a change a line."""
    head = {
        "at": decisions.at.isoformat(),
        "position": decisions.position,
        "mark_key": decisions.mark_key.hex(),
        "shown": decisions.shown,
    }
    lines = (
        [number, type(change).__name__, to_document(change)] for number, change in decisions.changes
    )
    return b"".join(json.dumps(each).encode() + b"\n" for each in (head, *lines))


def parse_decisions(content: bytes) -> Decisions:
    """The inverse of `write_decisions`. Raises ValueError, KeyError or TypeError."""
    head, *lines = (json.loads(line) for line in content.splitlines())
    return Decisions(
        at=datetime.fromisoformat(head["at"]),
        position=int(head["position"]),
        mark_key=bytes.fromhex(head["mark_key"]),
        changes=tuple(
            (int(number), from_document(KINDS[kind], document)) for number, kind, document in lines
        ),
        shown={PersonId(person): int(count) for person, count in head["shown"].items()},
    )


def _mark(key: bytes, person_id: str) -> str:
    return erasure_mark(key, PersonId(person_id))
