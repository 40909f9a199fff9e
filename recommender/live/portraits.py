"""What people work on and say of themselves, since the model was trained."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

import numpy as np

from recommender.domain.ids import Row
from recommender.domain.learner import Learner, Profile
from recommender.domain.pool import to_byte
from recommender.domain.slate import Direction, Goal
from recommender.live.grown import WORDS, Grown


class Portraits:
    """Keeps what a model that grows says of people as they say it themselves.

    learners: by row, what people decided; read here, and kept by whoever hands it over.
    """

    def __init__(self, grown: Grown, learners: Mapping[Row, Learner]) -> None:
        self._grown, self._learners = grown, learners
        self._seen: defaultdict[Row, Counter[Row]] = defaultdict(Counter)
        self._goals: dict[Row, list[Row]] = {}
        self._speaks: dict[Row, list[int]] = {}

    def stated_goals(self, person: Row) -> tuple[Goal, ...]:
        """Goals that a learner has stated, in topics that the model knows."""
        learner = self._learners.get(person)
        stated = () if learner is None else learner.goals
        topics = self._grown.model.topic_ids
        found = ((topics.row(goal.topic_id), goal.aim) for goal in stated)
        return tuple(Goal(topic, aim) for topic, aim in found if topic is not None)

    def interests(self, person: Row) -> tuple[tuple[Row, float], ...]:
        """Topics in which a person was active since, with shares that sum to 1; at most 8."""
        seen = self._seen.get(person)
        if not seen:
            return ()
        total = sum(seen.values())
        ranked = sorted(seen.items(), key=lambda item: (-item[1], item[0]))
        return tuple((topic, count / total) for topic, count in ranked[:8])

    def decided(self, row: Row, learner: Learner) -> None:
        """A learner said something of herself."""
        if learner.profile is not None:
            self._say(row, learner.profile)
        wanted = [goal.topic for goal in self.stated_goals(row) if goal.aim.direction == "learn"]
        if wanted or learner.goals:
            self._goals[row] = wanted
        self._describe(row)

    def worked(self, row: Row, topic: Row) -> None:
        """Somebody was active in a topic."""
        self._seen[row][topic] += 1
        self._describe(row)

    def forget(self, row: Row) -> None:
        """Drop what a person did."""
        self._seen.pop(row, None)

    def settle(self) -> None:
        """Have goals and languages count that were stated; together, as a pattern is made anew."""
        self._grown.rows_of("goals", self._goals)
        self._grown.rows_of("speaks", self._speaks)
        self._goals, self._speaks = {}, {}

    def _say(self, row: Row, said: Profile) -> None:
        grown = self._grown
        grown.call(row, said.display_name)
        for attribute in WORDS:
            grown.say(row, attribute, getattr(said, attribute))
        level = said.level
        grown.column("level")[row] = grown.before("level", row) if level is None else level
        if said.languages:
            self._speaks[row] = [grown.language(word) for word in said.languages]

    def _describe(self, row: Row) -> None:
        """What somebody who came works on: skills, offers, and what she did."""
        if not self._grown.came(row):
            return
        learner, mine = self._learners.get(row), self._grown.column("main_topics")
        named = [] if learner is None else [skill.topic_id for skill in learner.skills]
        offered = [g.topic for g in self.stated_goals(row) if g.aim.direction is Direction.OFFER]
        known = (self._grown.model.topic_ids.row(topic) for topic in named)
        done = [topic for topic, _ in self.interests(row)]
        topics = dict.fromkeys([*done, *(t for t in known if t is not None), *offered])
        mine[row] = -1
        kept = list(topics)[: mine.shape[1]]
        mine[row, : len(kept)] = kept
        if done:
            self._grown.column("active")[row] = to_byte(np.ones(1))[0]
            self._grown.column("weeks_away")[row] = 0
