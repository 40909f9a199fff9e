"""Feedback logs of a community whose true rewards are known, so that every value is exact.

People are of `TYPES` kinds. Each kind has its own candidates and its own scores for them; a
candidate's chance of being accepted is her appeal times what the place is worth, more or less by
person. An answer shows `PLACES` people, the best by score; at one place, picked evenly, somebody is
drawn by softmax among those who are not at the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evaluation.offpolicy import Log, Target
from evaluation.offpolicy.log import UNSEEN

TYPES, CANDIDATES, CONTACTS, PLACES = 40, 7, 60, 3
OPEN = CANDIDATES - PLACES + 1
"""Who may be drawn for a place."""

WORTH = np.array([1.0, 0.7, 0.5])
"""Of each place."""

TEMPERATURE, TARGET_TEMPERATURE = 2.0, 0.4
SPREAD = 0.25
"""Between people: a person accepts up to so much more or less often."""


def softmax(scores: np.ndarray, temperature: float) -> np.ndarray:
    grown = np.exp((scores - scores.max(axis=-1, keepdims=True)) / temperature)
    return grown / grown.sum(axis=-1, keepdims=True)


@dataclass(frozen=True)
class Community:
    """Everything that does not change from log to log.

    listed: int [types, PLACES], who is shown where nothing is drawn. choices: int [types, PLACES,
    OPEN], who may be drawn at each place. logging, sharp, certain: chances of each to be shown by
    the log, and by two targets, of which the last is deterministic. appeal: float [CONTACTS].
    """

    listed: np.ndarray
    choices: np.ndarray
    logging: np.ndarray
    sharp: np.ndarray
    certain: np.ndarray
    appeal: np.ndarray

    @classmethod
    def of(cls, seed: int) -> Community:
        rng = np.random.default_rng(seed)
        appeal = rng.uniform(0.1, 0.7, CONTACTS)
        candidates = rng.permuted(np.tile(np.arange(CONTACTS), (TYPES, 1)), axis=1)[:, :CANDIDATES]
        scores = appeal[candidates] + rng.normal(0, 0.3, candidates.shape)
        order = np.argsort(-scores, axis=1)
        ranked = np.take_along_axis(candidates, order, axis=1)
        listed, rest = ranked[:, :PLACES], ranked[:, PLACES:]
        choices = np.stack(
            [np.column_stack([listed[:, place], rest]) for place in range(PLACES)], axis=1
        )
        logging = softmax(rng.normal(size=choices.shape), TEMPERATURE)
        liked = appeal[choices] + rng.normal(0, 0.2, choices.shape)
        certain = (liked == liked.max(axis=2, keepdims=True)).astype(float)
        sharp = softmax(liked, TARGET_TEMPERATURE)
        return cls(listed, choices, logging, sharp, certain, appeal)

    @property
    def earned(self) -> np.ndarray:
        """Expected reward of every choice, [types, PLACES, OPEN]."""
        return WORTH[:, None] * self.appeal[self.choices]

    def value(self, policy: np.ndarray) -> float:
        """What `policy` earns per drawn place: exact, since types and places are even."""
        return float((policy * self.earned).sum(axis=2).mean())

    def log(self, people: int, seed: int) -> Simulated:
        """Answers of so many people, one to seven each."""
        rng = np.random.default_rng(seed)
        kind = rng.integers(TYPES, size=people)
        mood = rng.uniform(1 - SPREAD, 1 + SPREAD, people)
        person = np.repeat(np.arange(people), rng.integers(1, 8, people))
        kinds, at = kind[person], rng.integers(PLACES, size=len(person))
        chances = self.logging[kinds, at]
        pick = (chances.cumsum(axis=1) < rng.random((len(person), 1))).sum(axis=1)
        pick = np.minimum(pick, OPEN - 1)
        shown = self.listed[kinds].copy()
        answer = np.arange(len(person))
        shown[answer, at] = self.choices[kinds, at, pick]
        propensity = np.ones(shown.shape)
        propensity[answer, at] = chances[answer, pick]
        reward = rng.random(shown.shape) < WORTH * self.appeal[shown] * mood[person][:, None]
        return Simulated(self, person, kinds, at, pick, shown, propensity, reward.astype(float))


@dataclass(frozen=True)
class Simulated:
    """A log of a answers, [a] or [a, PLACES], and what was drawn: `pick` of the choices at `at`."""

    community: Community
    person: np.ndarray
    kind: np.ndarray
    at: np.ndarray
    pick: np.ndarray
    shown: np.ndarray
    propensity: np.ndarray
    reward: np.ndarray

    @property
    def table(self) -> Log:
        """As it is read, places of an answer after one another."""
        answers = len(self.person)
        return Log(
            people=[f"p{person}" for person in range(int(self.person.max()) + 1)],
            contacts=[f"c{contact}" for contact in range(CONTACTS)],
            person=np.repeat(self.person, PLACES).astype(np.int32),
            contact=self.shown.ravel().astype(np.int32),
            position=np.tile(np.arange(1, PLACES + 1), answers).astype(np.int32),
            propensity=self.propensity.ravel(),
            reward=self.reward.ravel(),
        )

    def target(self, policy: np.ndarray) -> Target:
        """`policy`, known only by its chance of what was shown."""
        return Target(name="simulated", propensity=self._shown_by(policy))

    def certain_target(self) -> Target:
        """The deterministic one, with whom it shows at the places that were drawn."""
        policy = self.community.certain
        contact = np.full(self.shown.shape, UNSEEN)
        best = policy[self.kind, self.at].argmax(axis=1)
        rows = np.arange(len(self.at))
        contact[rows, self.at] = self.community.choices[self.kind, self.at, best]
        return Target(
            name="simulated",
            propensity=self._shown_by(policy),
            contact=contact.ravel().astype(np.int32),
        )

    def _shown_by(self, policy: np.ndarray) -> np.ndarray:
        chance = np.zeros(self.shown.shape)
        chance[np.arange(len(self.at)), self.at] = policy[self.kind, self.at, self.pick]
        return chance.ravel()
