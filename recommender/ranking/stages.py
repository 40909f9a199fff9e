"""Stages of networking as presets of dials, length and kind of list (science §8.8).

All of them are priors and no findings. The first four are modes of the service; the others are
phases of which owners of personal learning networks tell, each led back to a mode.
"""

from __future__ import annotations

from dataclasses import dataclass

from recommender.domain.config import Dials, Stage
from recommender.domain.slate import Kind

SHORT = 5
"""Names on a list that should be short: somebody who is flooded already needs no long one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """What a stage stands for.

    dials: in place of the usual ones; whoever sets a dial herself has it as she set it.
    length: names on a list where nobody says how many; None: as many as usual.
    kinds: the lists that the stage is about, most of all first. Asked for another list, its dials
        and length hold there too.
    """

    dials: Dials
    length: int | None = None
    kinds: tuple[Kind, ...] = (Kind.PEOPLE,)


_USUAL = Dials()
_EXPLORE = Dials(like_mindedness=0.2, collaboration=0.3, diversity=0.5)
_ACTIVATE = Dials(like_mindedness=0.2, collaboration=0.6, diversity=0.2)
_DISTANT = Dials(like_mindedness=0.1, collaboration=0.25, diversity=0.65)

PRESETS: dict[Stage, Preset] = {
    Stage.BUILD: Preset(dials=_USUAL),
    Stage.EXPLORE: Preset(dials=_EXPLORE),
    Stage.MAINTAIN: Preset(dials=_USUAL, kinds=(Kind.MAINTENANCE,)),
    Stage.ACTIVATE: Preset(dials=_ACTIVATE, kinds=(Kind.REACTIVATION,)),
    # Taking in everything at once: a few names, from further away.
    Stage.IMMERSION: Preset(dials=_EXPLORE, length=SHORT),
    # Looking at what the network is worth: ties that fade, and quiet ones to pick up or let go.
    Stage.EVALUATION: Preset(dials=_USUAL, kinds=(Kind.MAINTENANCE, Kind.REACTIVATION)),
    # Wanting to know all there is, and then finding one's measure: fewer and more distant people.
    Stage.KNOW_IT_ALL: Preset(dials=_DISTANT, length=SHORT),
    Stage.PERSPECTIVE: Preset(dials=_DISTANT, length=SHORT),
    Stage.BALANCE: Preset(dials=_ACTIVATE, kinds=(Kind.REACTIVATION,)),
}
"""Every stage and what it stands for."""
