"""What tests say to LearnerService, written down shortly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from recommender.v1 import learner_service_pb2 as pb
from recommender.v1.steering_pb2 import Dials, Goal


def stamp(**ahead: float) -> Timestamp:
    """A time from now on."""
    found = Timestamp()
    found.FromDatetime(datetime.now(UTC) + timedelta(**ahead))
    return found


def mask(*paths):
    return FieldMask(paths=paths)


def full(person):
    return pb.Learner(
        person_id=person,
        profile=pb.Profile(
            display_name="Zoë", organisation="Acme", level=0, languages=["en", "nl-BE"]
        ),
        goals=[
            Goal(topic_id="t", direction=1, level=2.5),
            Goal(topic_id="t", direction=2),
        ],
        skills=[pb.Skill(topic_id="s", level=4), pb.Skill(topic_id="u")],
        dials=Dials(diversity=3),
        stage=7,
        availability=pb.Availability(daily_exposure_limit=0, away_until_time=stamp(days=3)),
        discoverability=2,
        recommendations_paused=True,
    )


def given(learner):
    """A learner without what the service adds."""
    plain = pb.Learner()
    plain.CopyFrom(learner)
    for name in ("update_time", "etag"):
        plain.ClearField(name)
    for goal in plain.goals:
        goal.ClearField("set_time")
    return plain


def update(client, learner, paths=(), **fields):
    request = pb.UpdateLearnerRequest(learner=learner, update_mask=mask(*paths), **fields)
    return client.learners.UpdateLearner(request)


def get(client, person):
    return client.learners.GetLearner(pb.GetLearnerRequest(person_id=person))


def make_block(client, person, contact, kind=1, request_id="", **fields):
    block = pb.Block(person_id=person, contact_id=contact, kind=kind, **fields)
    return client.learners.CreateBlock(pb.CreateBlockRequest(block=block, request_id=request_id))


def list_blocks(client, person, **fields):
    return client.learners.ListBlocks(pb.ListBlocksRequest(person_id=person, **fields))
