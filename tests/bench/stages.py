"""Where the time of one call goes, stage by stage, in one thread of one process.

The stages are those of `recommender.pipeline.Pipeline.answer`, called one by one; what is around
them is the rest of a whole call to the servicer.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from recommender.asides import find_asides
from recommender.bundle import read_info
from recommender.domain.config import Dials
from recommender.domain.slate import Barrier, Query
from recommender.expressions import compile_filter
from recommender.measures import measured
from recommender.pipeline import Pipeline, filtered, reranked, rules_of, scores, sources
from recommender.present import Told, tie_places
from recommender.reasons import find_reasons
from recommender.serving.access import DEFAULT
from recommender.serving.catalog import Catalog
from recommender.serving.context import CallContext
from recommender.serving.recommendation_service import RecommendationService
from recommender.serving.tenants import InForce, Tenant
from recommender.serving.turns import InTurn
from recommender.serving.wire import written
from recommender.v1.recommendation_service_pb2 import RecommendPeopleRequest
from tests.bench import bodies
from tests.bench.bodies import FILTER, RESULTS
from tests.bench.community import Community
from tests.bench.effort import Effort
from tests.bench.figures import Figure

PEOPLE_ASKED = 200
P = ParamSpec("P")
T = TypeVar("T")


class Clock:
    """Seconds spent in stages, by name, in the order in which they first came."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, stage: str, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Do `work`, which belongs to `stage`."""
        started = time.perf_counter()
        done = work(*args, **named)
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - started
        return done


def measure(community: Community, effort: Effort) -> list[Figure]:
    """Microseconds a call of every stage, of their sum, and of a whole call."""
    pipeline = Pipeline.open(community.models)
    draw = random.Random(0)
    ids = pipeline.model.person_ids
    asked = [bodies.request(str(ids[draw.randrange(len(ids))]), draw) for _ in range(PEOPLE_ASKED)]
    _stages(pipeline, asked)
    _whole(pipeline, asked)
    runs = [_stages(pipeline, asked) for _ in range(effort.rounds)]
    whole = [_whole(pipeline, asked) for _ in range(effort.rounds)]
    section = f"stages: one call in one thread, {community.people:,} people, {RESULTS} results"
    sums = [sum(run.values()) for run in runs]
    share = statistics.median(sums)
    figures = [
        Figure(
            section,
            f"{stage} ({statistics.median(run[stage] for run in runs) / share:.0%})",
            [run[stage] for run in runs],
            "µs",
        )
        for stage in runs[0]
    ]
    return [
        *figures,
        Figure(section, "all of these", sums, "µs"),
        Figure(section, "a whole call: bytes to bytes, without gRPC", whole, "µs"),
    ]


def _stages(pipeline: Pipeline, asked: list[RecommendPeopleRequest]) -> dict[str, float]:
    """Microseconds a call, by stage."""
    clock, live = Clock(), pipeline.live
    for request in asked:
        dials = request.steering.dials
        only = clock("filter expression", pipeline.by_filter, compile_filter(FILTER))
        query = Query(
            askers=[pipeline.row(request.person_id)],
            dials=Dials(
                like_mindedness=dials.like_mindedness,
                collaboration=dials.collaboration,
                diversity=dials.diversity,
            ),
            limit=RESULTS + 1,
            only=((Barrier.FILTER, only),),
        )
        found = clock("sources", sources, live, query)
        kept = clock("filters", filtered, live, query, found)
        scored = clock("scores", scores, query, kept)
        order = clock("re-rank", reranked, live.model, query, scored)
        shown = clock("measures", measured, live.model, order)
        why = clock("reasons", find_reasons, live, shown, query.kind)
        asides = clock("asides", find_asides, live.model, rules_of(live), query, shown)
        told = Told(
            model=live.model,
            query=query,
            slate=shown,
            reasons=why,
            asides=asides,
            places=tie_places(live.model, query, shown),
        )
        clock("message", written, told)
    return {stage: 1e6 * spent / len(asked) for stage, spent in clock.seconds.items()}


def _whole(pipeline: Pipeline, asked: list[RecommendPeopleRequest]) -> float:
    """Microseconds of a call to the servicer, the reading and writing of messages included."""
    service, in_force = RecommendationService(), InForce(InTurn(pipeline))
    tenant = Tenant(DEFAULT, in_force, Catalog(Path(), pipeline.info, read_info))
    written = [request.SerializeToString() for request in asked]
    started = time.perf_counter()
    for content in written:
        call = CallContext(tenant=tenant, in_force=in_force, request_id="")
        request = RecommendPeopleRequest.FromString(content)
        service.RecommendPeople(request, call)
    return 1e6 * (time.perf_counter() - started) / len(asked)
