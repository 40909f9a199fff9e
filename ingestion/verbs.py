"""What an event weighs where the host does not say: by its verb, in one table.

A look costs nothing, an answer costs effort, and work done together most of all. The scale is
that of a reply = 1; the figures are judgement, not measurement, and only their order matters.
A host that knows better says so in its settings (`ingest.verbs`). The table is also that of
docs/verbs.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recommender.domain.config import IngestConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """What somebody can do."""

    weight: float
    """Of an event with this verb that brings no weight; >= 0."""
    why: str
    """What makes it weigh so much, as a sentence."""


VERBS: dict[str, Verb] = {
    "view": Verb(weight=0.05, why="Looking costs next to nothing, and happens most of all."),
    "learn-from": Verb(
        weight=0.1, why="The instructor of whatever one did speaks to a whole class."
    ),
    "like": Verb(weight=0.2, why="One click; it says that one has read, and to whom."),
    "react": Verb(weight=0.2, why="Likewise, and so is a rating."),
    "share": Verb(weight=0.3, why="Passed on without a word of one's own."),
    "team": Verb(weight=0.3, why="Of the same team in whatever one did; not all in a team meet."),
    "follow": Verb(weight=0.5, why="Done once, meant for long, and unanswered as a rule."),
    "mention": Verb(weight=0.7, why="Addresses somebody by name, often among several."),
    "quote": Verb(weight=0.7, why="Takes up what somebody said, not always to talk with them."),
    "reply": Verb(weight=1.0, why="The measure of all others: words of one's own for one person."),
    "comment": Verb(weight=1.0, why="A reply by another name."),
    "answer": Verb(weight=1.0, why="A reply to a question."),
    "post": Verb(weight=1.0, why="Words of one's own on a topic."),
    "accept": Verb(
        weight=2.0, why="Says that somebody's answer helped: rare, and about what it was worth."
    ),
    "co-edit": Verb(weight=3.0, why="One piece of work by several, who had to agree on it."),
    "project": Verb(weight=3.0, why="Likewise, and for longer."),
}
"""Verbs in lower case that weigh something of their own."""


def weights(config: IngestConfig) -> Mapping[str, float]:
    """By verb in lower case, what an event weighs; verbs that are not here: `config.other_verb`.

    >>> weights(IngestConfig(verbs={"view": 0.0, "applaud": 0.4}))["applaud"]
    0.4
    """
    return {name: verb.weight for name, verb in VERBS.items()} | dict(config.verbs)
