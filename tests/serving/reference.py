"""What `serving.wire` writes, made by protobuf from values: what its bytes are held to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recommender.domain import answer as domain
from recommender.domain.slate import FACTORS, HEADLINES
from recommender.serving.replies import CAVEATS, COUNTS_TIES, REASONS, explanation, tie_message
from recommender.serving.wire import Written
from recommender.v1 import recommendation_pb2 as pb
from recommender.v1 import recommendation_service_pb2 as services

Fields = dict[str, Any]
"""Fields of a message by name; a message within it is fields again."""


def written(rows: Sequence[int], items: Sequence[domain.Recommendation]) -> Written:
    """A list as `wire.written` gives it."""
    parts = [
        services.RankPeopleResponse(recommendations=[recommendation(item)]).SerializeToString()
        for item in items
    ]
    ends = [sum(map(len, parts[: i + 1])) for i in range(len(parts))]
    return Written(list(rows), b"".join(parts), ends)


def recommendation(item: domain.Recommendation) -> pb.Recommendation:
    """One name on a list."""
    # Plain fields within: as messages of their own they would be made and then copied.
    inner: Fields = {
        "headlines": {name: getattr(item, name) for name in HEADLINES},
        "factors": _factors(item.factors),
        "reasons": [reason(each) for each in item.reasons],
    }
    return pb.Recommendation(
        rank=item.rank,
        person_id=item.person_id,
        display_name=item.display_name,
        organisation=item.organisation,
        score=item.score,
        tie=None if item.tie is None else tie_message(item.tie),
        opener=item.opener,
        caveat=None if item.caveat is None else _caveat(item.caveat),
        introducer=None if item.introducer is None else _introducer(item.introducer),
        chances=None if item.chances is None else _chances(item.chances),
        explanation=None if item.explanation is None else explanation(item.explanation),
        propensity=item.propensity,
        **inner,
    )


def reason(item: domain.Reason) -> Fields:
    """One reason for a name."""
    return {
        "kind": REASONS[item.kind],
        "share": item.share,
        "confidence": item.confidence,
        "topics": [{"topic_id": each.id, "label": each.label} for each in item.topics],
        "objects": [{"object_id": each.id, "title": each.label} for each in item.objects],
        "count": _count(item),
        "text": item.text,
    }


def _caveat(item: domain.Caveat) -> pb.Caveat:
    return pb.Caveat(kind=CAVEATS[item.kind], text=item.text)


def _chances(item: domain.Chances) -> pb.Chances:
    return pb.Chances(
        addresses=item.addresses,
        addressed=item.addressed,
        mutual=item.mutual,
        answers=item.answers,
    )


def _introducer(item: domain.Named) -> pb.Introducer:
    return pb.Introducer(person_id=item.id, display_name=item.label)


def _factors(values: Sequence[domain.FactorValue]) -> Fields:
    return {
        name: {"value": each.value, "confidence": each.confidence}
        for name, each in zip(FACTORS, values, strict=True)
    }


def _count(reason: domain.Reason) -> Fields | None:
    if reason.count <= 0:
        return None
    if reason.kind not in COUNTS_TIES:
        return {"count": reason.count}
    coarse = min(reason.count, domain.COARSE)
    return {"count": coarse, "at_least": coarse == domain.COARSE}
