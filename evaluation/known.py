"""All that a system may look at: a community as it was at a cutoff."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.building import model_of
from recommender.candidates.base import Material
from recommender.domain.config import TrainConfig
from recommender.domain.progress import Progress, silent
from recommender.filters import Rules, build_rules
from recommender.material import make_material
from recommender.matrices import Snapshot
from recommender.pipeline import Pipeline
from recommender.sparse import mapped
from recommender.ties import NO_TIME, Ties, build_ties


@dataclass(frozen=True)
class Known:
    """A snapshot and what our training made of it, for n people.

    Baselines read `snapshot`, `ties` and the matrices below; nothing here knows of anything that
    happened at the cutoff or later.
    """

    material: Material
    pipeline: Pipeline

    @classmethod
    def of(cls, snapshot: Snapshot, config: TrainConfig, progress: Progress = silent) -> Known:
        """Train on `snapshot`, in memory, as `pln train` does."""
        progress("learning vectors", 0.0)
        material = make_material(snapshot, build_ties(snapshot), config)
        return cls(material, Pipeline(model_of(material, progress)))

    @property
    def snapshot(self) -> Snapshot:
        """The facts."""
        return self.material.snapshot

    @property
    def ties(self) -> Ties:
        """Who has been in contact with whom."""
        return self.material.ties

    @property
    def seed(self) -> int:
        """Seed for everything random."""
        return self.material.config.seed

    @property
    def people(self) -> int:
        """How many people there are: n."""
        return len(self.snapshot.person_ids)

    @cached_property
    def rules(self) -> Rules:
        """Who may not be shown to whom."""
        return build_rules(self.snapshot, self.ties)

    def addressed(self, half_life_days: int = 180) -> sp.csr_matrix:
        """Who addressed whom, float32 CSR [n, n], weights decayed (half-lives: `HALF_LIVES`)."""
        return self.snapshot.person_contact.csr(f"decay_{half_life_days}")

    @cached_property
    def tied(self) -> sp.csr_matrix:
        """Contact both ways together: symmetric CSR [n, n], log(1 + decayed sum, 180 days)."""
        both = (self.addressed() + self.addressed().T).tocsr()
        both.eliminate_zeros()
        return mapped(both, np.log1p(both.data))

    @cached_property
    def last_seen(self) -> NDArray[np.int64]:
        """When each person last acted or was addressed: int64 [n] microseconds, or NO_TIME."""
        seen = np.full(self.people, NO_TIME)
        topic, contact = self.snapshot.person_topic, self.snapshot.person_contact
        np.maximum.at(seen, topic.keys[0], topic.measures["last_at"])
        for key in contact.keys:
            np.maximum.at(seen, key, contact.measures["last_at"])
        return seen

    @cached_property
    def first_seen(self) -> NDArray[np.int64]:
        """When each person first acted or was addressed: int64 [n] microseconds; never: 2^62."""
        seen = np.full(self.people, -NO_TIME)
        topic, contact = self.snapshot.person_topic, self.snapshot.person_contact
        np.minimum.at(seen, topic.keys[0], topic.measures["first_at"])
        for key in contact.keys:
            np.minimum.at(seen, key, contact.measures["first_at"])
        return seen
