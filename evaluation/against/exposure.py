"""Who is seen more, and who less."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.against.base import LONGEST, Exposure, Group, Person
from evaluation.against.together import Side, Together
from evaluation.metrics.exposure import exposure
from evaluation.metrics.gini import gini
from evaluation.metrics.shown import share
from evaluation.strata import CONTACT_GROUPS, contact_groups
from evaluation.systems import Lists


def compare_exposure(together: Together, a: Lists, b: Lists) -> Exposure:
    """What becomes of everyone's exposure when the lists `a` give way to the lists `b`."""
    people = len(together.ids)
    seen_a, seen_b = exposure(a, people), exposure(b, people)
    shares = [share(seen, seen.sum()) for seen in (seen_a, seen_b)]
    return Exposure(
        moved=float(np.abs(shares[1] - shares[0]).sum() / 2),
        gini_a=float(gini(seen_a[together.a.known()])),
        gini_b=float(gini(seen_b[together.b.known()])),
        gainers=most_apart(together, seen_a, seen_b),
        losers=most_apart(together, seen_a, seen_b, falling=True),
        groups=_groups(together, *shares),
    )


def most_apart(
    together: Together,
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    people: NDArray[np.int32] | None = None,
    *,
    falling: bool = False,
) -> list[Person]:
    """Those whose value rises most from `a` to `b`, or falls most; of equals the lower id first.

    a, b: float64 [m], of `people`, int32 [m] places in the common table; of all where None.
    """
    change = np.nan_to_num(b - a) * (-1 if falling else 1)
    first = np.argsort(-change, kind="stable")[:LONGEST]
    places = np.arange(len(a)) if people is None else people
    return [
        Person(
            person_id=together.ids[places[at]],
            name=together.name(int(places[at])),
            a=float(a[at]),
            b=float(b[at]),
        )
        for at in first
        if change[at] > 0
    ]


def _groups(together: Together, a: NDArray[np.float64], b: NDArray[np.float64]) -> list[Group]:
    """Shares of exposure by what is known of those recommended."""
    to_one = np.where(together.both, 0, np.where(together.a.known(), 1, 2))
    names, organisation = _organisations(together)
    by_organisation = _grouped("organisation", names, organisation, a, b)
    by_organisation.sort(key=lambda group: -abs(group.b - group.a))
    return [
        *_grouped(
            "contacts of the recommended", CONTACT_GROUPS, contact_groups(together.contacts), a, b
        ),
        *_grouped("known to", ("both models", "only A", "only B"), to_one, a, b),
        *by_organisation[:LONGEST],
    ]


def _grouped(
    grouping: str,
    names: Sequence[str],
    codes: NDArray[np.integer],
    a: NDArray[np.float64],
    b: NDArray[np.float64],
) -> list[Group]:
    """Shares by code, int [u] into `names`, -1 for nobody's; only groups that have people."""
    known, count = codes >= 0, len(names)
    people = np.bincount(codes[known], minlength=count)
    shares = [np.bincount(codes[known], seen[known], count) for seen in (a, b)]
    return [
        Group(
            grouping=grouping,
            name=name,
            people=int(people[at]),
            a=float(shares[0][at]),
            b=float(shares[1][at]),
        )
        for at, name in enumerate(names)
        if people[at]
    ]


def _organisations(together: Together) -> tuple[list[str], NDArray[np.int64]]:
    """Names, and the organisation of each of u people, int64 [u], as the later model knows it.

    What it does not know, the earlier one says; -1 where neither knows.
    """
    names = sorted({*_names(together.earlier), *_names(together.later)})
    place = {name: at for at, name in enumerate(names)}
    codes = np.full(len(together.ids), -1, np.int64)
    for side in (together.earlier, together.later):
        of_name = np.array([place[name] for name in _names(side)], np.int64)
        known = np.flatnonzero(side.model.organisation >= 0)
        codes[side.places[known]] = of_name[side.model.organisation[known]]
    return names, codes


def _names(side: Side) -> list[str]:
    organisations = side.model.organisations
    return organisations.take(range(len(organisations)))
