"""Snapshot to model: the offline half of the work, in the order it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender import __version__, bundle, embeddings
from recommender.candidates.base import Material
from recommender.communities import find_communities
from recommender.domain.answer import ModelInfo
from recommender.domain.config import TrainConfig
from recommender.domain.ids import StringTable
from recommender.domain.progress import Progress, silent
from recommender.domain.slate import Kind
from recommender.domain.versions import publish
from recommender.domain.writing import check_writable, write_aside
from recommender.factors.profiles import build_profiles
from recommender.filters import build_rules
from recommender.matrices import Snapshot, load_snapshot
from recommender.model import Model, Pool, to_byte
from recommender.pipeline import golden_answers
from recommender.pools import PoolBuilder
from recommender.sparse import mapped
from recommender.ties import Ties, build_ties

GOLDEN_PEOPLE = 5
"""People whose answers are stored with the model, to be asked again when it is loaded."""

MAIN_TOPICS = 8


def train(
    snapshot: Path,
    root: Path,
    config: TrainConfig | None = None,
    progress: Progress = silent,
    approve: Callable[[Model], None] | None = None,
) -> Path:
    """Train a model on the snapshot at `snapshot` and publish it under `root`, as current.

    approve: is shown the finished model; where it raises, nothing is published and the error
    comes out here.

    Returns the folder of the version. Raises VersionNotFoundError or CorruptVersionError where
    the snapshot is not there or not whole, and OutputError where `root` cannot be written to.
    """
    config = config or TrainConfig()
    progress("reading the snapshot", 0.0)
    loaded = load_snapshot(snapshot)
    check_writable(root)
    model = build_model(loaded, config, progress)
    if approve is not None:
        approve(model)
    facts = {
        "version": __version__,
        "settings": asdict(config),
        "golden": golden_answers(model, _golden_people(model)),
    }
    progress("publishing", 0.0)
    with write_aside(root) as aside:
        bundle.write(aside, model, facts)
        folder = publish(aside, root, model.info.as_of.strftime("%Y%m%dT%H%M%S"))
    progress("publishing", 1.0)
    return folder


def build_model(snapshot: Snapshot, config: TrainConfig, progress: Progress = silent) -> Model:
    """Everything that training computes, in memory."""
    progress("learning vectors", 0.0)
    return model_of(make_material(snapshot, build_ties(snapshot), config), progress)


def model_of(material: Material, progress: Progress = silent) -> Model:
    """The model that is made of what sources and factors look at."""
    snapshot, ties, config = material.snapshot, material.ties, material.config
    rules = build_rules(snapshot, ties)
    community = find_communities(ties, config.seed)
    builder = PoolBuilder(material, rules, community)
    pools = {
        Kind.PEOPLE: builder.people(progress),
        Kind.REACTIVATION: builder.reactivations(progress),
    }
    object_ids, object_titles, pools = _used_objects(snapshot, pools)
    return Model(
        info=_info(snapshot, ties, pools),
        person_ids=snapshot.person_ids,
        display_names=snapshot.display_names,
        organisations=_organisation_names(snapshot),
        topic_ids=snapshot.topic_ids,
        topic_labels=snapshot.topic_labels,
        object_ids=object_ids,
        object_titles=object_titles,
        organisation=snapshot.attributes["organisation"],
        community=community,
        asker_confidence=builder.asker_confidence_,
        contact_confidence=builder.contact_confidence_,
        usual=builder.usual_,
        main_topics=_main_topics(material),
        goals=mapped(material.profiles.goals, np.ones(material.profiles.goals.nnz)),
        active=to_byte(material.profiles.active),
        blocked=rules.blocked,
        unwanted=rules.unwanted,
        connected=rules.connected,
        hidden=rules.hidden,
        ties=ties,
        tie_topic=_tie_topics(snapshot, ties),
        pools=pools,
    )


def make_material(snapshot: Snapshot, ties: Ties, config: TrainConfig) -> Material:
    """What sources of candidates, factors and reasons look at."""
    contact = snapshot.person_contact.csr("decay_180")
    addressing, addressed = embeddings.factorise(mapped(contact, np.log1p(contact.data)), config)
    topic = snapshot.person_topic.csr("decay_365")
    interests, _ = embeddings.factorise(mapped(topic, np.log1p(topic.data)), config)
    return Material(
        snapshot=snapshot,
        ties=ties,
        topic_vectors=embeddings.unit(interests),
        profiles=build_profiles(snapshot, ties, embeddings.unit(addressing)),
        contact_vectors=(addressing, addressed),
        config=config,
    )


def _main_topics(material: Material) -> NDArray[np.int32]:
    """Int32 [n, MAIN_TOPICS]: topics of each person by interest, -1 where there are no more."""
    interests = material.profiles.interests
    people = np.repeat(np.arange(interests.shape[0]), np.diff(interests.indptr))
    order = np.lexsort((interests.indices, -interests.data, people))
    place = np.arange(len(order)) - interests.indptr[people]
    out = np.full((interests.shape[0], MAIN_TOPICS), -1, np.int32)
    first = place < MAIN_TOPICS
    out[people[first], place[first]] = interests.indices[order][first]
    return out


def _tie_topics(snapshot: Snapshot, ties: Ties) -> NDArray[np.int32]:
    """Int32 [ties]: the topic most talked about in each tie, both ways together; -1 unknown."""
    about, n = snapshot.person_contact_topic, len(snapshot.person_ids)
    u, v, topic = (key.astype(np.int64) for key in about.keys)
    pair = np.minimum(u, v) * n + np.maximum(u, v)
    topics = max(len(snapshot.topic_ids), 1)
    cells, at = np.unique(pair * topics + topic, return_inverse=True)
    weight = np.bincount(at, about.measures["weight"], len(cells))
    order = np.lexsort((cells, -weight, cells // topics))
    pairs, first = np.unique(cells[order] // topics, return_index=True)
    main = (cells[order] % topics)[first]
    persons = ties.persons().astype(np.int64)
    wanted = np.minimum(persons, ties.contacts) * n + np.maximum(persons, ties.contacts)
    out = np.full(len(ties), -1, np.int32)
    if len(pairs):
        place = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
        out = np.where(pairs[place] == wanted, main[place], -1).astype(np.int32)
    return out


def _used_objects(
    snapshot: Snapshot, pools: dict[Kind, Pool]
) -> tuple[StringTable, StringTable, dict[Kind, Pool]]:
    """Only the objects that serve as evidence, and the pools pointing at them."""
    used = np.unique(np.concatenate([pool.shared_object for pool in pools.values()]))
    used = used[used >= 0]
    renumbered = {
        kind: replace(
            pool,
            shared_object=np.where(
                pool.shared_object >= 0, np.searchsorted(used, pool.shared_object), -1
            ).astype(np.int32),
        )
        for kind, pool in pools.items()
    }
    ids, titles = snapshot.object_ids.take(used), snapshot.object_titles.take(used)
    return StringTable.of(ids), StringTable.of(titles), renumbered


def _organisation_names(snapshot: Snapshot) -> StringTable:
    codes = snapshot.attributes["organisation"]
    known, first = np.unique(codes, return_index=True)
    return StringTable.of(snapshot.organisations.take(first[known >= 0]))


def _info(snapshot: Snapshot, ties: Ties, pools: dict[Kind, Pool]) -> ModelInfo:
    return ModelInfo(
        name="",
        as_of=snapshot.as_of,
        snapshot=snapshot.name,
        person_count=len(snapshot.person_ids),
        topic_count=len(snapshot.topic_ids),
        tie_count=len(ties),
        candidate_count=sum(len(pool.rows) for pool in pools.values()),
        bytes=0,
    )


def _golden_people(model: Model) -> list[str]:
    n = len(model.person_ids)
    rows = np.unique(np.linspace(0, n - 1, min(n, GOLDEN_PEOPLE)).astype(int))
    return model.person_ids.take(rows)
