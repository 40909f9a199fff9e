"""What sources, factors and reasons look at, made of a snapshot."""

from __future__ import annotations

import numpy as np

from recommender import embeddings
from recommender.candidates.base import Material
from recommender.communities import find_communities
from recommender.domain.config import TrainConfig
from recommender.factors.profiles import build_profiles
from recommender.matrices import Snapshot
from recommender.sparse import mapped
from recommender.ties import Ties


def make_material(snapshot: Snapshot, ties: Ties, config: TrainConfig) -> Material:
    """Learn vectors, find communities and derive profiles."""
    contact = snapshot.person_contact.csr("decay_180")
    addressing, addressed = embeddings.factorise(mapped(contact, np.log1p(contact.data)), config)
    topic = snapshot.person_topic.csr("decay_365")
    interests, _ = embeddings.factorise(mapped(topic, np.log1p(topic.data)), config)
    return Material(
        snapshot=snapshot,
        ties=ties,
        topic_vectors=embeddings.unit(interests),
        profiles=build_profiles(snapshot, ties),
        contact_vectors=(addressing, addressed),
        community=find_communities(ties, config.seed),
        config=config,
    )
