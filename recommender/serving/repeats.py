"""Requests that a caller may repeat, and the answers they got."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

import grpc
from google.protobuf.message import Message

from recommender.serving.refusals import Refusal, RefusalError

MOST = 1000
"""Answers kept; the oldest goes first."""

Answer = TypeVar("Answer", bound=Message)


_REUSED = Refusal(
    code=grpc.StatusCode.ALREADY_EXISTS,
    reason="REQUEST_ID_REUSED",
    message="request_id: has named another request; take a new one",
    field_path="request_id",
)


class Repeats:
    """Answers by tenant and id of the request, as long as this process lives."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[str, str], tuple[bytes, Message]] = OrderedDict()

    def once(
        self, tenant: str, request_id: str, content: bytes, answer: Callable[[], Answer]
    ) -> Answer:
        """What `answer` gives, or gave when this request was first made.

        request_id: empty where the request is not repeatable. content: tells requests apart.
        Raises RefusalError where the id has named another request.
        """
        if not request_id:
            return answer()
        with self._lock:
            key = tenant, request_id
            if key not in self._answers:
                self._answers[key] = content, answer()
                while len(self._answers) > MOST:
                    self._answers.popitem(last=False)
            before, given = self._answers[key]
            if before != content:
                raise RefusalError(_REUSED)
            return type(given).FromString(given.SerializeToString())  # type: ignore[return-value]
