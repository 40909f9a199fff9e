"""Nobody is offered without a reason that can be told."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.domain.slate import SIGNALS


def explained(columns: dict[str, NDArray[Any]]) -> NDArray[np.bool_]:
    """Whether the asker can be told of at least one link: bool [m].

    columns: evidence and signals of candidates, as in `Pool`.
    """
    signals = dict(zip(SIGNALS, columns["signals"].T, strict=True))
    proof = {
        "shared_contacts": columns["contact_count"] > 0,
        "similar_network": True,
        "shared_objects": columns["shared_object"] >= 0,
        "active_in_topics": columns["active_topic"] >= 0,
        "similar_interests": columns["shared_topic"] >= 0,
        "network_walk": True,
        "turned_to_by_contacts": True,
        "addressed_in_topics": columns["shared_topic"] >= 0,
        "active_lately": columns["active_topic"] >= 0,
        "near_topics": columns["near_topic"] >= 0,
        "goal_matches": columns["known_topic"] >= 0,
        "similar_titles": True,
        "newcomers": True,
        "bridges": (columns["shared_topic"] >= 0) & (columns["contact_count"] == 0),
    }
    told = [(signals[name] > 0) & proof[name] for name in SIGNALS]
    return np.asarray(np.any(told, axis=0), bool)
