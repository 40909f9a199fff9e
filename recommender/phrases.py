"""Reasons in English: one sentence each, said only of what the evidence shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.answer import COARSE, CaveatKind, ReasonKind
from recommender.factors.habits import Answers, Pace
from recommender.model import Model
from recommender.reasons import KINDS


@dataclass(frozen=True, slots=True)
class Words:
    """What a sentence may name; empty or 0 where its kind has no such thing.

    within: how many of what is counted are about the topic. pace: how soon the person answers,
    where she answers most; else unknown.
    goal: whether the topic is a goal that this call brought along.
    """

    topic: str
    thing: str
    count: int
    organisation: str
    month: str
    within: int = 0
    pace: Pace = Pace.UNKNOWN
    goal: bool = False


def _shared_contacts(words: Words) -> str:
    many = f"{COARSE}+ contacts" if words.count >= COARSE else plural(words.count, "contact")
    return f"You have {many} in common"


def _shared_objects(words: Words) -> str:
    more = f" and {words.count - 1} more" if words.count > 1 else ""
    about = f" on {words.topic}" if words.topic else ""
    if words.within <= 1:
        return f"You both took part in “{words.thing}”{about}{more}"
    in_all = f", {words.count} in all" if words.count > words.within else ""
    return f"You both took part in “{words.thing}” and {words.within - 1} more{about}{in_all}"


def _active(words: Words) -> str:
    if words.count < 2:
        return f"Active lately in {words.topic}"
    return f"Active lately in {words.count} of your topics, {words.topic} among them"


def _benevolence(words: Words) -> str:
    if words.pace not in PACES:
        return "More likely than most to answer those who write to them"
    return f"Answers most of those who write to them, usually within {PACES[words.pace]}"


def _past_tie(words: Words) -> str:
    about = f", mostly about {words.topic}" if words.topic else ""
    return f"You were in contact {plural(words.count, 'time')}{about}, last in {words.month}"


PACES = {
    Pace.HOUR: "an hour",
    Pace.DAY: "a day",
    Pace.FEW_DAYS: "three days",
    Pace.WEEK: "a week",
}
"""How soon an answer comes, in words; what takes longer is no strength."""


SENTENCES: dict[ReasonKind, Callable[[Words], str]] = {
    ReasonKind.COMMUNALITY: lambda w: (
        f"Works on {w.topic}, {'a goal of yours' if w.goal else 'one of your topics'}"
    ),
    ReasonKind.ORGANISATION: lambda w: f"Works at {w.organisation}, which is strong in your topics",
    ReasonKind.NETWORK: lambda _: "Well connected to people who work on your topics",
    ReasonKind.REPUTATION: lambda _: (
        "Their contributions to your topics are answered more than most"
    ),
    ReasonKind.BENEVOLENCE: _benevolence,
    ReasonKind.LIKE_MINDEDNESS: lambda _: (
        "You turn to the same people, more than your topics suggest"
    ),
    ReasonKind.COLLABORATION: lambda _: "Each of you has skills that the other is looking for",
    ReasonKind.LEARNING: lambda w: f"Ahead of you in {w.topic}, and not too far to learn from",
    ReasonKind.TRENDS: lambda _: "Works on those of your topics that are on the rise",
    ReasonKind.SHARED_CONTACTS: _shared_contacts,
    ReasonKind.SIMILAR_NETWORK: lambda _: "People whose network is like yours turn to them",
    ReasonKind.SHARED_OBJECTS: _shared_objects,
    ReasonKind.ACTIVE_IN_TOPICS: _active,
    ReasonKind.SIMILAR_INTERESTS: lambda w: f"A mix of interests like yours; works on {w.topic}",
    ReasonKind.NETWORK_WALK: lambda _: "Close to you in the network of who is in contact with whom",
    ReasonKind.TURNED_TO_BY_CONTACTS: lambda _: "People you have turned to turn to them",
    ReasonKind.ADDRESSED_IN_TOPICS: lambda _: "Others turn to them about your topics",
    ReasonKind.ACTIVE_LATELY: lambda _: "Among the most active people of the last weeks",
    ReasonKind.NEAR_TOPICS: lambda w: f"At home in {w.topic}, which is close to your topics",
    ReasonKind.GOAL_MATCHES: lambda w: f"Knows {w.topic}, which you want to learn",
    ReasonKind.SIMILAR_TITLES: lambda _: "Takes part where much the same is talked about",
    ReasonKind.NEWCOMERS: lambda _: "New here, with topics like yours",
    ReasonKind.BRIDGES: lambda w: (
        f"Works on {w.topic} in a part of the network where you have no contact"
    ),
    ReasonKind.PAST_TIE: _past_tie,
}
"""A sentence for every kind of reason, without a full stop."""

CAVEATS = {
    CaveatKind.AWAY: "Not seen active for {weeks} weeks",
    CaveatKind.RARELY_ANSWERS: "Rarely answers those who write to them",
    CaveatKind.SELDOM_AGREE: "You seldom agree; that may be the point",
    CaveatKind.NEW_HERE: "New here: little is known of them yet",
}
"""A sentence for every kind of caveat, without a full stop; weeks: since they were last seen."""

_PAST_TIE = KINDS.index(ReasonKind.PAST_TIE)
_ORGANISATION = KINDS.index(ReasonKind.ORGANISATION)
_BENEVOLENCE = KINDS.index(ReasonKind.BENEVOLENCE)


def sentences(
    model: Model,
    kinds: NDArray[np.integer],
    topics: NDArray[np.integer],
    objects: NDArray[np.integer],
    counts: NDArray[np.integer],
    within: NDArray[np.integer],
    rows: NDArray[np.integer],
    last: NDArray[np.integer],
    goals: NDArray[np.bool_] | None = None,
) -> list[str]:
    """A sentence for each of m reasons.

    kinds: into `reasons.KINDS`; topics, objects: -1 for none; counts, within: see `Reasons`; rows:
    who is recommended; last: time of last contact in microseconds, read for past ties alone. Each
    int [m].
    goals: bool [m], whether the topic is a goal of the call; None: of none of them.
    """
    month = np.where(kinds == _PAST_TIE, last, 0).astype("datetime64[us]").astype("datetime64[M]")
    employer = np.where(kinds == _ORGANISATION, model.organisation[rows], -1)
    aimed = np.zeros(len(kinds), bool) if goals is None else goals
    told = (kinds == _BENEVOLENCE) & (model.answers[rows] == Answers.MOSTLY)
    pace = np.where(told, model.pace[rows], Pace.UNKNOWN)
    columns = [kinds, topics, objects, counts, employer, month.astype(np.int64)]
    columns += [within, pace, aimed]
    # The same few sentences are said again and again: word each once.
    wanted = list(zip(*(column.tolist() for column in columns), strict=True))
    worded = {words: _sentence(model, *words) for words in set(wanted)}
    return [worded[words] for words in wanted]


def _sentence(
    model: Model,
    kind: int,
    topic: int,
    thing: int,
    count: int,
    employer: int,
    month: int,
    within: int,
    pace: int,
    goal: bool,
) -> str:
    words = Words(
        topic=model.topic_labels[topic] if topic >= 0 else "",
        thing=model.object_titles[thing] if thing >= 0 else "",
        count=count,
        organisation=model.organisations[employer] if employer >= 0 else "",
        month=f"{np.datetime64(month, 'M').item():%B %Y}" if kind == _PAST_TIE else "",
        within=within,
        pace=Pace(pace),
        goal=goal,
    )
    return SENTENCES[KINDS[kind]](words)


def plural(count: int, noun: str) -> str:
    """Count and noun.

    >>> plural(1, "time"), plural(2, "time")
    ('1 time', '2 times')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
