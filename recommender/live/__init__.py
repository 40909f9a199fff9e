"""What happened since a model was trained: who met, who decided what, who is new.

`Live` is a model and all that is known to have changed since; the pipeline answers from it. Below
it, from the ground up: `grown` (the model, with room for new people and new words), `portraits`
(what people work on and say of themselves), `findable` (who may be found), `contacts` (who met
since), `decisions` (who keeps whom off which lists), `marks` (who it was that was erased).
"""

from recommender.live.state import Live

__all__ = ["Live"]
