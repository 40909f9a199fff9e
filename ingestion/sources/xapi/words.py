"""What xAPI's verbs and activities are to us: verbs, topics and titles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
"""The one verb that xAPI reserves."""

_OURS: dict[str, str] = {
    **dict.fromkeys(("replied", "replied-to", "responded"), "reply"),
    **dict.fromkeys(("commented", "reviewed", "annotated"), "comment"),
    **dict.fromkeys(("answered",), "answer"),
    **dict.fromkeys(
        ("asked", "authored", "created", "posted", "published", "submitted", "uploaded"), "post"
    ),
    **dict.fromkeys(("favorited", "liked", "upvoted", "voted-up"), "like"),
    **dict.fromkeys(("rated", "reacted"), "react"),
    **dict.fromkeys(("shared",), "share"),
    **dict.fromkeys(("mentioned", "tagged"), "mention"),
    **dict.fromkeys(("quoted",), "quote"),
    **dict.fromkeys(("accepted",), "accept"),
    **dict.fromkeys(("enrolled", "followed", "friended", "joined", "registered"), "follow"),
    **dict.fromkeys(("collaborated", "collaborated-with", "worked-with"), "project"),
    **dict.fromkeys(
        (
            "abandoned", "accessed", "downloaded", "experienced", "hovered", "initialized",
            "interacted", "launched", "listened", "opened", "paused", "played", "previewed",
            "progressed", "read", "resumed", "satisfied", "searched", "seeked", "skipped",
            "started", "suspended", "terminated", "viewed", "visited", "waived", "watched",
        ),
        "view",
    ),
}  # fmt: skip
"""Our verb for the last part of a verb's IRI; any other verb keeps that part for a name."""
_PASSED_OVER = frozenset({"logged-in", "logged-out", "loggedin", "loggedout"})
ADDRESSING = frozenset(
    {"reply", "comment", "answer", "like", "react", "share", "mention", "quote", "accept"}
)
"""Verbs that say by themselves how somebody dealt with another's statement."""
_NO_TOPICS = frozenset({"lms", "profile", "site", "source"})
"""Types of activities, by their last part, that say where a statement comes from."""
_PROFILES = re.compile(r"https?://w3id\.org/xapi/")
_PARTS = re.compile(r"[/#]+")
_LONGEST = 64
_MANY = 50
"""Topics of a statement that count."""


def verb(iri: str) -> str | None:
    """Our verb for an IRI; None for what is about no topic and nobody else.

    >>> verb("http://adlnet.gov/expapi/verbs/commented")
    'comment'
    """
    part = last_part(iri).lower()[:_LONGEST]
    return None if part in _PASSED_OVER else _OURS.get(part, part)


def last_part(iri: str) -> str:
    """The last part of an IRI that is not empty.

    >>> last_part("http://example.com/xapi/verbs#defenestrated")
    'defenestrated'
    """
    return next((part for part in reversed(_PARTS.split(iri)) if part), iri)


def topics(statement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The activities that say what a statement is about.

    Its categories, unless they name a profile; else what it is grouped under; else its parent;
    else its object.
    """
    context = statement.get("context")
    around = context.get("contextActivities") if isinstance(context, dict) else None
    for name in ("category", "grouping", "parent"):
        found = _topics_in(around.get(name) if isinstance(around, dict) else None)
        if few := list(islice(found, _MANY)):
            yield from few
            return
    yield from _topics_in(statement.get("object"))


def _topics_in(value: object) -> Iterator[dict[str, Any]]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and one.get("objectType", "Activity") == "Activity":
            iri, kind = one.get("id"), definition(one).get("type")
            sort = last_part(kind).lower() if isinstance(kind, str) else ""
            if isinstance(iri, str) and iri and sort not in _NO_TOPICS and not _PROFILES.match(iri):
                yield one


def definition(activity: dict[str, Any]) -> dict[str, Any]:
    """What an activity says of itself."""
    found = activity.get("definition")
    return found if isinstance(found, dict) else {}


def title(activity: dict[str, Any]) -> str | None:
    """What an activity is called: in English where it says so, else in the first language."""
    names = definition(activity).get("name")
    if not isinstance(names, dict):
        return None
    order = sorted(names, key=lambda tag: (not tag.lower().startswith("en"), tag))
    return next((names[tag] for tag in order if isinstance(names[tag], str) and names[tag]), None)
