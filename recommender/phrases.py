"""Reasons in English: one sentence each, said only of what the evidence shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.answer import COARSE, ReasonKind
from recommender.model import Model
from recommender.reasons import KINDS


@dataclass(frozen=True, slots=True)
class Words:
    """What a sentence may name; empty or 0 where its kind has no such thing."""

    topic: str
    thing: str
    count: int
    organisation: str
    month: str


def _shared_contacts(words: Words) -> str:
    many = f"{COARSE}+ contacts" if words.count >= COARSE else plural(words.count, "contact")
    return f"You have {many} in common"


def _shared_objects(words: Words) -> str:
    more = f" and {words.count - 1} more" if words.count > 1 else ""
    return f"You both took part in “{words.thing}”{more}"


def _past_tie(words: Words) -> str:
    about = f", mostly about {words.topic}" if words.topic else ""
    return f"You were in contact {plural(words.count, 'time')}{about}, last in {words.month}"


SENTENCES: dict[ReasonKind, Callable[[Words], str]] = {
    ReasonKind.COMMUNALITY: lambda w: f"Works on {w.topic}, one of your topics",
    ReasonKind.ORGANISATION: lambda w: f"Works at {w.organisation}, which is strong in your topics",
    ReasonKind.NETWORK: lambda _: "Well connected to people who work on your topics",
    ReasonKind.REPUTATION: lambda _: (
        "Their contributions to your topics are answered more than most"
    ),
    ReasonKind.BENEVOLENCE: lambda _: "More likely than most to answer those who write to them",
    ReasonKind.LIKE_MINDEDNESS: lambda _: (
        "You turn to the same people, more than your topics suggest"
    ),
    ReasonKind.COLLABORATION: lambda _: "Each of you has skills that the other is looking for",
    ReasonKind.LEARNING: lambda w: f"Ahead of you in {w.topic}, and not too far to learn from",
    ReasonKind.TRENDS: lambda _: "Works on those of your topics that are on the rise",
    ReasonKind.SHARED_CONTACTS: _shared_contacts,
    ReasonKind.SIMILAR_NETWORK: lambda _: "People whose network is like yours turn to them",
    ReasonKind.SHARED_OBJECTS: _shared_objects,
    ReasonKind.ACTIVE_IN_TOPICS: lambda w: f"Active lately in {w.topic}",
    ReasonKind.SIMILAR_INTERESTS: lambda w: f"A mix of interests like yours; works on {w.topic}",
    ReasonKind.PAST_TIE: _past_tie,
}
"""A sentence for every kind of reason, without a full stop."""

_PAST_TIE = KINDS.index(ReasonKind.PAST_TIE)
_ORGANISATION = KINDS.index(ReasonKind.ORGANISATION)


def sentences(
    model: Model,
    kinds: NDArray[np.integer],
    topics: NDArray[np.integer],
    objects: NDArray[np.integer],
    counts: NDArray[np.integer],
    rows: NDArray[np.integer],
    last: NDArray[np.integer],
) -> list[str]:
    """A sentence for each of m reasons.

    kinds: into `reasons.KINDS`; topics, objects: -1 for none; rows: who is recommended; last: time
    of last contact in microseconds, read for past ties alone. Each int [m].
    """
    month = np.where(kinds == _PAST_TIE, last, 0).astype("datetime64[us]").astype("datetime64[M]")
    employer = np.where(kinds == _ORGANISATION, model.organisation[rows], -1)
    columns = [kinds, topics, objects, counts, employer, month.astype(np.int64)]
    # The same few sentences are said again and again: word each once.
    wanted = list(zip(*(column.tolist() for column in columns), strict=True))
    worded = {words: _sentence(model, *words) for words in set(wanted)}
    return [worded[words] for words in wanted]


def _sentence(
    model: Model, kind: int, topic: int, thing: int, count: int, employer: int, month: int
) -> str:
    words = Words(
        topic=model.topic_labels[topic] if topic >= 0 else "",
        thing=model.object_titles[thing] if thing >= 0 else "",
        count=count,
        organisation=model.organisations[employer] if employer >= 0 else "",
        month=f"{np.datetime64(month, 'M').item():%B %Y}" if kind == _PAST_TIE else "",
    )
    return SENTENCES[KINDS[kind]](words)


def plural(count: int, noun: str) -> str:
    """Count and noun.

    >>> plural(1, "time"), plural(2, "time")
    ('1 time', '2 times')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
