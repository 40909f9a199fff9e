"""What a place is expected to earn: a mean, what its position adds, and what its contact adds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.offpolicy.slots import Slots

FOLDS = 5


@dataclass(frozen=True, slots=True)
class RewardModel:
    """q(position, contact) = mean + effect of the position + effect of the contact.

    positions: float64 [highest + 1]; contacts: float64 [c + 2], whose last two are 0, for whoever
    was never shown (-1) and for nobody (-2).
    """

    mean: float
    positions: NDArray[np.float64]
    contacts: NDArray[np.float64]

    @classmethod
    def fit(
        cls,
        position: NDArray[np.int32],
        contact: NDArray[np.int32],
        reward: NDArray[np.float64],
        shape: tuple[int, int],
    ) -> RewardModel:
        """Fit on m places; shape: one more than the highest position, and how many contacts."""
        mean = float(reward.mean())
        positions = shrunk_means(position, reward - mean, shape[0])
        contacts = shrunk_means(contact, reward - mean - positions[position], shape[1])
        return cls(mean, positions, np.append(contacts, [0.0, 0.0]))

    def predict(
        self, position: NDArray[np.int32], contact: NDArray[np.int32]
    ) -> NDArray[np.float64]:
        """q, float64 [m]."""
        return np.asarray(self.mean + self.positions[position] + self.contacts[contact])


def shrunk_means(
    group: NDArray[np.int32], values: NDArray[np.float64], groups: int
) -> NDArray[np.float64]:
    """Mean of every group, drawn towards 0 the more, the less is known of it: float64 [groups].

    τ² Σv / (τ² n + σ²): empirical Bayes for normal means (Efron & Morris 1975), with the variance
    within groups σ² = Σ(v - mean)² / (m - groups seen), and between them, by moments,
    τ² = max(0, (Σ n mean² - groups seen · σ²) / m). An unseen group has 0.

    >>> shrunk_means(np.array([0, 0, 1, 1], np.int32), np.array([2.0, 2.0, -2.0, -2.0]), 3)
    array([ 2., -2.,  0.])
    """
    count = np.bincount(group, minlength=groups)
    total = np.bincount(group, values, groups)
    seen = int((count > 0).sum())
    explained = float((total**2 / np.maximum(count, 1)).sum())
    spare = len(values) - seen
    if spare <= 0:
        return np.zeros(groups)
    within = max(0.0, float(np.square(values).sum()) - explained) / spare
    between = max(0.0, explained - seen * within) / len(values)
    scale = between * count + within
    means = np.divide(between * total, scale, out=np.zeros(groups), where=scale > 0)
    return np.asarray(means, np.float64)


def cross_fitted(
    slots: Slots, target_contact: NDArray[np.int32], seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What is predicted of who was shown, and of whom the target shows, float64 [m] each.

    Every person's places are predicted from other people's (Chernozhukov et al. 2018), in up to
    `FOLDS` folds, so that no reward speaks for itself. Needs two people or more.
    """
    folds = min(FOLDS, slots.people)
    fold = np.random.default_rng([seed, 1]).permutation(slots.people)[slots.person] % folds
    shape = int(slots.position.max()) + 1, int(slots.contact.max()) + 1
    # Whom the target shows may be among those who were shown only at places that were not drawn.
    wanted = np.where(target_contact < shape[1], target_contact, -1).astype(np.int32)
    logged, expected = np.empty(len(slots)), np.empty(len(slots))
    for one in range(folds):
        ours, others = fold == one, fold != one
        model = RewardModel.fit(
            slots.position[others], slots.contact[others], slots.reward[others], shape
        )
        logged[ours] = model.predict(slots.position[ours], slots.contact[ours])
        expected[ours] = model.predict(slots.position[ours], wanted[ours])
    return logged, expected
