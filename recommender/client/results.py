"""A list of recommendations, read page by page as it is gone through."""

from __future__ import annotations

from collections.abc import Iterator

from recommender.v1 import recommendation_service_pb2 as pb
from recommender.v1.recommendation_pb2 import AnswerInfo, Recommendation

ListPage = (
    pb.RecommendPeopleResponse
    | pb.RecommendReactivationsResponse
    | pb.RecommendMaintenanceResponse
    | pb.RankPeopleResponse
)


class Results(Iterator[Recommendation]):
    """Names one after another, best first; a page is asked for when its first name is wanted.

    Going on raises CallError; where its reason is MODEL_CHANGED, begin the list anew.

    answer: what the answer that had the last name says of itself, such as its `attribution_token`,
        which feedback needs; None before the first page.
    unranked: people of the caller's own list who were not ranked, known from the first page on.
    """

    def __init__(self, pages: Iterator[ListPage], limit: int | None) -> None:
        self.answer: AnswerInfo | None = None
        self.unranked: list[pb.UnrankedPerson] = []
        self._pages = pages
        self._waiting: list[Recommendation] = []
        self._left = limit

    def __next__(self) -> Recommendation:
        if self._left == 0:
            raise StopIteration
        while not self._waiting:
            self._take(next(self._pages))
        if self._left is not None:
            self._left -= 1
        return self._waiting.pop()

    def _take(self, page: ListPage) -> None:
        self.answer = page.answer
        self._waiting = list(reversed(page.recommendations))
        if isinstance(page, pb.RankPeopleResponse):
            self.unranked.extend(page.unranked_people)


LARGEST_PAGE = 100


def page_size(limit: int | None) -> int:
    """How much to ask for at once where `limit` names are wanted; 0: the service's usual.

    >>> page_size(None), page_size(5), page_size(150)
    (0, 5, 100)
    """
    return 0 if limit is None else min(limit, LARGEST_PAGE)
