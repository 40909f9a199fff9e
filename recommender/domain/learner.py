"""What learners decide, and what happens after a model was trained: the values that a store keeps.

Ids are the host platform's. Times are UTC without a zone, as everywhere in the domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from recommender.domain.config import Dials, Stage
from recommender.domain.ids import PersonId
from recommender.domain.slate import Aim, Direction, Kind


class Discoverability(StrEnum):
    """Who may find a learner on lists."""

    EVERYONE = "everyone"
    ORGANISATION = "organisation"
    NOBODY = "nobody"


class BlockKind(StrEnum):
    """How far a decision to keep a person off goes.

    A block hides the two from each other; a mute and a dismissal only change the lists of the one
    who decides.
    """

    BLOCK = "block"
    MUTE = "mute"
    DISMISS = "dismiss"


class FeedbackAction(StrEnum):
    """What a learner did with a recommendation."""

    SHOWN = "shown"
    OPENED = "opened"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a learner says of herself; empty parts leave what the host's data say.

    level: from 0 (not at all) to 4 (expert), None: not said. languages: BCP 47 tags.
    """

    display_name: str = ""
    organisation: str = ""
    role: str = ""
    sector: str = ""
    level: float | None = None
    languages: tuple[str, ...] = ()
    timezone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedGoal:
    """A topic that a learner wants to learn, or can help with; level as in `Profile`."""

    topic_id: str
    direction: Direction
    level: float | None = None
    set_at: datetime | None = None

    @property
    def aim(self) -> Aim:
        """What it is for, as lists are steered by it."""
        return Aim(self.direction, self.level or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """Something that a learner can do; level as in `Profile`."""

    topic_id: str
    level: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """What a learner has decided; None and empty parts leave the defaults.

    daily_exposure_limit: lists a day that may show her, about, >= 0. away_until: until when she is
    on nobody's list. paused: she wants no lists. updated_at: None where she never decided anything.
    version: counts the changes; 0 where there was none.
    """

    person_id: PersonId
    profile: Profile | None = None
    goals: tuple[StatedGoal, ...] = ()
    skills: tuple[Skill, ...] = ()
    dials: Dials | None = None
    stage: Stage | None = None
    daily_exposure_limit: int | None = None
    away_until: datetime | None = None
    discoverability: Discoverability | None = None
    paused: bool = False
    updated_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A learner's decision to keep a person off her lists.

    list_kind: of a dismissal, the one list that it is about, None: all. expires_at: None: never.
    """

    person_id: PersonId
    contact_id: PersonId
    kind: BlockKind
    list_kind: Kind | None = None
    expires_at: datetime | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened on the host platform."""

    event_id: str
    person_id: PersonId
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Event):
    """Somebody did something in a topic; weight: finite, > 0."""

    topic_id: str
    verb: str
    object_id: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction(Event):
    """Somebody addressed somebody else; weight: finite, > 0."""

    contact_id: PersonId
    verb: str
    topic_id: str = ""
    object_id: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionChange(Event):
    """A declared tie was made or, if `ended`, ended."""

    contact_id: PersonId
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What became of one recommendation, with all that is needed to judge the answer it was in.

    model, list_kind, dials, token: of the answer; dials are shares that sum to 1.
    rank: from 1, 0 where it is not known. propensity: in (0, 1], None where the place was not
    drawn. surface: where it was shown, in the host's own word.
    """

    event_id: str
    person_id: PersonId
    contact_id: PersonId
    action: FeedbackAction
    occurred_at: datetime
    token: str
    model: str
    list_kind: Kind
    dials: tuple[float, float, float]
    rank: int = 0
    propensity: float | None = None
    surface: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """A person was erased. mark: `erasure_mark` of tenant and person, which tells nobody who."""

    receipt_id: str
    mark: str
    erased_at: datetime
    complete_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockLifted:
    """A decision about a person was taken back."""

    person_id: PersonId
    contact_id: PersonId


Change = Learner | Block | BlockLifted | Activity | Interaction | ConnectionChange | Erasure
"""One thing that a store tells its readers."""
