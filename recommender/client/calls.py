"""How every call is made: with an id where it writes, a token, and one type of error."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar, cast

import grpc
from google.protobuf.message import Message

from recommender.client.errors import call_error
from recommender.client.policy import timeout

Request = TypeVar("Request", bound=Message)
Reply = TypeVar("Reply", bound=Message)
Metadata = Callable[[], tuple[tuple[str, str], ...]]


class Paged(Protocol):
    """A response that is one page of several."""

    next_page_token: str


Page = TypeVar("Page", bound=Paged)


class Calls:
    """Makes calls on one channel. Thread-safe.

    metadata: gives what goes along with a call.
    """

    def __init__(self, channel: grpc.Channel, metadata: Metadata) -> None:
        self._channel = channel
        self._metadata = metadata
        self._timeout: float | None = None

    def _one(self, method: grpc.UnaryUnaryMultiCallable[Request, Reply], request: Request) -> Reply:
        """The answer to `request`."""
        try:
            return method(request, timeout=self._seconds(request), metadata=self._metadata())
        except grpc.RpcError as error:
            raise call_error(error) from error

    def _write(
        self, method: grpc.UnaryUnaryMultiCallable[Request, Reply], request: Request
    ) -> Reply:
        """The answer to `request`, which gets a request_id where it has none."""
        return self._one(method, _named(request))

    def _many(
        self, method: grpc.UnaryStreamMultiCallable[Request, Reply], request: Request
    ) -> Iterator[Reply]:
        """The answers to `request` as they come; the call ends when no more are wanted."""
        call = method(request, timeout=self._seconds(request), metadata=self._metadata())
        try:
            yield from call
        except grpc.RpcError as error:
            raise call_error(error) from error
        finally:
            call.cancel()

    def _seconds(self, request: Message) -> float:
        return timeout(request) if self._timeout is None else self._timeout

    def _pages(self, ask: Callable[[str], Page]) -> Iterator[Page]:
        """Page after page; `ask` gives the page of a token, empty for the first."""
        token, more = "", True
        while more:
            page = ask(token)
            yield page
            token = page.next_page_token
            more = bool(token)


def _named(request: Request) -> Request:
    """The request with an id of its own, by which the service tells a repetition."""
    named: Any = type(request)()
    named.CopyFrom(request)
    named.request_id = named.request_id or uuid.uuid4().hex
    return cast("Request", named)
