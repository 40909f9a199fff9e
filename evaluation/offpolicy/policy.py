"""Targets: rankings to be judged, as probabilities of showing what a log says was shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation import ours
from evaluation.offpolicy.log import NOBODY, UNSEEN, Log
from evaluation.tasks import Question
from recommender.domain.config import Dials
from recommender.domain.errors import InputDataError
from recommender.domain.times import from_microseconds, microseconds
from recommender.pipeline import Pipeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A ranking to be judged on the m places of a log.

    propensity: float64 [m] in [0, 1], chance with which it shows there whom the log shows there.
    contact: int32 [m], whom it shows there for certain, by `Log.contacts`, `UNSEEN` or `NOBODY`;
        None where that is not known, and then no doubly robust estimate can be had.
    notes: sentences that a reader of the figures has to know.
    """

    name: str
    propensity: NDArray[np.float64]
    contact: NDArray[np.int32] | None = None
    notes: tuple[str, ...] = ()

    @property
    def filled(self) -> NDArray[np.bool_]:
        """Where it shows somebody: bool [m]; everywhere, where `contact` is not known."""
        if self.contact is None:
            return np.ones(len(self.propensity), np.bool_)
        return np.asarray(self.contact != NOBODY)


def logged_target(log: Log) -> Target:
    """The target that the log itself names, by `target_propensity` or `target_contact_id`.

    Raises InputDataError where it names none.
    """
    if log.target_propensity is not None:
        return Target(name="target_propensity", propensity=log.target_propensity)
    if log.target_contact is None:
        raise InputDataError(
            "the log has neither target_propensity nor target_contact_id, so it names no ranking "
            "to judge; add one of the columns, or name a model"
        )
    return _certain("target_contact_id", log, log.target_contact, ())


def _certain(name: str, log: Log, contact: NDArray[np.int32], notes: tuple[str, ...]) -> Target:
    shown = (contact == log.contact).astype(np.float64)
    return Target(name=name, propensity=shown, contact=contact, notes=notes)


def model_target(pipeline: Pipeline, log: Log, dials: Dials | None = None) -> Target:
    """What a model's list of new people would have shown, as long as the log's lowest place.

    Deterministic: probability 1 where the model has the logged contact at the logged place for
    that person, and 0 elsewhere. dials: the defaults where None. Each place is taken by itself:
    what it earns may depend on who is there and on the place, and not on who is at the others. A
    place is empty, and not judged, where the list is too short or the model does not know the
    person; a contact whom it does not know it would not have shown. Both are counted in `notes`.
    """
    ids = pipeline.model.person_ids
    askers, contacts = ids.rows(log.people), ids.rows(log.contacts)
    shown = _lists(pipeline, askers, int(log.position.max(initial=1)), dials or Dials())
    rows = shown[log.person, log.position - 1]
    codes = np.full(len(ids), UNSEEN, np.int32)
    known = np.flatnonzero(contacts >= 0)
    codes[contacts[known]] = known
    contact = np.where(rows >= 0, codes[np.maximum(rows, 0)], NOBODY).astype(np.int32)
    return _certain(pipeline.info.name, log, contact, _notes(pipeline, log, askers, contacts))


def _lists(
    pipeline: Pipeline, askers: NDArray[np.int32], depth: int, dials: Dials
) -> NDArray[np.int32]:
    """The list of each asker, int32 [askers, depth] rows; -1 in empty places."""
    out = np.full((len(askers), depth), -1, np.int32)
    known = np.flatnonzero(askers >= 0)
    asked = Question(
        askers=askers[known], panel=np.ones(len(known), np.bool_), pool=None, relevant={}
    )
    out[known] = ours.answer(pipeline.model, asked, depth, dials)
    return out


def _notes(
    pipeline: Pipeline, log: Log, askers: NDArray[np.int32], contacts: NDArray[np.int32]
) -> tuple[str, ...]:
    strangers, unknown = int((askers < 0).sum()), int((contacts < 0).sum())
    notes = []
    if strangers:
        notes.append(
            f"the model does not know {strangers:,} of {len(askers):,} people of the log; "
            "their places are left out"
        )
    if unknown:
        notes.append(
            f"the model does not know {unknown:,} of {len(contacts):,} contacts of the log; "
            "it is taken never to show them"
        )
    since = log.occurred_at
    if since is not None and len(since) and microseconds(pipeline.info.as_of) > since.min():
        begins = from_microseconds(int(since.min())).date()
        notes.append(
            f"the model knows what happened until {pipeline.info.as_of.date()}, and the log begins "
            f"on {begins}: it may know the answers; judge one trained as of {begins} or earlier"
        )
    return tuple(notes)
