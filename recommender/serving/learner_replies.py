"""Writes what learners decided: values of the domain to messages."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.domain import learner as domain
from recommender.domain.slate import HEADLINES
from recommender.domain.times import microseconds
from recommender.serving.learner_requests import BLOCK_KINDS, DISCOVERABILITY, LIST_KINDS
from recommender.serving.replies import timestamp
from recommender.serving.steering import DIRECTION_NUMBERS, STAGE_NUMBERS
from recommender.serving.tokens import fingerprint
from recommender.v1 import learner_service_pb2 as pb
from recommender.v1 import recommendation_pb2, steering_pb2

_BLOCK_KIND = {value: number for number, value in BLOCK_KINDS.items()}
_LIST_KIND = {value: number for number, value in LIST_KINDS.items()}
_DISCOVERABILITY = {value: number for number, value in DISCOVERABILITY.items()}


def learner(item: domain.Learner, key: bytes) -> pb.Learner:
    """What a learner has decided. key: the tenant's, for the etag."""
    found = pb.Learner(
        person_id=item.person_id,
        goals=[_goal(goal) for goal in item.goals],
        skills=[pb.Skill(topic_id=each.topic_id, level=each.level) for each in item.skills],
        stage=STAGE_NUMBERS[item.stage] if item.stage else steering_pb2.STAGE_UNSPECIFIED,
        availability=_availability(item),
        discoverability=_DISCOVERABILITY[item.discoverability]
        if item.discoverability
        else pb.DISCOVERABILITY_UNSPECIFIED,
        recommendations_paused=item.paused,
        etag=etag(item, key),
    )
    if item.profile:
        names = domain.Profile.__slots__
        found.profile.CopyFrom(pb.Profile(**{n: getattr(item.profile, n) for n in names}))
    if item.dials:
        found.dials.CopyFrom(
            steering_pb2.Dials(**{name: getattr(item.dials, name) for name in HEADLINES})
        )
    if item.updated_at:
        found.update_time.CopyFrom(timestamp(item.updated_at))
    return found


def etag(item: domain.Learner, key: bytes) -> str:
    """Names the state of a learner; another after every change."""
    changed = microseconds(item.updated_at) if item.updated_at else 0
    return fingerprint("etag", f"{item.version} {changed} {item.person_id}".encode(), key)


def block(item: domain.Block) -> pb.Block:
    """A decision to keep a person off one's lists."""
    found = pb.Block(
        person_id=item.person_id,
        contact_id=item.contact_id,
        kind=_BLOCK_KIND[item.kind],
        list_kind=_LIST_KIND[item.list_kind]
        if item.list_kind
        else recommendation_pb2.LIST_KIND_UNSPECIFIED,
    )
    if item.expires_at:
        found.expire_time.CopyFrom(timestamp(item.expires_at))
    if item.created_at:
        found.create_time.CopyFrom(timestamp(item.created_at))
    return found


def receipt(erasure: domain.Erasure | None, stored: int, models: int) -> pb.ErasePersonResponse:
    """The proof of an erasure, or None for a dry run, with the records by place."""
    counts = [
        pb.ErasureCount(place=pb.ERASURE_PLACE_STORE, record_count=stored),
        pb.ErasureCount(place=pb.ERASURE_PLACE_MODELS, record_count=models),
    ]
    found = pb.ErasureReceipt(counts=counts)
    if erasure:
        found.receipt_id = erasure.receipt_id
        found.erase_time.CopyFrom(timestamp(erasure.erased_at))
        found.complete_time.CopyFrom(timestamp(erasure.complete_at))
    return pb.ErasePersonResponse(receipt=found)


def blocks(found: Sequence[tuple[int, domain.Block]], token: str) -> pb.ListBlocksResponse:
    """A page of decisions."""
    return pb.ListBlocksResponse(blocks=[block(item) for _, item in found], next_page_token=token)


def _goal(goal: domain.StatedGoal) -> steering_pb2.Goal:
    set_at = goal.set_at
    return steering_pb2.Goal(
        topic_id=goal.topic_id,
        direction=DIRECTION_NUMBERS[goal.direction],
        level=goal.level,
        set_time=timestamp(set_at) if set_at else None,
    )


def _availability(item: domain.Learner) -> pb.Availability | None:
    if item.daily_exposure_limit is None and item.away_until is None:
        return None
    return pb.Availability(
        daily_exposure_limit=item.daily_exposure_limit,
        away_until_time=timestamp(item.away_until) if item.away_until else None,
    )
