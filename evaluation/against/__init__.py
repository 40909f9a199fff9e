"""Are two models different for the people who use them? `pln evaluate --against` says.

The same people are asked of both, and their lists are laid side by side: how far they overlap, who
is seen more and who less, what they are like, and, where time has passed, what people then did.
"""

from evaluation.against.base import Against, LaterContacts
from evaluation.against.compare import compare_models
from evaluation.against.view import against_view, lines

__all__ = ["Against", "LaterContacts", "against_view", "compare_models", "lines"]
