"""What a caller is told: recommendations, ties and networks in the caller's own ids and words.

The pipeline computes in rows and arrays; these values are made last, for the few people shown.
"""

from __future__ import annotations

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
    PAST_TIE = "past_tie"


@dataclass(frozen=True, slots=True)
class Named:
    """A topic or an object: its id and what people call it (the id where it has no label)."""

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

    share: of the positive terms of the score, in [0, 1]; 0 for a past tie, which is no term.
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

    strength: in [0, 1].
    dormant: the tie was once real (two interactions or more, on two days or more) and has been
        silent for `slate.SILENCE_DAYS`.
    sent_count, received_count: interactions from the asker, and to her.
    topics: what it is about; at most one.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """One name on a list.

    factors: nine, by `slate.FACTORS`; tie and opener: for reactivations only.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A person's present network: ties strongest first, and what it covers.

    topics_covered: topics she works on that her active contacts work on too, most first.
    topics_missing: topics she works on, or has as goals, that none of them works on.
    community_count: communities that her contacts belong to.
    diversity: 1 - sum of squared shares of her ties over communities (Gini–Simpson), in [0, 1].
    """

    person_id: PersonId
    display_name: str
    ties: tuple[Tie, ...]
    topics_covered: tuple[Named, ...]
    topics_missing: tuple[Named, ...]
    community_count: int
    diversity: float


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
