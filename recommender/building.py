"""Snapshot to model, in memory: the offline half of the work, in the order it is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recommender.candidates.base import Material
from recommender.domain.answer import ModelInfo
from recommender.domain.config import TrainConfig
from recommender.domain.ids import StringTable
from recommender.domain.pool import Pool, from_byte, to_byte
from recommender.domain.progress import Progress, silent
from recommender.domain.slate import Kind
from recommender.evidence import object_topics, worked_on
from recommender.examples import looked_back
from recommender.factors.habits import build_habits
from recommender.filters import Rules, build_rules
from recommender.found import Finding
from recommender.growing import let_go, stretches
from recommender.material import make_material
from recommender.matrices import ATTRIBUTES, Snapshot
from recommender.model import Model
from recommender.pools import PoolBuilder
from recommender.ranker import Ranker, choose_ranker
from recommender.ranking.chances import grid_of
from recommender.ranking.goals import people_by_topic, shown_skills
from recommender.ranking.reciprocity import Reciprocity, learn_reciprocity
from recommender.rerank.exposure import prices
from recommender.sparse import leading_columns, mapped, pattern
from recommender.tie_pools import TiePools
from recommender.ties import Ties, learn_ties

MAIN_TOPICS = 8
"""Topics of a person that the model keeps in their order."""


def build_model(
    snapshot: Snapshot,
    config: TrainConfig,
    progress: Progress = silent,
    folder: Path | None = None,
) -> Model:
    """Everything that training computes.

    folder: an empty one, where the columns of pools are put, from which they are mapped; they
    stand there as `bundle.write` would put them. None: one that is gone by the time of return,
    which takes nothing from who has mapped what was in it.
    """
    progress("learning vectors", 0.0)
    ties, lessons = learn_ties(snapshot)
    model = model_of(make_material(snapshot, ties, config), progress, folder)
    return replace(model, learned={**model.learned, "ties": lessons.told()})


def model_of(material: Material, progress: Progress = silent, folder: Path | None = None) -> Model:
    """The model that is made of what sources and factors look at; `folder`: see `build_model`."""
    if folder is None:
        with TemporaryDirectory() as gone:
            return model_of(material, progress, Path(gone))
    snapshot, ties, config = material.snapshot, material.ties, material.config
    # Before anything else is prepared: an earlier time takes as much memory as this one.
    past = looked_back(snapshot, config, progress)
    progress("choosing a ranker", 0.0)
    ranker = choose_ranker(past.examples, config)
    progress("learning chances of contact", 0.0)
    reciprocity = learn_reciprocity(past.examples)
    recall = past.recall
    del past
    rules = build_rules(snapshot, ties)
    found = _found(material, rules, ranker, reciprocity, progress, folder)
    pools = found.pools
    names = {name: StringTable.of(snapshot.attribute_names[name]) for name in ATTRIBUTES}
    participants = _gathered_in(snapshot)
    kept = _kept_objects(participants, pools)
    for pool in pools.values():
        _point_at(kept, pool)
    habits = build_habits(snapshot, material.profiles)
    active = to_byte(material.profiles.active)
    return Model(
        info=_info(snapshot, ties, pools),
        person_ids=snapshot.person_ids,
        display_names=snapshot.display_names,
        organisations=names["organisation"],
        roles=names["role"],
        sectors=names["sector"],
        timezones=names["timezone"],
        organisation=snapshot.attributes["organisation"],
        role=snapshot.attributes["role"],
        sector=snapshot.attributes["sector"],
        timezone=snapshot.attributes["timezone"],
        level=np.nan_to_num(snapshot.levels, nan=-1.0),
        languages=StringTable.of(snapshot.language_names),
        speaks=snapshot.languages[:, : len(snapshot.language_names)],
        topic_ids=snapshot.topic_ids,
        topic_labels=snapshot.topic_labels,
        object_ids=StringTable.of(snapshot.object_ids.take(kept)),
        object_titles=StringTable.of(snapshot.object_titles.take(kept)),
        community=material.community,
        asker_confidence=found.asker_confidence,
        contact_confidence=found.contact_confidence,
        usual=found.usual,
        tables=ranker.tables,
        segment=found.segment,
        main_topics=leading_columns(worked_on(material.profiles.interests, snapshot), MAIN_TOPICS),
        topic_people=people_by_topic(snapshot, rules.hidden),
        goals=mapped(material.profiles.goals, np.ones(material.profiles.goals.nnz)),
        skills=shown_skills(material.profiles.skills),
        active=active,
        pace=habits.pace,
        answers=habits.answers,
        weeks_away=habits.weeks_away,
        newcomer=habits.newcomer,
        object_topic=object_topics(snapshot)[kept],
        participants=participants[kept],
        mutual=grid_of(pools[Kind.PEOPLE].chances),
        price=_prices(pools[Kind.PEOPLE], active),
        blocked=rules.blocked,
        unwanted=rules.unwanted,
        connected=rules.connected,
        hidden=rules.hidden,
        ties=ties,
        pools={**pools},
        learned={
            "ranker": ranker.report,
            "reciprocity": reciprocity.report,
            "sources": recall,
            "neighbours": found.searches,
        },
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What is left of finding people when all have been found; see `Model` for shapes.

    searches: what each search that is not exact finds, by source.
    """

    pools: dict[Kind, Pool]
    asker_confidence: NDArray[np.uint8]
    contact_confidence: NDArray[np.uint8]
    usual: NDArray[np.float32]
    segment: NDArray[np.uint8]
    searches: dict[str, dict[str, Any]]


def _found(
    material: Material,
    rules: Rules,
    ranker: Ranker,
    reciprocity: Reciprocity,
    progress: Progress,
    folder: Path,
) -> _Found:
    """Everyone's candidates; what sources were prepared with is gone by the time of return."""
    finding = Finding(material, rules)
    builder = PoolBuilder(finding, ranker.tables, reciprocity, folder)
    of_ties = TiePools(builder)
    pools = {
        Kind.PEOPLE: builder.people(progress),
        Kind.REACTIVATION: of_ties.reactivations(progress),
        Kind.MAINTENANCE: of_ties.maintenance(progress),
    }
    return _Found(
        pools=pools,
        asker_confidence=finding.asker_confidence_,
        contact_confidence=finding.contact_confidence_,
        usual=finding.usual_,
        segment=builder.segment_,
        searches=finding.find.searches_,
    )


def _gathered_in(snapshot: Snapshot) -> sp.csr_matrix:
    """Who took part in each object: pattern CSR [objects, n]."""
    met = snapshot.person_object
    part = met.taking_part()
    people, objects = met.keys
    return pattern(objects[part], people[part], (len(snapshot.object_ids), met.shape[0]))


def _kept_objects(participants: sp.csr_matrix, pools: dict[Kind, Pool]) -> NDArray[np.intp]:
    """Rows of the objects in which anybody took part, or that serve as evidence."""
    kept = np.diff(participants.indptr) > 0
    for pool in pools.values():
        for things in stretches(pool.shared_object):
            kept[things[things >= 0]] = True
    return np.flatnonzero(kept)


def _point_at(kept: NDArray[np.intp], pool: Pool) -> None:
    """Number the pool's objects as in `kept`, where they are."""
    for things in stretches(pool.shared_object):
        known = things >= 0
        things[known] = np.searchsorted(kept, things[known])


def _prices(pool: Pool, active: NDArray[np.uint8]) -> NDArray[np.float32]:
    found = prices(pool.indptr, pool.rows, pool.relevance, from_byte(active))
    for column in (pool.rows, pool.relevance):
        let_go(column)
    return found


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
