"""What the manifest of a snapshot says beside its files."""

from __future__ import annotations

import importlib.metadata
from datetime import datetime
from typing import Any

from ingestion.trust import stamp
from ingestion.verbs import weights
from ingestion.verify import FORMAT, KIND
from recommender.domain.config import IngestConfig
from recommender.domain.tables import HALF_LIVES


def manifest_facts(
    as_of: datetime, counts: dict[str, int], native: dict[str, int], config: IngestConfig
) -> dict[str, Any]:
    """Nothing in it could be changed by rows after `as_of`.

    counts: rows of each file. native: rows kept of each native table.
    """
    return {
        "kind": KIND,
        "format": FORMAT,
        "as_of": stamp(as_of),
        "version": importlib.metadata.version("pln-recommender"),
        "counts": counts,
        "native": native,
        "settings": {
            "half_lives": list(HALF_LIVES),
            "verb_weights": dict(sorted(weights(config).items())),
            "other_verb_weight": config.other_verb,
        },
    }
