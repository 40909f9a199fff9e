"""Ties: who has been in contact with whom, how strongly, and which of them went quiet.

`build_ties` makes `Ties` of a snapshot. Below it, from the ground up: `contacts` (events by pair),
`presence` (who was around when), `rhythm` (what silence is usual), `states` (fading, dormant),
`traits` (what is known of a tie at a time), `foresight` (what that says of the time to come), and
`history` (all of it for one network).
"""

from recommender.ties.building import build_ties, learn_ties
from recommender.ties.history import Lessons
from recommender.ties.layers import STRONG, WEAK, layer
from recommender.ties.table import NO_TIME, Ties, quiet

__all__ = [
    "NO_TIME",
    "STRONG",
    "WEAK",
    "Lessons",
    "Ties",
    "build_ties",
    "layer",
    "learn_ties",
    "quiet",
]
