"""What a caller is told: recommendations, ties and networks in the caller's own ids and words.

The pipeline computes in rows and arrays; these values are made last, for the few people shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from recommender.domain.ids import PersonId


class Layer(StrEnum):
    """Tie layers of a personal learning network, strong to very weak (Grabher & Ibert 2008)."""

    COMMUNALITY = "communality"
    SOCIALITY = "sociality"
    CONNECTIVITY = "connectivity"


class ReasonKind(StrEnum):
    """Why somebody is on a list: the nine factors, then what the traces show, then the tie."""

    COMMUNALITY = "communality"
    ORGANISATION = "organisation"
    NETWORK = "network"
    REPUTATION = "reputation"
    BENEVOLENCE = "benevolence"
    LIKE_MINDEDNESS = "like_mindedness"
    COLLABORATION = "collaboration"
    LEARNING = "learning"
    TRENDS = "trends"
    SHARED_CONTACTS = "shared_contacts"
    SIMILAR_NETWORK = "similar_network"
    SHARED_OBJECTS = "shared_objects"
    ACTIVE_IN_TOPICS = "active_in_topics"
    SIMILAR_INTERESTS = "similar_interests"
    NETWORK_WALK = "network_walk"
    TURNED_TO_BY_CONTACTS = "turned_to_by_contacts"
    ADDRESSED_IN_TOPICS = "addressed_in_topics"
    ACTIVE_LATELY = "active_lately"
    NEAR_TOPICS = "near_topics"
    GOAL_MATCHES = "goal_matches"
    SIMILAR_TITLES = "similar_titles"
    NEWCOMERS = "newcomers"
    BRIDGES = "bridges"
    PAST_TIE = "past_tie"


class CaveatKind(StrEnum):
    """What speaks against writing to somebody, or should be known before; the gravest first."""

    AWAY = "away"
    RARELY_ANSWERS = "rarely_answers"
    SELDOM_AGREE = "seldom_agree"
    NEW_HERE = "new_here"


@dataclass(frozen=True, slots=True)
class Caveat:
    """A caveat, and one English sentence that says it."""

    kind: CaveatKind
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A topic, an object or a person: the id, and what people call it (the id where nothing)."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class FactorValue:
    """One factor of a recommendation; confidence 0 means that it is unknown."""

    value: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why this person: a kind, how much of the score it carries, and evidence the asker may see.

    share: of the positive terms of the score, in [0, 1]; 0 for a past tie, which is no term; how
        well the person matches it for a goal of the call.
    confidence: in [0, 1].
    topics, objects: what the reason is about; may be empty.
    count: how many (threads, contacts in common, …); 0 where counting means nothing. Counts of
        other people's ties are coarse: at most `COARSE`, which stands for "that many or more".
    text: one English sentence that says it.
    """

    kind: ReasonKind
    share: float
    confidence: float
    topics: tuple[Named, ...] = ()
    objects: tuple[Named, ...] = ()
    count: int = 0
    text: str = ""


COARSE = 3
"""Counts of private things stop here: 3 is said as "3+"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A tie between the asker and a contact, as far as the snapshot shows it.

    strength: the probability that both address each other within 90 days, in [0, 1].
    peak: the highest strength that it ever had, in [0, 1].
    fading, dormant: silent beyond its own rhythm, see `recommender.ties.states`; never both.
    usual_gap_days: days that usually lie between two conversations; 0 where there was none.
    returns: the probability of contact either way within 180 days, in [0, 1].
    sent_count, received_count: interactions from the asker, and to her.
    topics: what it is about, most of all first; at most three.
    """

    contact_id: PersonId
    display_name: str
    layer: Layer
    strength: float
    dormant: bool
    sent_count: int
    received_count: int
    active_days: int
    first_contact_at: datetime | None
    last_contact_at: datetime | None
    topics: tuple[Named, ...] = ()
    fading: bool = False
    peak: float = 0.0
    usual_gap_days: float = 0.0
    returns: float = 0.0

    @property
    def place(self) -> str:
        """Where it is in a network: its layer while it is active, else 'fading' or 'dormant'."""
        if self.fading:
            return "fading"
        return "dormant" if self.dormant else str(self.layer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """How likely contact is within 90 days, in (0, 1].

    addresses: the asker addresses the person; addressed: the other way round; mutual: harmonic
    mean of the two; answers: she addresses the asker, where the asker addresses her.
    """

    addresses: float
    addressed: float
    mutual: float
    answers: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """How a score came about: score = relevance + steering.

    relevance: in standard deviations of the list's. steering: what dials, goals and what was shown
    lately added. score_rank: rank by score, from 1, before the list was made diverse.
    sources: what found her, by name (`slate.SIGNALS`), with a signal in (0, 1], strongest first.
    """

    relevance: float
    steering: float
    score_rank: int
    sources: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """One name on a list.

    factors: nine, by `slate.FACTORS`; tie and opener: in lists of ties only.
    caveat: at most one, where it is true. introducer: a contact of the asker who could introduce
        the two, and whose contact with this person the asker can see for herself; of new people.
    chances: of new people; None where too little is known of what came next at earlier times.
    propensity: chance with which she was drawn for this place; None where it was not drawn.
    explanation: where the query asked for it.
    """

    rank: int
    person_id: PersonId
    display_name: str
    organisation: str
    score: float
    like_mindedness: float
    collaboration: float
    diversity: float
    factors: tuple[FactorValue, ...]
    reasons: tuple[Reason, ...]
    tie: Tie | None = None
    opener: str = ""
    caveat: Caveat | None = None
    introducer: Named | None = None
    chances: Chances | None = None
    propensity: float | None = None
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A group of people who have more to do with one another than with others.

    topics: what its members work on, most of all first; at most three. share: of the person's ties
    that lead there, in [0, 1].
    """

    id: str
    topics: tuple[Named, ...]
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A person's present network: ties strongest first, and what it covers.

    tie_counts: how many ties there are in each place, listed or not: active ones by layer, fading
        and dormant ones; None where all are listed.
    topics_covered: topics she works on that her active contacts work on too, most first.
    topics_missing: topics she works on, or has as goals, that none of them works on.
    communities_covered: those that her contacts belong to, the one with most of her ties first.
    communities_missing: those that work on topics of hers, and that none of her contacts is of.
    community_count: communities that her contacts belong to, small ones too.
    diversity: 1 - sum of squared shares of her ties over communities (Gini–Simpson), in [0, 1].
    """

    person_id: PersonId
    display_name: str
    ties: tuple[Tie, ...]
    topics_covered: tuple[Named, ...]
    topics_missing: tuple[Named, ...]
    community_count: int
    diversity: float
    communities_covered: tuple[Community, ...] = ()
    communities_missing: tuple[Community, ...] = ()
    tie_counts: Mapping[str, int] | None = None

    def listed(self, place: str) -> list[Tie]:
        """The ties of a place: a layer, 'fading' or 'dormant'. Every tie is in exactly one."""
        return [tie for tie in self.ties if tie.place == place]

    def counted(self, place: str) -> int:
        """How many ties there are in a place, listed or not."""
        counts = self.tie_counts
        return len(self.listed(place)) if counts is None else counts.get(place, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What a model says of itself. `as_of`: nothing at or after it was seen in training."""

    name: str
    as_of: datetime
    snapshot: str
    person_count: int
    topic_count: int
    tie_count: int
    candidate_count: int
    bytes: int
