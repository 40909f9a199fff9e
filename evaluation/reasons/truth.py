"""Truth: does what a reason points at stand in the snapshot (science §8.11; must be 1).

Each kind of reason is held against the plain facts by a few lines of its own, which share nothing
with the code that found the evidence. A factor is a number, not an event: it is computed anew for
the pair and must be above what is usual; whatever else its sentence says is looked up.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from evaluation.known import Known
from evaluation.reasons.claims import Claim, claims
from evaluation.reasons.facts import Facts, members, shared
from evaluation.reasons.terms import line_means
from recommender.domain.answer import COARSE, ReasonKind
from recommender.domain.slate import FACTORS, Measured
from recommender.factors import factor_scorer
from recommender.factors.habits import Pace
from recommender.phrases import PACES
from recommender.reasons import Reasons

DAYS = {Pace.HOUR: 1 / 24, Pace.DAY: 1, Pace.FEW_DAYS: 3, Pace.WEEK: 7}
"""Days within which half of the answers come, by what is said of them in `phrases.PACES`."""

ROUNDING = 1 / 255
"""Factors are stored in bytes: one may seem above the usual by as much."""


def truth(known: Known, slate: Measured, reasons: Reasons) -> NDArray[np.float64]:
    """Share of the reasons given to each asker that are true: float64 [b]; NaN where none is given.

    slate, reasons: what `known.pipeline` answers, of either kind.
    """
    line, slot, place = np.nonzero(reasons.kinds >= 0)
    pairs = slate.askers[line], slate.rows[line, slot]
    facts = Facts(known.snapshot)
    held = [CHECKS[claim.kind](facts, claim) for claim in claims(known, slate, reasons)]
    true = np.array(held, bool) & _strong(known, *pairs, reasons.kinds[line, slot, place])
    return line_means(true, line, len(slate.askers))


def _strong(
    known: Known,
    askers: NDArray[np.int32],
    contacts: NDArray[np.int32],
    kinds: NDArray[np.int8],
) -> NDArray[np.bool_]:
    """Bool [m]: is the factor that a reason cites above what is usual; True for what is none."""
    strong = np.ones(len(kinds), bool)
    cited = np.flatnonzero(kinds < len(FACTORS))
    values = factor_scorer(known.material.profiles)(askers[cited], contacts[cited])
    own = values[np.arange(len(cited)), kinds[cited]]
    strong[cited] = own > known.pipeline.model.usual[kinds[cited]] - ROUNDING
    return strong


def _topic(facts: Facts, said: Claim) -> bool:
    """She works on one of the asker's topics."""
    return said.topic in facts.topics(said.asker) and said.topic in _works(facts, said.contact)


def _organisation(facts: Facts, said: Claim) -> bool:
    """It is hers, and its people work on some topic of the asker."""
    home = int(facts.homes[said.contact])
    named = home >= 0 and facts.snapshot.organisations[said.contact] == said.organisation
    return named and _any(facts.topics(said.asker), members(facts.at_home, home))


def _network(facts: Facts, said: Claim) -> bool:
    """Somebody in her network works on some topic of the asker."""
    wanted = facts.topics(said.asker)
    return any(_any(wanted, _works(facts, other)) for other in facts.network(said.contact))


def _reputation(facts: Facts, said: Claim) -> bool:
    """She works on some topic of the asker, and somebody addressed her."""
    common = _any(facts.topics(said.asker), _works(facts, said.contact))
    return common and len(facts.addressed_by(said.contact)) > 0


def _benevolence(facts: Facts, said: Claim) -> bool:
    """She has addressed somebody who addressed her; where a pace is told, most of them, so soon."""
    asked = facts.addressed_by(said.contact)
    answered = shared(asked, members(facts.addressed, said.contact))
    if said.pace not in PACES:
        return len(answered) > 0
    days, answers = facts.log.days_to_answer(said.contact)
    often = min(len(asked), answers) >= 5 and 2 * len(answered) >= len(asked)
    return often and days <= DAYS[said.pace] * (1 + 1e-6)


def _like_mindedness(facts: Facts, said: Claim) -> bool:
    """There is somebody whom both have addressed."""
    return _any(members(facts.addressed, said.asker), members(facts.addressed, said.contact))


def _collaboration(facts: Facts, said: Claim) -> bool:
    """Each shows a skill in some topic of the other."""
    pairs = (said.asker, said.contact), (said.contact, said.asker)
    return all(_any(facts.topics(one), facts.skills(other)) for one, other in pairs)


def _learning(facts: Facts, said: Claim) -> bool:
    """It is a topic of the asker in which the contact shows skill, of a higher level."""
    (mine, hers), topic = said.levels, said.topic
    shown = topic in facts.topics(said.asker) and topic in facts.skills(said.contact)
    return shown and hers > mine


def _trends(facts: Facts, said: Claim) -> bool:
    """She works on some topic of the asker."""
    return _any(facts.topics(said.asker), _works(facts, said.contact))


def _shared_contacts(facts: Facts, said: Claim) -> bool:
    """As many contacts in common, of which COARSE stands for that many or more."""
    common = len(facts.common_contacts(said.asker, said.contact))
    return 0 < said.count == min(common, COARSE)


def _similar_network(facts: Facts, said: Claim) -> bool:
    """Somebody else than the asker has addressed her."""
    return bool((facts.addressed_by(said.contact) != said.asker).any())


def _shared_objects(facts: Facts, said: Claim) -> bool:
    """Both took part in the object, in so many in all, and in so many of these on its topic."""
    both = shared(*(members(facts.took_part, who) for who in (said.asker, said.contact)))
    thing, subjects = facts.snapshot.object_ids.row(said.thing), facts.log.subjects
    about = [subjects.get(each, -1) for each in both.tolist()].count(said.topic)
    if thing is None or thing not in both or said.count != len(both):
        return False
    return said.topic < 0 or (subjects.get(thing) == said.topic and about == said.within)


def _active_in_topics(facts: Facts, said: Claim) -> bool:
    """She took part in the topic lately; where topics are counted, in so many of the asker's."""
    lately = members(facts.lately, said.contact)
    hers = shared(lately, facts.topics(said.asker))
    counted = said.count == len(hers) and said.topic in hers
    return said.topic in lately and (said.count < 2 or counted)


def _network_walk(facts: Facts, said: Claim) -> bool:
    """Her network and the asker's meet, or somebody of the one knows somebody of the other."""
    mine, hers = facts.network(said.asker), facts.network(said.contact)
    return _any(mine, hers) or any(_any(facts.network(other), hers) for other in mine)


def _turned_to_by_contacts(facts: Facts, said: Claim) -> bool:
    """Somebody whom the asker has addressed has addressed her."""
    return _any(members(facts.addressed, said.asker), facts.addressed_by(said.contact))


def _addressed_in_topics(facts: Facts, said: Claim) -> bool:
    """Somebody has addressed her about some topic of the asker."""
    about = facts.snapshot.person_contact_topic
    return _any(facts.topics(said.asker), np.unique(about.keys[2][about.keys[1] == said.contact]))


def _active_lately(facts: Facts, said: Claim) -> bool:
    """She took part in something lately."""
    return len(members(facts.lately, said.contact)) > 0


def _near_topics(facts: Facts, said: Claim) -> bool:
    """It is none of the asker's topics, but near to one; the contact is at home in it."""
    mine = facts.topics(said.asker)
    close = _any(mine, members(facts.near, said.topic))
    return close and said.topic not in mine and said.topic in facts.skills(said.contact)


def _goal_matches(facts: Facts, said: Claim) -> bool:
    """She declared it as a goal, and the contact shows skill in it."""
    wanted = members(facts.wants, said.asker)
    return said.topic in wanted and said.topic in facts.skills(said.contact)


def _similar_titles(facts: Facts, said: Claim) -> bool:
    """Both took part in what has a title, and the titles are alike."""
    return facts.titles_alike(said.asker, said.contact)


def _newcomers(facts: Facts, said: Claim) -> bool:
    """Nothing is known of the contact from before the last months; the two have a topic in common.

    What either declares to know counts as a topic; what the contact only looked at does not.
    """
    mine = np.union1d(facts.topics(said.asker), facts.skills(said.asker))
    hers = np.union1d(members(facts.wants, said.contact), facts.skills(said.contact))
    return facts.new_here(said.contact) and _any(mine, hers)


def _bridges(facts: Facts, said: Claim) -> bool:
    """She works on one of the asker's topics, and the two have no contact in common."""
    return _topic(facts, said) and not len(facts.common_contacts(said.asker, said.contact))


def _past_tie(facts: Facts, said: Claim) -> bool:
    """So many contacts, the last one then, about nothing more than about the topic."""
    spoken = facts.talked_about(said.asker, said.contact)
    mostly = spoken.get(said.topic, 0.0) >= max(spoken.values(), default=0.0) * (1 - 1e-6)
    between = facts.contact(said.asker, said.contact)
    true = said.count > 0 and between == (said.count, said.last)
    return true and (said.topic < 0 or mostly)


def _works(facts: Facts, person: int) -> NDArray[np.int32]:
    return members(facts.works, person)


def _any(a: NDArray[np.int32], b: NDArray[np.int32]) -> bool:
    return len(shared(a, b)) > 0


CHECKS: dict[ReasonKind, Callable[[Facts, Claim], bool]] = {
    ReasonKind.COMMUNALITY: _topic,
    ReasonKind.ORGANISATION: _organisation,
    ReasonKind.NETWORK: _network,
    ReasonKind.REPUTATION: _reputation,
    ReasonKind.BENEVOLENCE: _benevolence,
    ReasonKind.LIKE_MINDEDNESS: _like_mindedness,
    ReasonKind.COLLABORATION: _collaboration,
    ReasonKind.LEARNING: _learning,
    ReasonKind.TRENDS: _trends,
    ReasonKind.SHARED_CONTACTS: _shared_contacts,
    ReasonKind.SIMILAR_NETWORK: _similar_network,
    ReasonKind.SHARED_OBJECTS: _shared_objects,
    ReasonKind.ACTIVE_IN_TOPICS: _active_in_topics,
    ReasonKind.SIMILAR_INTERESTS: _topic,
    ReasonKind.NETWORK_WALK: _network_walk,
    ReasonKind.TURNED_TO_BY_CONTACTS: _turned_to_by_contacts,
    ReasonKind.ADDRESSED_IN_TOPICS: _addressed_in_topics,
    ReasonKind.ACTIVE_LATELY: _active_lately,
    ReasonKind.NEAR_TOPICS: _near_topics,
    ReasonKind.GOAL_MATCHES: _goal_matches,
    ReasonKind.SIMILAR_TITLES: _similar_titles,
    ReasonKind.NEWCOMERS: _newcomers,
    ReasonKind.BRIDGES: _bridges,
    ReasonKind.PAST_TIE: _past_tie,
}
"""What must hold for each kind of reason."""
