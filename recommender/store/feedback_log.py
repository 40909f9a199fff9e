"""Feedback as a log of what was shown, with which chance, and what came of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

import pyarrow as pa

from recommender.domain.learner import Feedback, FeedbackAction
from recommender.domain.slate import Kind
from recommender.domain.tables import TIME
from recommender.store.native import Row

LOG = pa.schema(
    {
        "answer_id": pa.string(),
        "person_id": pa.string(),
        "contact_id": pa.string(),
        "position": pa.int64(),
        "propensity": pa.float64(),
        "reward": pa.float64(),
        "occurred_at": TIME,
        "opened": pa.bool_(),
        "declined": pa.bool_(),
        "model": pa.string(),
        "like_mindedness": pa.float64(),
        "collaboration": pa.float64(),
        "diversity": pa.float64(),
        "surface": pa.string(),
    }
)
"""A row is one place that was shown. reward: 1 where she got in touch, else 0."""

LOWEST_PLACE = 1000
"""The lowest place that is judged."""


def log_name(kind: Kind) -> str:
    """The log of one kind of list, without its ending: `feedback` of new people.

    >>> log_name(Kind.PEOPLE), log_name(Kind.REACTIVATION)
    ('feedback', 'feedback-reactivation')
    """
    return "feedback" if kind is Kind.PEOPLE else f"feedback-{kind}"


def log_rows(feedback: Iterable[Feedback]) -> Iterator[tuple[Kind, Row]]:
    """The places that were shown; of feedback in the order of answers, then of time."""
    for token, items in groupby(feedback, key=lambda each: each.token):
        yield from _answer(token, list(items))


def _answer(token: str, items: list[Feedback]) -> Iterator[tuple[Kind, Row]]:
    """The places of one answer; where one is shown again, that counts as an answer of its own."""
    shown = Counter[int]()
    rows: list[tuple[Kind, Row]] = []
    latest: dict[str, Row] = {}
    early: dict[str, set[FeedbackAction]] = {}
    for each in items:
        if each.action is not FeedbackAction.SHOWN:
            if each.contact_id in latest:
                _note(latest[each.contact_id], each.action)
            else:
                early.setdefault(each.contact_id, set()).add(each.action)
        elif 1 <= each.rank <= LOWEST_PLACE:
            shown[each.rank] += 1
            row = _row(each, _answer_id(token, shown[each.rank]))
            for action in early.pop(each.contact_id, ()):  # told before the showing was
                _note(row, action)
            latest[each.contact_id] = row
            rows.append((each.list_kind, row))
    return iter(rows)


def _row(shown: Feedback, answer_id: str) -> Row:
    like_mindedness, collaboration, diversity = shown.dials
    return {
        "answer_id": answer_id,
        "person_id": shown.person_id,
        "contact_id": shown.contact_id,
        "position": shown.rank,
        "propensity": 1.0 if shown.propensity is None else shown.propensity,
        "reward": 0.0,
        "occurred_at": shown.occurred_at,
        "opened": False,
        "declined": False,
        "model": shown.model,
        "like_mindedness": like_mindedness,
        "collaboration": collaboration,
        "diversity": diversity,
        "surface": shown.surface,
    }


def _note(row: Row, action: FeedbackAction) -> None:
    """What became of the place."""
    if action is FeedbackAction.ACCEPTED:
        row["reward"] = 1.0
    elif action is FeedbackAction.OPENED:
        row["opened"] = True
    elif action is FeedbackAction.DECLINED:
        row["declined"] = True


def _answer_id(token: str, showing: int) -> str:
    return hashlib.blake2b(f"{token} {showing}".encode(), digest_size=12).hexdigest()
