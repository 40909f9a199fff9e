"""Everyone's own ties worth a word: quiet ones to pick up again, fading ones to take care of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.quiet_ties import fading_ties, quiet_ties
from recommender.domain.pool import Pool, from_byte, to_byte
from recommender.domain.progress import Progress
from recommender.domain.slate import Kind
from recommender.factors.habits import build_habits
from recommender.found import Pairs
from recommender.pools import PoolBuilder, in_company
from recommender.ranking.chances import CHANCES
from recommender.ranking.maintenance import care
from recommender.ranking.novelty import Novelty
from recommender.ranking.reactivation import SOURCES, Terms, score, worth
from recommender.side_by_side import in_blocks
from recommender.sparse import without

ASKED = (*SOURCES.values(), "shared_contacts")
"""Sources that are put to ties: those of the terms, and one for the diversity score."""

BLOCK = 512
"""People whose ties are worked on at once: more than for new people, as each has fewer of them."""

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class _Found:
    """Ties of a block: who asks and about whom, and what was measured.

    places: int64 [m], in `Ties`; novelty: float32 [m].
    """

    pairs: Pairs
    measured: Columns
    places: NDArray[np.int64]
    novelty: NDArray[np.float32]


class TiePools:
    """Finds, measures and orders everyone's ties, by what `builder` knows."""

    def __init__(self, builder: PoolBuilder) -> None:
        self.builder, self.material = builder, builder.material
        snapshot, profiles = self.material.snapshot, self.material.profiles
        self._novelty = Novelty(snapshot, self.material.ties, profiles)
        self._weeks_away = build_habits(snapshot, profiles).weeks_away

    def reactivations(self, progress: Progress) -> Pool:
        """Quiet ties of everyone, the most worthwhile `config.candidates` of them each."""
        ties = quiet_ties(self.material)
        return self._listed(Kind.REACTIVATION, ties, self._again, "finding quiet ties", progress)

    def maintenance(self, progress: Progress) -> Pool:
        """Fading ties of everyone, those that want care most; as many as of quiet ones."""
        ties = fading_ties(self.material)
        return self._listed(Kind.MAINTENANCE, ties, self._care, "finding fading ties", progress)

    def _again(self, found: _Found) -> NDArray[np.float32]:
        ties, places = self.material.ties, found.places
        terms = Terms.of(
            ties.returns[places],
            ties.sessions[places],
            self._weeks_away[found.pairs.contacts],
            from_byte(found.measured["factors"]),
            from_byte(found.measured["signals"]),
        )
        return score(terms, found.novelty)

    def _care(self, found: _Found) -> NDArray[np.float32]:
        ties, places = self.material.ties, found.places
        return care(ties.peak[places], ties.returns[places], ties.owed[places])

    def _listed(
        self,
        kind: Kind,
        ties: sp.csr_matrix,
        order: Callable[[_Found], NDArray[np.float32]],
        step: str,
        progress: Progress,
    ) -> Pool:
        def work(askers: NDArray[np.int32]) -> Columns:
            found = self._measured(kind, ties, askers)
            unknown = np.zeros((len(found.places), len(CHANCES)), np.uint8)
            columns = found.measured | {"relevance": order(found), "chances": unknown}
            return self.builder.keep(found.pairs, columns)

        askers = in_company(self.material, np.flatnonzero(np.diff(ties.indptr)), BLOCK)
        threads = self.material.config.threads
        return self.builder.pool(kind, in_blocks(askers, work, threads, progress, step, BLOCK))

    def _measured(self, kind: Kind, ties: sp.csr_matrix, askers: NDArray[np.int32]) -> _Found:
        """The ties of askers that may be shown, and what is known of them."""
        rules, finding = self.builder.rules, self.builder.finding
        mine = without(ties[askers], rules.barred(askers, kind))
        lines = np.repeat(np.arange(len(askers)), np.diff(mine.indptr))
        seen = ~rules.hidden[mine.indices]
        lines, contacts = lines[seen], mine.indices[seen]
        signals = finding.find.signals(askers, lines, contacts.astype(np.int64), ASKED)
        pairs = Pairs(askers[lines], contacts.astype(np.int32), signals)
        measured, places = self.builder.measure(pairs), mine.data[seen].astype(np.int64) - 1
        returns, diverse = self.material.ties.returns[places], from_byte(measured["diversity"])
        novelty = self._novelty(places)
        measured["diversity"] = to_byte(worth(novelty, returns, diverse))
        return _Found(pairs, measured, places, novelty)
