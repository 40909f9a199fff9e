"""The layers of a network: strong, weak and very weak ties."""

from __future__ import annotations

from recommender.domain.answer import Layer

STRONG, WEAK = 0.25, 0.05
"""Strength from which a tie is in the communality layer, and in the sociality layer."""


def layer(strength: float) -> Layer:
    """The layer of a tie of this strength (thresholds: STRONG, WEAK).

    >>> layer(0.7), layer(0.1), layer(0.0)
    (<Layer.COMMUNALITY: 'communality'>, <Layer.SOCIALITY: 'sociality'>,
     <Layer.CONNECTIVITY: 'connectivity'>)
    """
    if strength >= STRONG:
        return Layer.COMMUNALITY
    return Layer.SOCIALITY if strength >= WEAK else Layer.CONNECTIVITY
