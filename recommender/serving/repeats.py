"""Requests that a caller may repeat, and the answers they got."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

from google.protobuf.message import Message

from recommender.domain.errors import RequestReusedError

MOST = 1000
"""Answers kept; the oldest goes first."""

Answer = TypeVar("Answer", bound=Message)


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
        Raises RequestReusedError where the id has named another request.
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
                raise RequestReusedError(request_id)
            return type(given).FromString(given.SerializeToString())  # type: ignore[return-value]
