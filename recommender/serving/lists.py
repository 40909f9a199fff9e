"""From a request for a list to the list: what is common to all RPCs that make one."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from recommender import steering
from recommender.domain.errors import PersonNotFoundError, StoreUnavailableError
from recommender.domain.ids import PersonId, Row
from recommender.domain.slate import Barrier, Drawing, Goal, Narrowing, Query
from recommender.domain.tally import Tally
from recommender.serving import replies
from recommender.serving.context import CallContext
from recommender.serving.interface import Recommender
from recommender.serving.requests import DEFAULT_PAGE, LONGEST_LIST, ListCall, Page
from recommender.serving.stored import key_of, store_of
from recommender.serving.tokens import PageToken
from recommender.serving.wire import Written
from recommender.v1 import recommendation_pb2 as pb

SHORT_SECONDS = 0.02
"""With less time left than this a list is given as it was prepared."""

SAMPLED = 16
"""Of so many answers one is looked at closely, and its counts stand for all."""

LATE_SECONDS = 2.0
"""A store that has not been read for so long is said to be unavailable."""

NOBODY = Written([], b"", [])
"""An empty list."""

_numbers = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the operator decides of lists.

    drawn_share: of places that are drawn by lot, in [0, 1]. stale_after: age of a model from which
    on answers say that it is old; None: never.
    """

    drawn_share: float = 0.0
    stale_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One list that one person asks for.

    person_id: as the caller wrote it; steered: how it is steered in the end; degraded: why the
    answer is poorer than it could be. key: the tenant's, for tokens.
    """

    person_id: str
    asker: Row
    asked: ListCall
    steered: steering.Steered
    paused: bool
    query: Query
    degraded: tuple[pb.DegradedReason.ValueType, ...]
    key: bytes


def prepare(call: CallContext, rules: Rules, person_id: str, asked: ListCall, lot: int) -> Asked:
    """Find the asker, what she has stored, and what that makes of the call.

    lot: for places that are drawn. Raises PersonNotFoundError, or InvalidArgumentError.
    """
    recommender = call.recommender
    asker = recommender.row(person_id)
    learner = recommender.learner(asker)
    steered = steering.steered(asked.steering, learner)
    shown, degraded = _shown(call, person_id, asked), _poorer(call, rules, asker)
    if shown is None and pb.DEGRADED_REASON_STORE_UNAVAILABLE not in degraded:
        degraded.append(pb.DEGRADED_REASON_STORE_UNAVAILABLE)
    pressed = _pressed(call)
    degraded += pressed
    drawn = rules.drawn_share and not pressed
    for reason in degraded:
        call.count("degraded", pb.DegradedReason.Name(reason).removeprefix("DEGRADED_REASON_"))
    return Asked(
        person_id=person_id,
        asker=asker,
        asked=asked,
        steered=steered,
        paused=learner is not None and learner.paused,
        query=Query(
            askers=[asker],
            kind=asked.kind,
            dials=steered.dials,
            excluded=rows(asked.scope.excluded, recommender),
            min_silence_days=asked.min_silence_days,
            goals=_goals(steered, recommender),
            only=_only(asked, recommender),
            minimum_score=asked.scope.minimum_score,
            shown=shown or {},
            drawing=Drawing(rules.drawn_share, lot) if drawn else None,
            prepared=bool(pressed),
            explain=asked.explain,
        ),
        degraded=tuple(degraded),
        key=key_of(call),
    )


def first(call: CallContext, one: Asked, count: int) -> Written:
    """The first `count` of a list, fewer where it ends; none for a learner who wants no lists."""
    if one.paused:
        return NOBODY
    call.check()
    tally = Tally() if next(_numbers) % SAMPLED == 0 else None
    started = time.perf_counter()
    (found,) = call.recommender.answer(replace(one.query, limit=count, tally=tally))
    call.stages["answer"] = call.stages.get("answer", 0.0) + time.perf_counter() - started
    if tally is not None:
        _note(call, tally)
    return found


def _note(call: CallContext, tally: Tally) -> None:
    """Put the figures of an answer that was looked at closely into the metrics."""
    call.stages.update(tally.seconds)
    for source, number in tally.candidates.items():
        call.count("candidates", source, number * SAMPLED)
    for reason, number in tally.filtered.items():
        call.count("filtered", reason, number * SAMPLED)


def paged(
    call: CallContext, one: Asked, page: Page, lot: int, most: int = LONGEST_LIST
) -> tuple[bytes, str]:
    """One page of a list, and the token of the next; empty where there is none."""
    size = page.size or one.steered.length or DEFAULT_PAGE
    end = min(page.offset + size, most)
    # One more than the page holds tells whether another page follows.
    found = first(call, one, min(end + 1, most))
    token = next_token(page, end, len(found.rows), call.recommender.info.name, lot, one.key)
    return found.part(page.offset, end), token


def next_token(page: Page, end: int, found: int, model: str, lot: int = 0, key: bytes = b"") -> str:
    """The token of the page that starts at `end`; empty where there is nothing there."""
    if found <= end:
        return ""
    return PageToken(model=model, request=page.request, offset=end, lot=lot).encode(key)


def about(call: CallContext, one: Asked) -> pb.AnswerInfo:
    """What an answer says of itself."""
    return replies.answer_info(
        call.recommender.info,
        one.person_id,
        one.asked.kind,
        one.steered.dials,
        one.steered.goals,
        stage=one.steered.stage,
        degraded=one.degraded,
        key=one.key,
    )


def lot_of(call: CallContext, person_id: str, page: Page | None = None) -> int:
    """The seed of drawn places: of the pages before, or the same for a person all day."""
    if page is not None and page.lot is not None:
        return page.lot
    today = datetime.now(UTC).date().isoformat()
    name = f"{call.recommender.info.name}/{today}/{person_id}".encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=4, key=key_of(call)).digest())


def rows(ids: Sequence[str], recommender: Recommender) -> frozenset[Row]:
    """Rows of those who are known: who is unknown cannot be on a list."""
    found = (row_of(recommender, person_id) for person_id in ids)
    return frozenset(row for row in found if row is not None)


def row_of(recommender: Recommender, person_id: str) -> Row | None:
    """The row of a person, or None where there is none."""
    try:
        return recommender.row(person_id)
    except PersonNotFoundError:
        return None


def _goals(steered: steering.Steered, recommender: Recommender) -> tuple[Goal, ...]:
    found = ((recommender.topic(topic), direction) for topic, direction in steered.goals)
    # A topic that the model does not know counts for nothing, as the contract says.
    return tuple(Goal(topic, direction) for topic, direction in found if topic is not None)


def _only(asked: ListCall, recommender: Recommender) -> tuple[tuple[Barrier, Narrowing], ...]:
    scope, found = asked.scope, []
    if scope.expression is not None:
        found.append((Barrier.FILTER, recommender.by_filter(scope.expression)))
    if scope.context is not None:
        found.append((Barrier.CONTEXT, recommender.by_context(scope.context)))
    return tuple(found)


def _shown(call: CallContext, person_id: str, asked: ListCall) -> dict[Row, float] | None:
    """What those shown lately lose; None where the store cannot say."""
    rotation = asked.rotation
    if rotation is None:
        return {}
    if call.tenant.store is None or _silent(call):
        return None  # rather than wait for it in every call
    now = datetime.now(UTC).replace(tzinfo=None)
    try:
        seen = store_of(call).last_shown(
            call.tenant.name, PersonId(person_id), asked.kind, now - rotation.window
        )
    except StoreUnavailableError:
        return None
    losses = {}
    for contact_id, at in seen.items():
        row = row_of(call.recommender, contact_id)
        if row is not None:
            age = min(max((now - at) / rotation.window, 0.0), 1.0)
            losses[row] = rotation.rate * (1 - age)
    return losses


def _poorer(call: CallContext, rules: Rules, asker: Row) -> list[pb.DegradedReason.ValueType]:
    """Why this answer is poorer than it could be, whatever is asked for."""
    found = []
    if call.recommender.came(asker):
        found.append(pb.DEGRADED_REASON_COLD_START)
    age = datetime.now(UTC).replace(tzinfo=None) - call.recommender.info.as_of.replace(tzinfo=None)
    if rules.stale_after is not None and age > rules.stale_after:
        found.append(pb.DEGRADED_REASON_STALE_MODEL)
    if _silent(call):
        found.append(pb.DEGRADED_REASON_STORE_UNAVAILABLE)
    return found


def _silent(call: CallContext) -> bool:
    """Whether the store has not been read for too long."""
    return call.live is not None and call.live.lag_seconds > LATE_SECONDS


def _pressed(call: CallContext) -> list[pb.DegradedReason.ValueType]:
    if call.time_left() < SHORT_SECONDS:
        return [pb.DEGRADED_REASON_DEADLINE]
    return [pb.DEGRADED_REASON_OVERLOAD] if call.pressed else []
