"""Bad fields of what LearnerService is sent are named, and nothing is written."""

from __future__ import annotations

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from recommender.v1 import learner_service_pb2 as pb
from recommender.v1.steering_pb2 import Dials, Goal
from tests.serving.fakes import refused
from tests.serving.learners import mask

LONG = "x" * 257


UNDEFINED, INFINITE = float("nan"), float("inf")


FAR = Timestamp(seconds=2**62)


BAD_LEARNERS = [
    ({"person_id": ""}, "learner.person_id"),
    ({"person_id": "é" * 129}, "learner.person_id"),
    ({"person_id": "x" * 900_000}, "learner.person_id"),
    ({"person_id": "a\0b"}, "learner.person_id"),
    ({"person_id": "a\nb"}, "learner.person_id"),
    ({"etag": "x" * 65}, "learner.etag"),
    ({"profile": pb.Profile(display_name=LONG)}, "learner.profile.display_name"),
    ({"profile": pb.Profile(organisation=LONG)}, "learner.profile.organisation"),
    ({"profile": pb.Profile(role="\0")}, "learner.profile.role"),
    ({"profile": pb.Profile(sector=LONG)}, "learner.profile.sector"),
    ({"profile": pb.Profile(timezone=LONG)}, "learner.profile.timezone"),
    ({"profile": pb.Profile(timezone="half past nine")}, "learner.profile.timezone"),
    ({"profile": pb.Profile(level=-0.5)}, "learner.profile.level"),
    ({"profile": pb.Profile(level=UNDEFINED)}, "learner.profile.level"),
    ({"profile": pb.Profile(level=INFINITE)}, "learner.profile.level"),
    ({"profile": pb.Profile(languages=["en"] * 21)}, "learner.profile.languages"),
    ({"profile": pb.Profile(languages=["en", ""])}, "learner.profile.languages[1]"),
    ({"profile": pb.Profile(languages=["en", "en"])}, "learner.profile.languages[1]"),
    ({"profile": pb.Profile(languages=["en us"])}, "learner.profile.languages[0]"),
    ({"goals": [Goal(topic_id=f"t{n}", direction=1) for n in range(101)]}, "learner.goals"),
    ({"goals": [Goal(direction=1)]}, "learner.goals[0].topic_id"),
    ({"goals": [Goal(topic_id="t")]}, "learner.goals[0].direction"),
    ({"goals": [Goal(topic_id="t", direction=9)]}, "learner.goals[0].direction"),
    ({"goals": [Goal(topic_id="t", direction=1, level=4.5)]}, "learner.goals[0].level"),
    ({"goals": [Goal(topic_id="t", direction=1)] * 2}, "learner.goals[1]"),
    ({"skills": [pb.Skill(topic_id=f"t{n}") for n in range(101)]}, "learner.skills"),
    ({"skills": [pb.Skill(topic_id="t"), pb.Skill(topic_id=LONG)]}, "learner.skills[1].topic_id"),
    ({"skills": [pb.Skill(topic_id="t", level=UNDEFINED)]}, "learner.skills[0].level"),
    ({"skills": [pb.Skill(topic_id="t"), pb.Skill(topic_id="t")]}, "learner.skills[1]"),
    ({"dials": Dials()}, "learner.dials"),
    ({"dials": Dials(diversity=-1)}, "learner.dials.diversity"),
    ({"dials": Dials(collaboration=UNDEFINED)}, "learner.dials.collaboration"),
    ({"stage": 99}, "learner.stage"),
    ({"stage": -1}, "learner.stage"),
    (
        {"availability": pb.Availability(daily_exposure_limit=-1)},
        "learner.availability.daily_exposure_limit",
    ),
    (
        {"availability": pb.Availability(away_until_time=FAR)},
        "learner.availability.away_until_time",
    ),
    (
        {"availability": pb.Availability(away_until_time=Timestamp(nanos=-1))},
        "learner.availability.away_until_time",
    ),
    ({"discoverability": 99}, "learner.discoverability"),
]


@pytest.mark.parametrize(("fields", "named"), BAD_LEARNERS, ids=lambda value: str(value)[:40])
def test_a_bad_field_of_a_learner_is_named(writer, fields, named):
    """With or without a mask; nothing is written."""
    before = writer.store.position("default")
    learner = pb.Learner(**{"person_id": "bad", **fields})
    paths = mask("*")
    for request in (
        pb.UpdateLearnerRequest(learner=learner),
        pb.UpdateLearnerRequest(learner=learner, update_mask=paths, validate_only=True),
    ):
        found = refused(writer.learners.UpdateLearner, request)
        assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", [named])
        assert found.message.startswith(f"{named}: ")
    assert writer.store.position("default") == before


@pytest.mark.parametrize(
    ("paths", "named"),
    [
        (["nonsense"], "update_mask.paths[0]"),
        (["stage", "profile.nonsense"], "update_mask.paths[1]"),
        (["goals.level"], "update_mask.paths[0]"),
        (["stage.x"], "update_mask.paths[0]"),
        ([""], "update_mask.paths[0]"),
        (["profile."], "update_mask.paths[0]"),
        (["*", "stage"], "update_mask.paths"),
    ],
)
def test_a_mask_that_names_no_field_is_refused(writer, paths, named):
    """By the place of the path."""
    request = pb.UpdateLearnerRequest(learner=pb.Learner(person_id="bad"), update_mask=mask(*paths))
    found = refused(writer.learners.UpdateLearner, request)
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", [named])


BAD_BLOCKS = [
    ({"person_id": ""}, "block.person_id"),
    ({"contact_id": ""}, "block.contact_id"),
    ({"contact_id": LONG}, "block.contact_id"),
    ({"contact_id": "bad"}, "block.contact_id"),
    ({"kind": 0}, "block.kind"),
    ({"kind": 99}, "block.kind"),
    ({"kind": 3, "list_kind": 99}, "block.list_kind"),
    ({"kind": 1, "list_kind": 1}, "block.list_kind"),
    ({"expire_time": Timestamp(seconds=1)}, "block.expire_time"),
    ({"expire_time": FAR}, "block.expire_time"),
]


@pytest.mark.parametrize(("fields", "named"), BAD_BLOCKS, ids=lambda value: str(value)[:40])
def test_a_bad_field_of_a_block_is_named(writer, fields, named):
    """Nothing is written."""
    before = writer.store.position("default")
    block = pb.Block(**{"person_id": "bad", "contact_id": "worse", "kind": 1, **fields})
    found = refused(writer.learners.CreateBlock, pb.CreateBlockRequest(block=block))
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", [named])
    assert writer.store.position("default") == before


@pytest.mark.parametrize(
    ("method", "request_type", "fields", "named"),
    [
        ("GetLearner", pb.GetLearnerRequest, {}, "person_id"),
        ("GetLearner", pb.GetLearnerRequest, {"person_id": "\0"}, "person_id"),
        ("DeleteBlock", pb.DeleteBlockRequest, {"contact_id": "a"}, "person_id"),
        ("DeleteBlock", pb.DeleteBlockRequest, {"person_id": "a"}, "contact_id"),
        ("ListBlocks", pb.ListBlocksRequest, {}, "person_id"),
        ("ListBlocks", pb.ListBlocksRequest, {"person_id": "a", "page_size": -1}, "page_size"),
        ("ListBlocks", pb.ListBlocksRequest, {"person_id": "a", "kind": 9}, "kind"),
        ("ErasePerson", pb.ErasePersonRequest, {}, "person_id"),
        ("ErasePerson", pb.ErasePersonRequest, {"person_id": LONG}, "person_id"),
        (
            "ErasePerson",
            pb.ErasePersonRequest,
            {"person_id": "a", "request_id": "x" * 65},
            "request_id",
        ),
    ],
)
def test_a_bad_field_of_any_other_request_is_named(writer, method, request_type, fields, named):
    """Nothing is done."""
    found = refused(getattr(writer.learners, method), request_type(**fields))
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", [named])
