"""LearnerService over a real socket, on every kind of database.

Every test has people of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from recommender.v1 import learner_service_pb2 as pb
from recommender.v1 import recommendation_pb2
from recommender.v1.steering_pb2 import Dials, Goal
from tests.serving.fakes import refused


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


def test_who_decided_nothing_has_the_defaults(anywhere):
    """And an etag, so that a first change can be made to that state alone."""
    found = get(anywhere, "new")
    assert given(found) == pb.Learner(person_id="new")
    assert found.etag
    assert not found.HasField("update_time")


def test_what_a_learner_decides_is_kept(anywhere):
    """Every field, with when it was changed."""
    before = get(anywhere, "full").etag
    said = full("full")
    answer = update(anywhere, said)
    assert given(answer) == said
    assert answer.HasField("update_time")
    assert all(goal.HasField("set_time") for goal in answer.goals)
    assert answer.etag != before
    assert get(anywhere, "full") == answer


def test_without_a_mask_what_is_set_is_changed_and_nothing_else(anywhere):
    """Within the profile and the availability, too."""
    update(anywhere, full("part"))
    change = pb.Learner(person_id="part", profile=pb.Profile(role="chief"), stage=1)
    answer = update(anywhere, change)
    expected = full("part")
    expected.profile.role, expected.stage = "chief", 1
    expected.availability.away_until_time.CopyFrom(answer.availability.away_until_time)
    assert given(answer) == expected


def test_a_mask_clears_what_it_names_and_the_change_does_not_have(anywhere):
    """Whole messages, parts of them, lists and flags."""
    update(anywhere, full("clear"))
    change = pb.Learner(person_id="clear", skills=[pb.Skill(topic_id="new")], stage=3)
    paths = ["goals", "skills", "recommendations_paused", "profile.level", "availability"]
    answer = update(anywhere, change, paths)
    expected = full("clear")
    for name in ("goals", "skills", "recommendations_paused", "availability"):
        expected.ClearField(name)
    expected.profile.ClearField("level")
    expected.skills.add(topic_id="new")
    assert given(answer) == expected


def test_a_star_means_everything(anywhere):
    """What is not set is cleared."""
    update(anywhere, full("star"))
    answer = update(anywhere, pb.Learner(person_id="star", stage=2), ["*"])
    assert given(answer) == pb.Learner(person_id="star", stage=2)


def test_a_goal_that_stays_keeps_its_time(anywhere):
    """Only what is new or different is set now."""
    first = update(anywhere, pb.Learner(person_id="goals", goals=[Goal(topic_id="a", direction=1)]))
    both = [Goal(topic_id="b", direction=1), Goal(topic_id="a", direction=1)]
    second = update(anywhere, pb.Learner(person_id="goals", goals=both))
    assert second.goals[1].set_time == first.goals[0].set_time
    assert second.goals[0].set_time.ToDatetime() > first.goals[0].set_time.ToDatetime()


def test_an_etag_admits_one_of_two_changes(anywhere):
    """The second finds another state."""
    etag = get(anywhere, "etag").etag
    update(anywhere, pb.Learner(person_id="etag", stage=1, etag=etag))
    request = pb.UpdateLearnerRequest(learner=pb.Learner(person_id="etag", stage=2, etag=etag))
    found = refused(anywhere.learners.UpdateLearner, request)
    assert (found.code.name, found.reason) == ("ABORTED", "ETAG_MISMATCH")
    answer = get(anywhere, "etag")
    assert answer.stage == 1
    assert update(anywhere, pb.Learner(person_id="etag", stage=3, etag=answer.etag)).stage == 3


def test_a_change_that_is_only_checked_is_not_made(anywhere):
    """The answer is the learner as she would be."""
    before = update(anywhere, full("check"))
    change = pb.Learner(person_id="check", stage=1)
    answer = update(anywhere, change, validate_only=True)
    expected = given(before)
    expected.stage = 1
    assert given(answer) == expected
    assert get(anywhere, "check") == before


def test_a_named_change_is_made_once(anywhere):
    """Its repetition gets the first answer, whatever was changed since."""
    change = pb.Learner(person_id="once", stage=1)
    first = update(anywhere, change, request_id="once-1")
    update(anywhere, pb.Learner(person_id="once", stage=2))
    assert update(anywhere, change, request_id="once-1") == first
    assert get(anywhere, "once").stage == 2


def test_the_name_of_a_request_is_not_used_for_another(anywhere):
    """Of the same kind or of any other."""
    update(anywhere, pb.Learner(person_id="name", stage=1), request_id="name-1")
    other = pb.UpdateLearnerRequest(
        learner=pb.Learner(person_id="name", stage=2), request_id="name-1"
    )
    erase = pb.ErasePersonRequest(person_id="name", request_id="name-1")
    for call, request in (
        (anywhere.learners.UpdateLearner, other),
        (anywhere.learners.ErasePerson, erase),
    ):
        found = refused(call, request)
        assert (found.code.name, found.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")
    assert get(anywhere, "name").stage == 1


def make_block(client, person, contact, kind=1, request_id="", **fields):
    block = pb.Block(person_id=person, contact_id=contact, kind=kind, **fields)
    return client.learners.CreateBlock(pb.CreateBlockRequest(block=block, request_id=request_id))


def list_blocks(client, person, **fields):
    return client.learners.ListBlocks(pb.ListBlocksRequest(person_id=person, **fields))


def test_a_block_is_made_listed_and_taken_back(anywhere):
    """It comes back as it was given, with when it was made."""
    ends = stamp(days=1)
    made = make_block(anywhere, "b1", "c1", 3, list_kind=2, expire_time=ends)
    assert (made.kind, made.list_kind) == (3, recommendation_pb2.LIST_KIND_REACTIVATION)
    assert made.expire_time.ToMicroseconds() == ends.ToMicroseconds()
    assert made.HasField("create_time")
    assert list(list_blocks(anywhere, "b1").blocks) == [made]
    request = pb.DeleteBlockRequest(person_id="b1", contact_id="c1")
    anywhere.learners.DeleteBlock(request)
    assert not list_blocks(anywhere, "b1").blocks
    found = refused(anywhere.learners.DeleteBlock, request)
    assert (found.code.name, found.reason) == ("NOT_FOUND", "BLOCK_NOT_FOUND")


def test_a_later_block_takes_the_place_of_the_one_before(anywhere):
    """One per person."""
    make_block(anywhere, "b2", "c1", 3)
    make_block(anywhere, "b2", "c1", 1)
    assert [block.kind for block in list_blocks(anywhere, "b2").blocks] == [1]


def test_blocks_come_page_by_page_newest_first_and_only_ones_own(anywhere):
    """New ones do not shift the pages; nobody learns who keeps her off."""
    for number in range(5):
        make_block(anywhere, "b3", f"c{number}", 2 if number % 2 else 1)
    make_block(anywhere, "c0", "b3")
    first = list_blocks(anywhere, "b3", page_size=2)
    make_block(anywhere, "b3", "c9")
    second = list_blocks(anywhere, "b3", page_size=2, page_token=first.next_page_token)
    third = list_blocks(anywhere, "b3", page_size=2, page_token=second.next_page_token)
    pages = [[block.contact_id for block in page.blocks] for page in (first, second, third)]
    assert pages == [["c4", "c3"], ["c2", "c1"], ["c0"]]
    assert third.next_page_token == ""
    muted = list_blocks(anywhere, "b3", kind=2)
    assert [block.contact_id for block in muted.blocks] == ["c3", "c1"]


def test_a_page_token_is_for_its_own_request(anywhere):
    """Another person's, or a forged one, is refused."""
    for contact in ("c1", "c2"):
        make_block(anywhere, "b4", contact)
    token = list_blocks(anywhere, "b4", page_size=1).next_page_token
    for fields in (
        {"person_id": "b3", "page_token": token},
        {"person_id": "b4", "kind": 1, "page_token": token},
        {"person_id": "b4", "page_token": token[:-2] + "xx"},
        {"person_id": "b4", "page_token": "é"},
    ):
        found = refused(anywhere.learners.ListBlocks, pb.ListBlocksRequest(**fields))
        assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", ["page_token"])


def counts(answer):
    return {count.place: count.record_count for count in answer.receipt.counts}


def erase(client, person, **fields):
    return client.learners.ErasePerson(pb.ErasePersonRequest(person_id=person, **fields))


def test_a_person_is_erased_everywhere(anywhere):
    """As herself and as others' contact; the receipt says how much there was, and when it ends."""
    update(anywhere, full("p001"))
    make_block(anywhere, "p001", "x", request_id="by-her")
    make_block(anywhere, "x", "p001")
    dry = erase(anywhere, "p001", validate_only=True)
    assert counts(dry) == {pb.ERASURE_PLACE_STORE: 4, pb.ERASURE_PLACE_MODELS: 1}
    assert dry.receipt.receipt_id == ""
    assert not dry.receipt.HasField("erase_time")
    done = erase(anywhere, "p001", request_id="erase-1")
    assert counts(done) == counts(dry)
    assert done.receipt.receipt_id
    span = done.receipt.complete_time.ToDatetime() - done.receipt.erase_time.ToDatetime()
    assert span == timedelta(days=30)
    assert b"p001" not in done.SerializeToString()
    assert erase(anywhere, "p001", request_id="erase-1") == done
    assert given(get(anywhere, "p001")) == pb.Learner(person_id="p001")
    assert not list_blocks(anywhere, "p001").blocks
    assert not list_blocks(anywhere, "x").blocks


def test_who_is_not_known_gets_a_receipt_too(anywhere):
    """With counts of 0."""
    answer = erase(anywhere, "nobody at all")
    assert counts(answer) == {pb.ERASURE_PLACE_STORE: 0, pb.ERASURE_PLACE_MODELS: 0}
    assert answer.receipt.receipt_id


def test_nothing_is_written_about_the_erased(anywhere):
    """Neither by them nor about them; the field that names them is told."""
    erase(anywhere, "gone")
    learner = pb.UpdateLearnerRequest(learner=pb.Learner(person_id="gone", stage=1))
    by_her = pb.CreateBlockRequest(block=pb.Block(person_id="gone", contact_id="y", kind=1))
    of_her = pb.CreateBlockRequest(block=pb.Block(person_id="y", contact_id="gone", kind=1))
    for call, request, field in (
        (anywhere.learners.UpdateLearner, learner, "learner.person_id"),
        (anywhere.learners.CreateBlock, by_her, "block.person_id"),
        (anywhere.learners.CreateBlock, of_her, "block.contact_id"),
    ):
        found = refused(call, request)
        assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", [field])
    assert anywhere.store.learner("default", "gone") is None


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
