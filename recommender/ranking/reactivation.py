"""Which quiet ties are worth picking up again (science §8.5, in a first form).

    score = (.2 willing + .3 trusted + .5 around + .05) · (.5 meets + .5 topical + .05)

Engagement, whether she is likely to answer, times relevance, whether there is something to say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain.answer import ReasonKind
from recommender.domain.slate import FACTORS, SIGNALS

FLOOR = 0.05
"""Keeps one missing part from deciding alone (ε of science §8.5)."""

TRUSTED_AT = 10.0
"""Past contacts at which a tie is trusted by half."""

Column = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the score is made of, float32 [...] each, weighted already.

    willing: benevolence; trusted: past contact; around: active these weeks; meets: shares objects
    with the asker; topical: is active in her topics.
    """

    willing: Column
    trusted: Column
    around: Column
    meets: Column
    topical: Column

    @property
    def engagement(self) -> Column:
        """How likely she is to answer, in [FLOOR, 1 + FLOOR]."""
        return self.willing + self.trusted + self.around + np.float32(FLOOR)

    @property
    def relevance(self) -> Column:
        """How much there is to say, in [FLOOR, 1 + FLOOR]."""
        return self.meets + self.topical + np.float32(FLOOR)

    def score(self) -> Column:
        """Engagement times relevance, float32 [...], at most 1.1025."""
        return self.engagement * self.relevance

    def shares(self) -> dict[ReasonKind, Column]:
        """How much of the score each kind of reason carries; half for each of its two factors."""
        return {
            ReasonKind.BENEVOLENCE: 0.5 * self.willing / self.engagement,
            ReasonKind.PAST_TIE: 0.5 * self.trusted / self.engagement,
            ReasonKind.SHARED_OBJECTS: 0.5 * self.meets / self.relevance,
            ReasonKind.ACTIVE_IN_TOPICS: (
                0.5 * self.around / self.engagement + 0.5 * self.topical / self.relevance
            ),
        }


def parts(contacts: NDArray[np.integer], active: Column, factors: Column, signals: Column) -> Parts:
    """Weigh the parts of quiet ties.

    contacts: int [...], interactions both ways so far; active: [...] in [0, 1), of the contact;
    factors: [..., 9]; signals: [..., 5] among the asker's quiet ties.
    """
    past = contacts.astype(np.float32)
    return Parts(
        willing=np.float32(0.2) * factors[..., FACTORS.index("benevolence")],
        trusted=np.float32(0.3) * past / (past + np.float32(TRUSTED_AT)),
        around=np.float32(0.5) * active,
        meets=np.float32(0.5) * signals[..., SIGNALS.index("shared_objects")],
        topical=np.float32(0.5) * signals[..., SIGNALS.index("active_in_topics")],
    )
