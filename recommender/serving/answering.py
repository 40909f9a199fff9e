"""What answers every RPC of the contract."""

from __future__ import annotations

from datetime import timedelta

from google.protobuf.descriptor import ServiceDescriptor

from recommender.domain.serve_config import ServeConfig
from recommender.serving.event_service import EventService
from recommender.serving.handlers import Methods
from recommender.serving.learner_service import LearnerService
from recommender.serving.lists import Rules
from recommender.serving.model_service import ModelService
from recommender.serving.network_service import NetworkService
from recommender.serving.recommendation_service import RecommendationService
from recommender.serving.reload import Reloader
from recommender.serving.rpcs import EVENTS, LEARNERS, MODELS, NETWORKS, RECOMMENDATIONS


def implemented(rules: Rules | None = None) -> dict[ServiceDescriptor, Methods]:
    """What answers calls, by service; gRPC answers UNIMPLEMENTED for the rest of the contract."""
    recommendations = RecommendationService(rules)
    networks = NetworkService()
    learners = LearnerService()
    events = EventService()
    return {
        RECOMMENDATIONS: {
            "RecommendPeople": recommendations.RecommendPeople,
            "RecommendReactivations": recommendations.RecommendReactivations,
            "RecommendMaintenance": recommendations.RecommendMaintenance,
            "RankPeople": recommendations.RankPeople,
            "StreamRecommendations": recommendations.StreamRecommendations,
            "ExplainPair": recommendations.ExplainPair,
        },
        NETWORKS: {"GetNetwork": networks.GetNetwork},
        LEARNERS: {
            "GetLearner": learners.GetLearner,
            "UpdateLearner": learners.UpdateLearner,
            "CreateBlock": learners.CreateBlock,
            "DeleteBlock": learners.DeleteBlock,
            "ListBlocks": learners.ListBlocks,
            "ErasePerson": learners.ErasePerson,
        },
        EVENTS: {
            "WriteEvents": events.WriteEvents,
            "WriteFeedback": events.WriteFeedback,
        },
    }


def rules_of(config: ServeConfig) -> Rules:
    """What the settings say of lists."""
    stale = timedelta(days=config.stale_days) if config.stale_days else None
    return Rules(drawn_share=config.drawn_share, stale_after=stale)


def managing(reloader: Reloader) -> dict[ServiceDescriptor, Methods]:
    """What answers on the admin listener."""
    models = ModelService(reloader)
    return {
        MODELS: {
            "GetModel": models.GetModel,
            "ListModels": models.ListModels,
            "ActivateModel": models.ActivateModel,
        }
    }
