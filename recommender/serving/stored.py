"""How servicers write to the learner store: once per named request, and never about the erased."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Protocol, TypeVar, cast

from google.protobuf.message import Message

from recommender.domain.errors import InvalidArgumentError, NoStoreError
from recommender.domain.ids import PersonId
from recommender.serving import fields
from recommender.serving.context import CallContext
from recommender.store import LearnerStore, Once, Writing

ERASED = "names a person who was erased"

Reply = TypeVar("Reply", bound=Message)


class Named(Protocol):
    """A request that may have a name of its own."""

    request_id: str

    def SerializeToString(self, *, deterministic: bool = ...) -> bytes:  # noqa: N802 - protobuf's
        """The bytes of the request."""
        ...


def store_of(call: CallContext) -> LearnerStore:
    """The learner store. Raises NoStoreError where the server runs without one."""
    if call.tenant.store is None:
        raise NoStoreError("this server was started without a learner store")
    return cast("LearnerStore", call.tenant.store)


def key_of(call: CallContext) -> bytes:
    """The tenant's secret for tokens; none on a server without a store."""
    return b"" if call.tenant.store is None else store_of(call).key(call.tenant.name)


def write(
    call: CallContext,
    request: Named,
    reply_type: type[Reply],
    act: Callable[[Writing], Reply],
    people: Sequence[PersonId] = (),
) -> Reply:
    """Do what `act` does in one transaction, durably; or give the first answer once more.

    people: whom the answer names.
    """
    store = store_of(call)
    once = _once(call, store, request)
    call.check()
    started = perf_counter()
    with store.writing(call.tenant.name, once) as work:
        if work.replayed is not None:
            return reply_type.FromString(work.replayed)
        reply = act(work)
        work.answered(reply.SerializeToString(), people)
    call.stages["store"] = perf_counter() - started
    return reply


def act_once(
    call: CallContext, request: Named, reply_type: type[Reply], act: Callable[[], Reply]
) -> Reply:
    """Do what takes long and writes nothing to the store; or give the first answer once more.

    The store is not held up meanwhile. So `act` is to leave things as they are when it comes twice
    at the same time, on two servers, or once more after a crash.
    """
    store, tenant = store_of(call), call.tenant.name
    once = _once(call, store, request)
    first = store.first_answer(tenant, once) if once else None
    if first is not None:
        return reply_type.FromString(first)
    reply = act()
    with store.writing(tenant, once) as work:
        if work.replayed is not None:
            return reply_type.FromString(work.replayed)
        work.answered(reply.SerializeToString())
    return reply


def look(call: CallContext, request: Named, act: Callable[[Writing], Reply]) -> Reply:
    """Find out what `act` would answer in a transaction; it is to write nothing."""
    name_of(request)
    call.check()
    with store_of(call).writing(call.tenant.name) as work:
        return act(work)


def refuse_erased(work: Writing, people: Mapping[str, PersonId]) -> None:
    """Raise InvalidArgumentError for the first of these fields that names somebody erased."""
    erased = work.erased(people.values())
    for field, person_id in people.items():
        if person_id in erased:
            raise InvalidArgumentError(field, ERASED)


def name_of(request: Named) -> str:
    """What the caller calls a request; empty where it has no name. Raises InvalidArgumentError."""
    return fields.text(request.request_id, "request_id", fields.LONGEST_REQUEST_ID)


def _once(call: CallContext, store: LearnerStore, request: Named) -> Once | None:
    name = name_of(request)
    if not name:
        return None
    # Keyed, because a digest of an id that is easily guessed would tell it.
    key = store.key(call.tenant.name)
    content = request.SerializeToString(deterministic=True)
    digest = hashlib.blake2b(content, key=key, digest_size=32).digest()
    return Once(request_id=name, method=type(request).__name__, digest=digest)
