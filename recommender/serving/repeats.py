"""Requests that a caller may repeat, and the answers they got, where there is no learner store."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

from google.protobuf.message import Message

from recommender.domain.errors import RequestReusedError
from recommender.serving.stored import Named

MOST = 1000
"""Answers kept; the oldest goes first."""

Answer = TypeVar("Answer", bound=Message)


class Repeats:
    """Answers by tenant and id of the request, as long as this process lives. Not for threads."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, str], tuple[bytes, Message]] = OrderedDict()

    def once(self, tenant: str, request: Named, answer: Callable[[], Answer]) -> Answer:
        """What `answer` gives, or gave when this request, which has a name, was first made.

        Raises RequestReusedError where the name was another request's.
        """
        key, content = (tenant, request.request_id), request.SerializeToString(deterministic=True)
        if key not in self._answers:
            self._answers[key] = content, answer()
            while len(self._answers) > MOST:
                self._answers.popitem(last=False)
        before, given = self._answers[key]
        if before != content:
            raise RequestReusedError(request.request_id)
        return type(given).FromString(given.SerializeToString())  # type: ignore[return-value]
