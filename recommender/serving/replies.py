"""Writes replies: domain values to messages, one function per message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from recommender.domain import answer as domain
from recommender.domain.config import Dials, Stage
from recommender.domain.slate import SIGNALS, Barrier, Kind
from recommender.serving.steering import STAGE_NUMBERS
from recommender.serving.tokens import Goals, attribution_token
from recommender.v1 import model_service_pb2 as models
from recommender.v1 import network_service_pb2 as networks
from recommender.v1 import recommendation_pb2 as pb
from recommender.v1 import recommendation_service_pb2 as services
from recommender.v1 import steering_pb2, tie_pb2, topic_pb2

LAYERS = {layer: tie_pb2.TieLayer.Value(f"TIE_LAYER_{layer.name}") for layer in domain.Layer}
REASONS = {kind: pb.ReasonKind.Value(f"REASON_KIND_{kind.name}") for kind in domain.ReasonKind}
CAVEATS = {kind: pb.CaveatKind.Value(f"CAVEAT_KIND_{kind.name}") for kind in domain.CaveatKind}
SOURCES = {name: pb.CandidateSource.Value(f"CANDIDATE_SOURCE_{name.upper()}") for name in SIGNALS}
LIST_KINDS = {kind: pb.ListKind.Value(f"LIST_KIND_{kind.name}") for kind in Kind}
COUNTS_TIES = {
    domain.ReasonKind.NETWORK,
    domain.ReasonKind.SHARED_CONTACTS,
    domain.ReasonKind.SIMILAR_NETWORK,
}
"""Reasons whose count is of other people's ties, and is therefore never told exactly."""


def model_name(name: str) -> str:
    """The resource name of a model."""
    return f"models/{name}"


def answer_info(
    model: domain.ModelInfo,
    person_id: str,
    kind: Kind | str,
    dials: Dials,
    goals: Goals = (),
    *,
    stage: Stage | None = None,
    degraded: Sequence[pb.DegradedReason.ValueType] = (),
    key: bytes = b"",
) -> pb.AnswerInfo:
    """What an answer says of itself. key: the tenant's, for the token."""
    first, second, third = dials.shares()
    return pb.AnswerInfo(
        model=model_name(model.name),
        attribution_token=attribution_token(model.name, person_id, kind, dials, goals, key),
        dials=steering_pb2.Dials(like_mindedness=first, collaboration=second, diversity=third),
        as_of_time=timestamp(model.as_of),
        stage=STAGE_NUMBERS[stage] if stage else steering_pb2.STAGE_UNSPECIFIED,
        degraded=bool(degraded),
        degraded_reasons=degraded,
    )


def filter_reason(barrier: Barrier) -> services.FilterReason.ValueType:
    """What keeps a person off a list."""
    return services.FilterReason.Value(f"FILTER_REASON_{barrier.name}")


def explanation(item: domain.Explanation) -> pb.Explanation:
    """How a score came about."""
    return pb.Explanation(
        relevance=item.relevance,
        steering=item.steering,
        score_rank=item.score_rank,
        sources=[
            pb.SourceSignal(source=SOURCES[name], signal=signal) for name, signal in item.sources
        ],
    )


def network(item: domain.Network, tie_limit: int, answer: pb.AnswerInfo) -> networks.Network:
    """A person's network, with at most `tie_limit` ties in each place."""
    return networks.Network(
        person_id=item.person_id,
        display_name=item.display_name,
        layers=[_layer(layer, item, tie_limit) for layer in domain.Layer],
        fading_ties=[tie_message(tie) for tie in item.listed("fading")[:tie_limit]],
        fading_tie_count=item.counted("fading"),
        dormant_ties=[tie_message(tie) for tie in item.listed("dormant")[:tie_limit]],
        dormant_tie_count=item.counted("dormant"),
        covered_topics=_topics(item.topics_covered),
        missing_topics=_topics(item.topics_missing),
        covered_communities=[_community(each) for each in item.communities_covered],
        missing_communities=[_community(each) for each in item.communities_missing],
        community_count=item.community_count,
        diversity=item.diversity,
        answer=answer,
    )


def _community(item: domain.Community) -> networks.Community:
    return networks.Community(
        community_id=item.id, topics=_topics(item.topics), tie_share=item.share
    )


def model(info: domain.ModelInfo, state: models.ModelState.ValueType) -> models.Model:
    """A model whose manifest could be read."""
    return models.Model(
        name=model_name(info.name),
        state=state,
        as_of_time=timestamp(info.as_of),
        snapshot=info.snapshot,
        person_count=info.person_count,
        topic_count=info.topic_count,
        tie_count=info.tie_count,
        candidate_count=info.candidate_count,
        size_bytes=info.bytes,
    )


def refused_model(name: str) -> models.Model:
    """A model whose manifest cannot be read."""
    return models.Model(name=model_name(name), state=models.MODEL_STATE_REFUSED)


def timestamp(time: datetime) -> Timestamp:
    """A time; without a zone it is UTC, as everywhere in a model."""
    stamp = Timestamp()
    stamp.FromDatetime(time)
    return stamp


def tie_message(tie: domain.Tie) -> tie_pb2.Tie:
    """One tie."""
    first, last = tie.first_contact_at, tie.last_contact_at
    return tie_pb2.Tie(
        contact_id=tie.contact_id,
        display_name=tie.display_name,
        layer=LAYERS[tie.layer],
        state=_state(tie),
        strength=tie.strength,
        sent_count=tie.sent_count,
        received_count=tie.received_count,
        active_day_count=tie.active_days,
        first_contact_time=None if first is None else timestamp(first),
        last_contact_time=None if last is None else timestamp(last),
        topics=_topics(tie.topics),
        peak_strength=tie.peak,
        usual_gap_duration=_gap(tie),
        return_probability=tie.returns,
    )


def _state(tie: domain.Tie) -> tie_pb2.TieState.ValueType:
    if tie.dormant:
        return tie_pb2.TIE_STATE_DORMANT
    return tie_pb2.TIE_STATE_FADING if tie.fading else tie_pb2.TIE_STATE_ACTIVE


def _gap(tie: domain.Tie) -> Duration | None:
    return Duration(seconds=round(tie.usual_gap_days * 86_400)) if tie.usual_gap_days else None


def _layer(layer: domain.Layer, item: domain.Network, tie_limit: int) -> networks.LayerTies:
    return networks.LayerTies(
        layer=LAYERS[layer],
        ties=[tie_message(tie) for tie in item.listed(layer)[:tie_limit]],
        tie_count=item.counted(layer),
    )


def _topics(topics: Iterable[domain.Named]) -> list[topic_pb2.Topic]:
    return [topic_pb2.Topic(topic_id=topic.id, label=topic.label) for topic in topics]
