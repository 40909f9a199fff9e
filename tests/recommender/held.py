"""How each kind of reason is held against the facts of a world."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from recommender.domain.answer import COARSE, Reason

if TYPE_CHECKING:
    from tests.recommender.truth import Truth

LATELY, NEW = timedelta(days=60), timedelta(days=90)


def _topic(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    topic = reason.topics[0].id
    hers = truth.works_on(asker, topic) or truth.wants(asker, topic)
    theirs = truth.works_on(other, topic)
    return [] if hers and theirs else [f"{topic} is not shared"]


def _active(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    topic = reason.topics[0].id
    return [] if truth.works_on(other, topic, LATELY) else [f"not active in {topic}"]


def _objects(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    shared = truth.things(asker) & truth.things(other)
    lies = [] if reason.objects[0].id in shared else ["object is not shared"]
    return lies + ([] if reason.count == len(shared) else [f"{len(shared)} objects are shared"])


def _contacts(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    true = len(truth.common(asker, other))
    return [] if reason.count == min(true, COARSE) > 0 else [f"{true} contacts are shared"]


def _past(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    talks = truth.talks(asker, other)
    month = f"{max(talks):%B %Y}"
    lies = [] if reason.count == len(talks) else [f"{len(talks)} contacts"]
    return lies + ([] if month in reason.text else [f"last in {month}"])


def _learning(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    topic = reason.topics[0].id
    mine, theirs = truth.level(asker, topic), truth.level(other, topic)
    lies = [] if truth.works_on(asker, topic) or truth.wants(asker, topic) else ["not her topic"]
    if not truth.works_on(other, topic) and theirs is None and not truth.offers(other, topic):
        lies.append(f"{other} shows no skill in {topic}")
    if mine is not None and theirs is not None and theirs < mine + 1:
        lies.append(f"{other} is not ahead")
    return lies


def _organisation(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    homes = {f["person_id"]: f.get("organisation") for f in truth.declared}
    return [] if homes.get(other) and homes[other] in reason.text else ["not her organisation"]


def _by_value(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    """No event shows it: its evidence is the factor's value, which the answer carries."""
    return [] if not (reason.topics or reason.objects or reason.count) else ["claims evidence"]


def _near_topics(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    topic, own = reason.topics[0].id, truth.own_topics(asker)
    lies = [f"{topic} is the asker's own"] if topic in own else []
    if not any(truth.near(mine, topic) for mine in own):
        lies.append(f"{topic} is near to none of {own}")
    return lies + ([] if truth.shows(other, topic) else [f"{other} is not at home in {topic}"])


def _goal_matches(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    topic = reason.topics[0].id
    lies = [] if truth.wants(asker, topic) else [f"{topic} is no goal of {asker}"]
    return lies + ([] if truth.shows(other, topic) else [f"{other} shows no skill in {topic}"])


def _similar_titles(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    lies = [] if truth.alike(asker, other) else ["no titles are alike"]
    return lies + _by_value(truth, asker, other, reason)


def _newcomers(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    """What somebody says to know is her topic, too, though she never acted in it."""
    known = {f["topic_id"] for f in (*truth.activities, *truth.goals, *truth.skills)} - {None}
    one, two = (
        truth.own_topics(who) | {topic for topic in known if truth.shows(who, topic)}
        for who in (asker, other)
    )
    lies = [] if one & two else ["no topic is shared"]
    first = truth.first_seen(other)
    lies += [] if first > truth.as_of - NEW else [f"{other} has been here since {first}"]
    return lies + _by_value(truth, asker, other, reason)


def _bridges(truth: Truth, asker: str, other: str, reason: Reason) -> list[str]:
    common = truth.common(asker, other)
    lies = [f"{common} are contacts of both"] if common else []
    return lies + _topic(truth, asker, other, reason)


CHECKS = {
    **dict.fromkeys(("network", "reputation", "benevolence", "like_mindedness"), _by_value),
    **dict.fromkeys(("collaboration", "trends", "similar_network"), _by_value),
    **dict.fromkeys(("network_walk", "turned_to_by_contacts"), _by_value),
    **dict.fromkeys(("addressed_in_topics", "active_lately"), _by_value),
    "learning": _learning,
    "organisation": _organisation,
    "communality": _topic,
    "similar_interests": _topic,
    "active_in_topics": _active,
    "shared_objects": _objects,
    "shared_contacts": _contacts,
    "near_topics": _near_topics,
    "goal_matches": _goal_matches,
    "similar_titles": _similar_titles,
    "newcomers": _newcomers,
    "bridges": _bridges,
    "past_tie": _past,
}
"""What can be held against single events, by kind of reason."""
