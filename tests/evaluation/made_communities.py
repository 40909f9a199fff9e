"""Communities made of arrays, without any tables: for what reads ties and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import numpy as np
import scipy.sparse as sp

from evaluation.known import Known
from recommender.domain.tables import HALF_LIVES, decay_column
from recommender.material import make_material
from recommender.matrices import Matrix
from recommender.ties import build_ties
from tests.evaluation.looking_back import look_back
from tests.world_builder import TRAIN, World


def tied(people: int, pairs: Iterable[tuple[int, int]]) -> Known:
    """People who each addressed the other once, today, and did the same one thing and topic."""
    rows = np.array(sorted({*pairs, *((b, a) for a, b in pairs)}), np.int32).reshape(-1, 2)
    acted = _ones((people, 1), np.arange(people, dtype=np.int32), np.zeros(people, np.int32))
    snapshot: Any = SimpleNamespace(
        person_ids=range(people),
        person_contact=_ones((people, people), rows[:, 0], rows[:, 1]),
        person_topic=acted,
        person_object=acted,
    )
    profiles = SimpleNamespace(interests=sp.csr_matrix(np.ones((people, 1), np.float32)))
    material: Any = SimpleNamespace(snapshot=snapshot, profiles=profiles, config=TRAIN)
    return Known(material, None)  # type: ignore[arg-type]


def _ones(shape: tuple[int, ...], *keys: np.ndarray) -> Matrix:
    one = np.ones(len(keys[0]), np.float32)
    return Matrix(shape, keys, {decay_column(days): one for days in HALF_LIVES})


def two_blocks(each: int = 30) -> Known:
    """Two blocks whose people know their own, save those 1, 6, 11 … places further on."""
    inside = [(i, j) for i in range(each) for j in range(i) if (i - j) % 5 != 1]
    return tied(2 * each, [*inside, *((each + i, each + j) for i, j in inside)])


def known_of(world: World, folder: Any) -> Known:
    """All that baselines read of a world."""
    snapshot = look_back(world, folder)[0].snapshot
    return Known(make_material(snapshot, build_ties(snapshot), TRAIN), None)  # type: ignore[arg-type]
