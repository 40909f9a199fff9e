"""What a comparison of two models, A and B, comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from evaluation.document import Estimate
from evaluation.doubt import Paired
from recommender.domain.slate import Kind

LONGEST = 10
"""Most people that are named in a list of those who gain, lose or see most change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterContacts:
    """Who addressed whom after both models' as-of times: ids, str [m] each.

    days: float64 [m], how many days after the later of the two.
    """

    person_ids: NDArray[np.str_]
    contact_ids: NDArray[np.str_]
    days: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How alike lists are, over the `people` to whom either model lists anybody.

    jaccard, rbo: mean overlap in [0, 1], see `overlap.py`. first_changed: share of people whose
    first place is another; identical: share whose lists are the same to the last place.
    """

    people: int
    jaccard: Estimate
    rbo: Estimate
    first_changed: Estimate
    identical: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Somebody whose list has changed; contacts: how many she has."""

    person_id: str
    name: str
    contacts: int
    jaccard: float
    rbo: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody by whom the models differ, and her figure with each."""

    person_id: str
    name: str
    a: float
    b: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People of one kind, how many, and their share of all exposure with each model, in [0, 1].

    grouping: such as "contacts of the recommended"; name: such as "3–9".
    """

    grouping: str
    name: str
    people: int
    a: float
    b: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Who is seen more, and who less (`evaluation.metrics.exposure`).

    moved: half the sum of absolute changes of people's shares, in [0, 1]; NaN where a model lists
    nobody. gini_a, gini_b: over the people each model knows. gainers, losers: the largest changes
    of exposure, largest first.
    """

    moved: float
    gini_a: float
    gini_b: float
    gainers: list[Person]
    losers: list[Person]
    groups: list[Group]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A metric of both models' lists, over people for whom it is defined with both.

    paired: B against A. verdict: "better" or "worse" (B has more, or less, of it), or
    "no difference shown".
    """

    metric: str
    a: Estimate
    b: Estimate
    paired: Paired
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What people did after both models' as-of times, for the `people` with an answer.

    better, worse, same: for how many of them B's list has a higher, lower or equal value.
    gainers, losers: those with the largest differences, largest first.
    """

    people: int
    measured: Measured
    better: int
    worse: int
    same: int
    gainers: list[Person]
    losers: list[Person]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListsCompared:
    """One kind of list, of `depth` places, of both models.

    by_contacts: overlap by the asker's number of contacts ("0–2", "3–9", "10+"), for those groups
    that have people. most_changed: who has the least overlap, least first. outcome: None where
    nothing is known of what happened later.
    """

    kind: Kind
    depth: int
    overlap: Overlap
    by_contacts: dict[str, Overlap]
    most_changed: list[Changed]
    exposure: Exposure
    metrics: list[Measured]
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A model: its name, and the time it looks back from."""

    name: str
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """Two models, side by side.

    known_to_both, only_a, only_b: people; asked: those of `known_to_both` whose lists are compared.
    """

    a: Named
    b: Named
    known_to_both: int
    only_a: int
    only_b: int
    asked: int
    lists: list[ListsCompared]
