"""Who may be on a list by what the call asks for: attributes, and being part of something."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from recommender.domain.slate import Context, Narrowing
from recommender.expressions import Attributes, Expression, TextColumn
from recommender.live import Live
from recommender.live.roomy import roomy
from recommender.model import Model, span


class Narrowings:
    """Ties filters and contexts to a model as it is now."""

    def __init__(self) -> None:
        self._model: Model | None = None
        self._attributes: Attributes | None = None

    def by_filter(self, live: Live, expression: Expression) -> Narrowing:
        """Whoever an expression holds for."""

        def chosen(rows: NDArray[np.int32]) -> NDArray[np.bool_]:
            # Tied to the model when it is asked, which may be after somebody else has come.
            bound = expression.bind(self._attributes_of(live.model))
            return np.asarray(bound(np.maximum(rows, 0).ravel()), bool).reshape(rows.shape)

        return chosen

    def by_context(self, live: Live, context: Context) -> Narrowing:
        """Whoever took part in all its objects, and is of its organisation."""
        home = context.organisation

        def chosen(rows: NDArray[np.int32]) -> NDArray[np.bool_]:
            model, found = live.model, np.ones(rows.shape, bool)
            for thing in context.objects:
                found &= np.isin(rows, participants(live, thing))
            if home:
                codes, inverse = np.unique(model.organisation[rows], return_inverse=True)
                same = [code >= 0 and model.organisations[code] == home for code in codes.tolist()]
                found &= np.array(same, bool)[inverse].reshape(rows.shape)
            return found

        return chosen

    def _attributes_of(self, model: Model) -> Attributes:
        """The attributes of a model; those made last are kept, for as long as it is the same."""
        if self._model is not model or self._attributes is None:
            self._attributes, self._model = attributes(model), model
        return self._attributes


def participants(live: Live, object_id: str) -> NDArray[np.int32]:
    """Rows of those who took part in an object, by the model or since."""
    model = live.model
    row = model.object_ids.row(object_id)
    since = live.took_part(object_id)
    if row is None:
        return since
    known = model.participants.indices[span(model.participants.indptr, row)]
    return np.union1d(known, since).astype(np.int32)


def attributes(model: Model) -> Attributes:
    """What filters look at."""

    def text(codes: NDArray[np.int32], table: str) -> TextColumn:
        words = getattr(model, table)
        return TextColumn(codes, words.take(range(len(words))))

    starts = np.asarray(model.speaks.indptr, np.int64)
    later = len(model.organisation) + 1 - len(starts)
    if later:  # people who came, of whom nobody has said yet what she speaks
        last = len(starts)
        starts = roomy(starts, later)
        starts[last:] = starts[last - 1]
    return Attributes(
        organisation=text(model.organisation, "organisations"),
        role=text(model.role, "roles"),
        sector=text(model.sector, "sectors"),
        timezone=text(model.timezone, "timezones"),
        level=model.level,
        languages=model.languages.take(range(len(model.languages))),
        language_starts=starts,
        language_codes=model.speaks.indices,
    )
