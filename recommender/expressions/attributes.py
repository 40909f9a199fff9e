"""The attributes of a model's people, in columns, and the filters that were tied to them lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from recommender.expressions.kept import Kept

MOST_KEPT_BYTES = 16 << 20
"""What the filters tied to one model may weigh together."""


@dataclass(frozen=True, slots=True, eq=False)
class TextColumn:
    """A text for each of n people.

    codes: int32 [n], into `words`, -1 unknown. words: each read many times, so a list or a tuple.
    """

    codes: NDArray[np.int32]
    words: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Attributes:
    """What filters look at, for n people. Raises ValueError where the lengths differ.

    level: float32 [n], below 0 or nan unknown.
    languages: tags in the spelling of the host; those of person i are
        language_codes[language_starts[i]:language_starts[i + 1]].
    language_starts: int64 [n + 1]. language_codes: int32, into `languages`.
    kept: filters tied to these people lately; they go when these attributes go.
    """

    organisation: TextColumn
    role: TextColumn
    sector: TextColumn
    timezone: TextColumn
    level: NDArray[np.float32]
    languages: Sequence[str]
    language_starts: NDArray[np.int64]
    language_codes: NDArray[np.int32]
    kept: Kept = field(default_factory=lambda: Kept(MOST_KEPT_BYTES), init=False, repr=False)

    def __post_init__(self) -> None:
        texts = (self.organisation, self.role, self.sector, self.timezone)
        lengths = {len(text.codes) for text in texts} | {len(self.language_starts) - 1}
        if lengths != {len(self.level)}:
            raise ValueError(f"columns of {sorted(lengths)} and {len(self.level)} people")

    def text(self, name: str) -> TextColumn:
        """The column of a text attribute, by its name in filters."""
        return {
            "organisation": self.organisation,
            "role": self.role,
            "sector": self.sector,
            "timezone": self.timezone,
        }[name]
