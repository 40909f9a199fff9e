"""How soon people answer, from the order in which they addressed one another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.domain.times import DAY_MICROSECONDS
from recommender.matrices import Events


def reply_delays(
    interactions: Events, people: int
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Median days until each person answers, and answers it is made of.

    float32 [people], infinite where she never answered; int32 [people]. An answer is the first time
    that she addresses somebody after that person addressed her; it took from the last time that
    person did so. What happened at the same moment answers nothing. Of an even number of answers
    the lower middle one is taken.
    """
    person, contact = interactions.persons, interactions.contacts
    other = person != contact
    person, contact, at = person[other], contact[other], interactions.at[other]
    pair = np.minimum(person, contact).astype(np.int64) * people + np.maximum(person, contact)
    # By pair; within one, in order of time, as the events are.
    order = np.argsort(pair, kind="stable")
    pair, person, at = pair[order], person[order], at[order]
    turned = (pair[1:] == pair[:-1]) & (person[1:] != person[:-1]) & (at[1:] > at[:-1])
    who, took = person[1:][turned], (at[1:] - at[:-1])[turned]
    ranked = np.lexsort((took, who))
    count = np.bincount(who, minlength=people)
    middle = np.cumsum(count) - count + np.maximum(count - 1, 0) // 2
    out = np.full(people, np.inf, np.float32)
    answers = count > 0
    out[answers] = took[ranked][middle[answers]] / DAY_MICROSECONDS
    return out, count.astype(np.int32)
