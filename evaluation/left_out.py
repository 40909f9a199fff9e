"""Why a baseline does not run; the report then says so, and everything else goes on.

LeftOutError
├── TooLargeError       it does not fit a community of this size
├── MissingExtraError   it needs a package that is not installed
└── BadScoresError      what it gives are no scores of everybody
"""

from __future__ import annotations


class LeftOutError(Exception):
    """A baseline that cannot run here. The message is a sentence for the report."""


class TooLargeError(LeftOutError):
    """A baseline that does not fit a community of this size."""


class MissingExtraError(LeftOutError):
    """A baseline that needs a package which is not installed."""


class BadScoresError(LeftOutError):
    """A baseline that gives something else than a finite score of everybody."""
