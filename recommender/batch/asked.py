"""What an export is to hold: everything that decides its rows but the model and the people."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

from recommender.domain.config import ExportConfig
from recommender.domain.documents import to_document
from recommender.domain.slate import SILENCE_DAYS, Context, Kind
from recommender.steering import Steered, Steering, steered

_USUAL = ExportConfig()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for; as a call to the service says it, for everyone alike.

    kinds: of lists, in this order. steering: what a learner has stored herself counts where this
    says nothing. expression: a filter (docs/filters.md), empty for none; excluded: ids of people
    never to be shown. min_silence_days: of reactivations, the shortest silence.
    changed_since: the name of a model; only lists that differ from what that one gives.
    top, file_format, people_per_part: as in `ExportConfig`.
    """

    kinds: tuple[Kind, ...] = tuple(Kind)
    steering: Steering = field(default_factory=Steering)
    expression: str = ""
    context: Context | None = None
    excluded: tuple[str, ...] = ()
    minimum_score: float = -math.inf
    min_silence_days: float = SILENCE_DAYS
    changed_since: str = ""
    top: int = _USUAL.top
    file_format: str = _USUAL.format
    people_per_part: int = _USUAL.people_per_part

    def by(self, config: ExportConfig) -> Asked:
        """The same, as settings say."""
        return replace(
            self,
            top=config.top,
            file_format=config.format,
            people_per_part=config.people_per_part,
        )


def settings_facts(asked: Asked) -> dict[str, Any]:
    """What a manifest says of what was asked for; dials are shares, where no learner has her own.

    >>> settings_facts(Asked(top=5))["dials"]
    [0.35, 0.4, 0.25]
    """
    plain = usual(asked)
    return {
        "kinds": list(map(str, asked.kinds)),
        "top": asked.top,
        "format": asked.file_format,
        "people_per_part": asked.people_per_part,
        "dials": list(plain.dials.shares()),
        "stage": plain.stage,
        "filter": asked.expression,
        "context": to_document(asked.context),
        "excluded": list(asked.excluded),
        "minimum_score": to_document(asked.minimum_score),
        "min_silence_days": asked.min_silence_days,
        "changed_since": asked.changed_since,
    }


def usual(asked: Asked) -> Steered:
    """How lists are steered of those who have stored nothing."""
    return steered(asked.steering, None)
