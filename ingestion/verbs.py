"""What an event weighs where the host does not say: by its verb, in one place.

A look costs nothing, an answer costs effort, and work done together most of all. The scale is
that of a reply = 1; the figures are judgement, not measurement, and only their order matters.
"""

from __future__ import annotations

VERB_WEIGHTS: dict[str, float] = {
    "view": 0.05,
    "learn-from": 0.1,  # the instructor of whatever one did
    "like": 0.2,
    "react": 0.2,
    "share": 0.3,  # passed on without a word
    "team": 0.3,  # of the same team in whatever one did
    "follow": 0.5,
    "mention": 0.7,
    "quote": 0.7,
    "reply": 1.0,
    "comment": 1.0,
    "answer": 1.0,
    "post": 1.0,
    "accept": 2.0,
    "co-edit": 3.0,
    "project": 3.0,
}
"""Default weight of an event by its verb in lower case."""

OTHER_VERB = 1.0
"""Default weight of an event with any other verb."""
