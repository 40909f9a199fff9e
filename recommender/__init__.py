"""Recommends people for personal learning networks, and says why."""

__version__ = "0.1.0"
