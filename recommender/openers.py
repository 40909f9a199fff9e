"""How to begin again: what the two shared, what is new, and a specific ask (science §8.5).

Each part says only what the model holds, and is left out where it holds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from recommender.domain.answer import Tie
from recommender.domain.pool import Pool
from recommender.factors.habits import NEVER
from recommender.model import Model

LATELY_WEEKS = 8
"""Somebody seen within so many whole weeks is still around, for an opener."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is to speak of, "" for what there is not.

    about: what the tie is most of all about; thing: an object both took part in; lately: where the
    contact is active now; lesson: a goal of the asker in which the contact is ahead.
    """

    about: str
    thing: str
    lately: str
    lesson: str
    around: bool
    owed: bool


def opener(model: Model, pool: Pool, entry: int, place: int, tie: Tie) -> str:
    """Two sentences about a tie on a list of ties.

    entry: of the list in `pool`; place: of the tie in `Ties`.
    """
    known = _known(model, pool, entry, place, tie)
    return f"{_shared(tie, known)}{_news(known)}. {_ask(known)}."


def _known(model: Model, pool: Pool, entry: int, place: int, tie: Tie) -> _Known:
    def label(row: int) -> str:
        return model.topic_labels[row] if row >= 0 else ""

    thing = int(pool.shared_object[entry])
    # An object without a title has its id for one, which says nothing.
    named = thing >= 0 and model.object_titles[thing] != model.object_ids[thing]
    weeks = int(model.weeks_away[pool.rows[entry]])
    return _Known(
        about=tie.topics[0].label if tie.topics else "",
        thing=model.object_titles[thing] if named else "",
        lately=label(int(pool.active_topic[entry])),
        lesson=label(int(pool.taught_topic[entry])),
        around=weeks != NEVER and weeks <= LATELY_WEEKS,
        owed=bool(model.ties.owed[place]),
    )


def _shared(tie: Tie, known: _Known) -> str:
    when = f"{tie.last_contact_at:%B %Y}" if tie.last_contact_at else "the past"
    spoke = f"You talked mostly about {known.about}, last" if known.about else "You last talked"
    thing = f", and both of you took part in “{known.thing}”" if known.thing else ""
    wrote = "; they wrote last" if known.owed else ""
    return f"{spoke} in {when}{thing}{wrote}"


def _news(known: _Known) -> str:
    if known.lately:
        still = "still" if known.lately == known.about else "now"
        return f"; they are {still} active in {known.lately}"
    return "; they are still around" if known.around else ""


def _ask(known: _Known) -> str:
    if known.owed:
        return "Answer what they wrote, and ask what came of it"
    if known.lesson:
        return f"Ask what they would look at first in {known.lesson}"
    if known.lately and known.lately == known.about:
        return f"Ask what has changed in {known.about} since"
    if known.lately:
        return f"Ask what they have learned in {known.lately}"
    if known.thing:
        return f"Ask what became of “{known.thing}”"
    return "Ask what they are working on now"
