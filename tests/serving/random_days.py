"""Days made up at random: what learners decide and what happens, and what holds all the time."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from recommender.v1 import event_service_pb2 as events
from recommender.v1 import learner_service_pb2 as learners
from recommender.v1 import recommendation_service_pb2 as pb
from recommender.v1.network_service_pb2 import GetNetworkRequest
from recommender.v1.steering_pb2 import Context, Dials, Goal, Rotation, Scope, Stage, Steering
from tests.serving.real import Real

FILTERS = ["", "level >= 2", 'languages:"en"', 'organisation = "Here" OR role != "x"']
KINDS = [1, 2, 3]


@dataclass
class Day:
    """What happened so far, kept by hand to hold answers against.

    rested: who may want no lists for a while.
    """

    server: Real
    draw: random.Random
    people: list[str]
    topics: list[str]
    blocked: set[tuple[str, str]] = field(default_factory=set)
    kept_off: set[tuple[str, str]] = field(default_factory=set)
    met: set[frozenset[str]] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    rested: frozenset[str] = frozenset()
    numbers: int = 0
    names: int = 0

    def somebody(self) -> str:
        """One of few, so that much happens between the same; or somebody new."""
        return self.draw.choice([*self.people[:25], "new 1", "new 2", "new 3"])

    def two(self) -> tuple[str, str]:
        """Two who are not erased."""
        while True:
            one, other = self.somebody(), self.somebody()
            if one != other and not {one, other} & self.erased:
                return one, other

    def steering(self) -> Steering:
        draw = self.draw
        goals = [Goal(topic_id=draw.choice([*self.topics, "?"]), direction=draw.choice([1, 2]))]
        found = Steering(goals=goals if draw.random() < 0.5 else [])
        if draw.random() < 0.5:
            found.dials.CopyFrom(Dials(like_mindedness=draw.random(), diversity=draw.random()))
        elif draw.random() < 0.3:
            found.stage = draw.choice(Stage.values())
        return found

    def scope(self) -> Scope:
        draw = self.draw
        found = Scope(filter=draw.choice(FILTERS), exclude_person_ids=draw.sample(self.people, 3))
        if draw.random() < 0.2:
            found.context.CopyFrom(Context(organisation="Here"))
        if draw.random() < 0.2:
            found.minimum_score = draw.gauss(0, 1)
        return found

    # -- what happens -----------------------------------------------------------------------------

    def event(self) -> None:
        """Contact, a tie, or work."""
        one, other = self.two()
        self.numbers += 1
        now = Timestamp()
        now.FromDatetime(datetime.now(UTC))
        topic = self.draw.choice([*self.topics, "a topic of today"])
        event = events.Event(event_id=f"e{self.numbers}", occur_time=now)
        what = self.draw.choice(["activity", "interaction", "connection_change"])
        if what == "activity":
            event.activity.MergeFrom(
                events.Activity(person_id=one, topic_id=topic, verb="post", object_id="o today")
            )
        elif what == "interaction":
            event.interaction.MergeFrom(
                events.Interaction(person_id=one, contact_id=other, verb="reply", topic_id=topic)
            )
            self.met.add(frozenset((one, other)))
        else:
            event.connection_change.MergeFrom(
                events.ConnectionChange(person_id=one, contact_id=other)
            )
            self.met.add(frozenset((one, other)))
        reply = self.server.events.WriteEvents(events.WriteEventsRequest(events=[event]))
        assert reply.outcomes[0].status == events.WRITE_STATUS_ACCEPTED

    def block(self) -> None:
        """A decision about somebody; a later one replaces it."""
        one, other = self.two()
        kind = self.draw.choice([1, 2, 3])
        block = learners.Block(person_id=one, contact_id=other, kind=kind)
        self.server.learners.CreateBlock(learners.CreateBlockRequest(block=block))
        self.forget_block(one, other)
        self.kept_off.add((one, other))
        if kind == learners.BLOCK_KIND_BLOCK:
            self.blocked.add((one, other))

    def unblock(self) -> None:
        """Take one back."""
        if not self.kept_off:
            return
        one, other = self.draw.choice(sorted(self.kept_off))
        self.server.learners.DeleteBlock(
            learners.DeleteBlockRequest(person_id=one, contact_id=other)
        )
        self.forget_block(one, other)

    def forget_block(self, one: str, other: str) -> None:
        self.kept_off.discard((one, other))
        self.blocked.discard((one, other))

    def learner(self) -> None:
        """Somebody says something of herself, or hides, or shows herself."""
        one, draw = self.two()[0], self.draw
        found = learners.Learner(person_id=one, discoverability=draw.choice([1, 1, 1, 3]))
        found.profile.MergeFrom(
            learners.Profile(
                display_name=draw.choice(["", "Ada", "É"]),
                organisation=draw.choice(["", "Here", "There"]),
                role=draw.choice(["", "x"]),
                languages=draw.sample(["en", "nl", "tlh"], draw.randint(0, 2)),
            )
        )
        steering = self.steering()
        found.goals.extend(steering.goals)
        found.skills.add(topic_id=draw.choice(self.topics))
        found.stage = steering.stage
        if steering.HasField("dials"):
            found.dials.CopyFrom(steering.dials)
        found.recommendations_paused = draw.random() < 0.2 and one in self.rested
        self.server.learners.UpdateLearner(learners.UpdateLearnerRequest(learner=found))
        hides = found.discoverability == learners.DISCOVERABILITY_NOBODY
        (self.hidden.add if hides else self.hidden.discard)(one)

    def deed(self) -> None:
        """Anything at all."""
        deeds = [self.event, self.event, self.block, self.unblock, self.learner, self.erase]
        self.draw.choice(deeds)()

    def erase(self) -> None:
        """Now and then somebody goes."""
        if self.draw.random() < 0.15 and len(self.erased) < 4:
            gone = self.two()[0]
            self.server.learners.ErasePerson(learners.ErasePersonRequest(person_id=gone))
            self.erased.add(gone)
            for pair in [pair for pair in self.kept_off if gone in pair]:
                self.forget_block(*pair)

    # -- what must hold ---------------------------------------------------------------------------

    def look(self) -> None:
        """Every kind of answer to somebody, steered and narrowed at random."""
        asker = self.two()[0]
        lists, asked = self.server.lists, {"steering": self.steering(), "scope": self.scope()}
        stream = pb.StreamRecommendationsRequest(
            person_ids=[asker], kinds=KINDS, rotation=Rotation(rate=0.5), **asked
        )
        seen = {}
        for message in lists.StreamRecommendations(stream):
            assert message.status in (pb.STREAM_STATUS_OK, pb.STREAM_STATUS_PERSON_NOT_FOUND)
            self.hold(asker, message.recommendations, new=message.kind == 1)
            seen[message.kind] = message
        if seen[1].status != pb.STREAM_STATUS_OK:
            return  # new, and nothing is known of her yet
        candidates = [*self.draw.sample(self.people, 60), *self.people[:25], "new 1", "nobody"]
        for too in (False, True):
            request = pb.RankPeopleRequest(
                person_id=asker,
                candidate_person_ids=candidates,
                include_contacts=too,
                page_size=100,
                explain=True,
                **asked,
            )
            ranked = lists.RankPeople(request)
            self.hold(asker, ranked.recommendations, new=not too)
            told = [item.person_id for item in (*ranked.recommendations, *ranked.unranked_people)]
            assert sorted(told) == sorted(set(candidates))
            for item in ranked.recommendations:
                told = item.explanation
                assert told.relevance + told.steering == pytest.approx(item.score, abs=1e-4)
        for kind in KINDS:
            names = {item.person_id for item in seen[kind].recommendations}
            other = self.draw.choice([*sorted(names)[:3], *candidates])
            pair = pb.ExplainPairRequest(person_id=asker, contact_id=other, kind=kind, **asked)
            found = lists.ExplainPair(pair)
            assert found.HasField("recommendation") != bool(found.filter_reasons)
            self.hold(asker, [found.recommendation][: found.HasField("recommendation")], kind == 1)
        network = self.server.networks.GetNetwork(GetNetworkRequest(person_id=asker))
        ties = [tie.contact_id for layer in network.layers for tie in layer.ties]
        ties += [tie.contact_id for tie in (*network.fading_ties, *network.dormant_ties)]
        assert not self.out_of_sight(asker) & set(ties)

    def out_of_sight(self, asker: str) -> set[str]:
        pairs = [pair for pair in self.blocked if asker in pair]
        return {one for pair in pairs for one in pair if one != asker} | self.erased

    def hold(self, asker, items, new) -> None:
        """No name that must not be there, no number that is none, no sentence about the unseen."""
        unseen = self.out_of_sight(asker)
        off = {other for one, other in self.kept_off if one == asker} | unseen | self.hidden
        if new:
            off |= {one for pair in self.met if asker in pair for one in pair}
        self.names += len(items)
        for item in items:
            assert item.person_id not in {asker, *off}
            assert item.introducer.person_id not in unseen
            numbers = [item.score, item.headlines.diversity, item.headlines.collaboration]
            assert all(map(math.isfinite, numbers))
            assert all(reason.text for reason in item.reasons)
        assert len({item.person_id for item in items}) == len(items)
