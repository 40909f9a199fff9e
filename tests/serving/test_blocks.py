"""Whom learners keep off, over a real socket, on every kind of database."""

from __future__ import annotations

from recommender.v1 import learner_service_pb2 as pb
from recommender.v1 import recommendation_pb2
from tests.serving.fakes import refused
from tests.serving.learners import list_blocks, make_block, stamp


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
