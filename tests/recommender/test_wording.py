"""Sentences: numbers in plain words, months, names of any script, and room for all of it."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from recommender.domain.answer import CaveatKind, ReasonKind
from recommender.domain.ids import StringTable
from recommender.domain.times import microseconds
from recommender.factors.habits import Pace
from recommender.phrases import SAID, TEMPLATES
from recommender.wording import Facts, Vocabulary, months_of, sentences

LABELS, TITLES = ["tea", "Ökologie", ""], ["Pot", "茶" * 400]
NOBODY = StringTable.of([]).strings()
VOCABULARY = Vocabulary(
    person_ids=NOBODY,
    display_names=NOBODY,
    organisations=StringTable.of(["Acme"]).strings(),
    topic_ids=NOBODY,
    topic_labels=StringTable.of(LABELS).strings(),
    object_ids=NOBODY,
    object_titles=StringTable.of(TITLES).strings(),
)
MAY = int(months_of(np.array([microseconds(datetime(2024, 5, 31, 23))]))[0])


def said(*kinds, topic=0, thing=0, count=0, within=0, month=MAY, pace=Pace.UNKNOWN, goal=False):
    """The sentence of each kind, with the same facts."""

    def column(value):
        return np.full(len(kinds), value, np.int32)

    facts = Facts(
        kinds=np.array([SAID.index(kind) for kind in kinds]),
        topics=column(topic),
        things=column(thing),
        homes=column(0),
        counts=column(count),
        within=column(within),
        months=column(month),
        paces=column(pace),
        goals=column(goal).astype(bool),
    )
    return sentences(VOCABULARY, facts)


TOLD = [
    ("communality", {}, "Works on tea, one of your topics"),
    ("communality", {"goal": True}, "Works on tea, a goal of yours"),
    ("organisation", {}, "Works at Acme, which is strong in your topics"),
    ("shared_contacts", {"count": 1}, "You have 1 contact in common"),
    ("shared_contacts", {"count": 2}, "You have 2 contacts in common"),
    ("shared_contacts", {"count": 3}, "You have 3+ contacts in common"),
    ("shared_contacts", {"count": 99}, "You have 3+ contacts in common"),
    ("shared_objects", {"count": 1}, "You both took part in “Pot” on tea"),
    ("shared_objects", {"count": 1, "topic": -1}, "You both took part in “Pot”"),
    ("shared_objects", {"count": 4, "topic": -1}, "You both took part in “Pot” and 3 more"),
    ("shared_objects", {"count": 3, "within": 1}, "You both took part in “Pot” on tea and 2 more"),
    ("shared_objects", {"count": 3, "within": 3}, "You both took part in “Pot” and 2 more on tea"),
    (
        "shared_objects",
        {"count": 1234, "within": 3},
        "You both took part in “Pot” and 2 more on tea, 1234 in all",
    ),
    (
        "shared_objects",
        {"count": 9, "within": 3, "topic": -1},
        "You both took part in “Pot” and 2 more, 9 in all",
    ),
    ("active_in_topics", {"count": 0, "topic": 1}, "Active lately in Ökologie"),
    ("active_in_topics", {"count": 2}, "Active lately in 2 of your topics, tea among them"),
    ("benevolence", {}, "More likely than most to answer those who write to them"),
    (
        "benevolence",
        {"pace": Pace.DAY},
        "Answers most of those who write to them, usually within a day",
    ),
    (
        "benevolence",
        {"pace": Pace.WEEK},
        "Answers most of those who write to them, usually within a week",
    ),
    (
        "benevolence",
        {"pace": Pace.LONGER},
        "More likely than most to answer those who write to them",
    ),
    (
        "past_tie",
        {"count": 1, "topic": -1},
        "You were in contact 1 time, last in May 2024",
    ),
    (
        "past_tie",
        {"count": 12},
        "You were in contact 12 times, mostly about tea, last in May 2024",
    ),
    ("past_tie", {"count": 2, "topic": -1, "month": -1}, None),
]


@pytest.mark.parametrize(("kind", "facts", "sentence"), TOLD)
def test_every_sentence_says_what_it_is_given(kind, facts, sentence):
    """Numbers, the right one of several forms, names and months, before 1970 too."""
    wanted = sentence or "You were in contact 2 times, last in December 1969"
    assert said(ReasonKind(kind), **facts) == [wanted]


def test_every_template_can_be_said():
    """None is out of reach, and none is said where another belongs."""
    several = [
        {"count": count, "within": within, "topic": topic, "pace": pace, "goal": goal}
        for count in (0, 1, 2, 3)
        for within in (0, 2)
        for topic in (-1, 0)
        for pace in Pace
        for goal in (False, True)
    ]
    needs_topic = {kind for kind, forms in TEMPLATES.items() if all("{topic}" in f for f in forms)}
    for kind, forms in TEMPLATES.items():
        facts = [one for one in several if kind not in needs_topic or one["topic"] >= 0]
        told = {said(kind, **one)[0] for one in facts}
        assert len(told) >= len(forms), kind
        for text in told:
            assert text[0].isupper()
            assert not text.endswith(".")
            assert "{" not in text


def test_long_titles_find_room_and_many_sentences_stay_in_order():
    """However short the array was that was made ready."""
    told = said(*[ReasonKind.SHARED_OBJECTS] * 50, ReasonKind.TRENDS, thing=1, count=1)
    assert told[:50] == [f"You both took part in “{TITLES[1]}” on tea"] * 50
    assert told[50] == "Works on those of your topics that are on the rise"
    assert said() == []


def test_caveats_are_said_too():
    """Weeks are a number like any other."""
    away, rarely = said(CaveatKind.AWAY, CaveatKind.RARELY_ANSWERS, count=17)
    assert away == "Not seen active for 17 weeks"
    assert rarely == "Rarely answers those who write to them"


def test_a_goal_is_not_called_work():
    """The shared topic may be one that the asker only wants to learn."""
    for kind in (ReasonKind.COMMUNALITY, ReasonKind.ACTIVE_IN_TOPICS):
        assert "you both" not in said(kind)[0].lower()
