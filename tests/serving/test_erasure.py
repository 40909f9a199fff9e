"""People are erased, over a real socket, on every kind of database."""

from __future__ import annotations

from datetime import timedelta

from recommender.v1 import learner_service_pb2 as pb
from tests.serving.fakes import refused
from tests.serving.learners import full, get, given, list_blocks, make_block, update


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
