"""The figures of a worker as Prometheus reads them. Names no people; free of gRPC."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from importlib.metadata import version

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from recommender.serving.counts import BOUNDS, Counts, Histogram, Tally
from recommender.serving.tenants import Tenant

COUNTERS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "calls": ("pln_calls", "Calls that have ended", ("method", "code", "tenant")),
    "shed": ("pln_shed", "Calls refused before any work on them", ("reason",)),
    "candidates": ("pln_candidates", "Candidates considered", ("source",)),
    "filtered": ("pln_filtered", "Candidates left out", ("reason",)),
    "degraded": ("pln_degraded", "Answers that fall short of what they should be", ("reason",)),
    "reloads": ("pln_reloads", "New models met", ("tenant", "outcome")),
}
"""By name of the figure in `Counts`: name, help and labels of the metric."""

HISTOGRAMS: dict[str, tuple[str, str, str]] = {
    "call": ("pln_call_seconds", "Time that calls took", "method"),
    "stage": ("pln_stage_seconds", "Time that stages of calls took", "stage"),
}


class WorkerCollector(Collector):
    """Puts a worker's figures together when Prometheus asks.

    in_flight: calls at work or waiting now.
    missing: what keeps the worker from being ready. sound: files that are watched, by name, and
    whether their newest state could be read.
    """

    def __init__(
        self,
        counts: Counts,
        tenants: Sequence[Tenant],
        *,
        in_flight: Callable[[], int],
        room: int,
        missing: Callable[[], list[str]],
        sound: Callable[[], dict[str, bool]],
    ) -> None:
        self._counts = counts
        self._tenants = tenants
        self._in_flight = in_flight
        self._room = room
        self._missing = missing
        self._sound = sound

    def collect(self) -> Iterator[Metric]:
        """Every metric."""
        tally = self._counts.total()
        yield from _counters(tally)
        yield from _histograms(tally)
        yield from self._state()
        yield from _of_tenants(self._tenants)

    def _state(self) -> Iterator[Metric]:
        yield _gauge("pln_calls_in_flight", "Calls at work or waiting", self._in_flight())
        yield _gauge("pln_calls_room", "Calls that may be under way at once", self._room)
        yield _gauge("pln_ready", "1 if calls should be sent here", not self._missing())
        sound = GaugeMetricFamily(
            "pln_file_sound", "1 if the newest state of a watched file is in force", labels=["file"]
        )
        for name, value in self._sound().items():
            sound.add_metric([name], float(value))
        yield sound
        build = {
            "version": version("pln-recommender"),
            "python": platform.python_version(),
            "grpcio": version("grpcio"),
        }
        yield InfoMetricFamily("pln_build", "What runs here", value=build)


def _of_tenants(tenants: Sequence[Tenant]) -> Iterator[Metric]:
    """What each tenant's model and store say."""
    labels = ["tenant", "model", "snapshot"]
    model = GaugeMetricFamily("pln_model_info", "The model in force", labels=labels)
    age = _by_tenant("pln_model_age_seconds", "Time since what the model has seen")
    people = _by_tenant("pln_model_people", "People in the model")
    lag = _by_tenant("pln_store_lag_seconds", "Time since the store was last read to its end")
    version = _by_tenant("pln_live_version", "Number of the newest change that counts")
    for tenant in tenants:
        in_force = tenant.in_force
        info, live = in_force.recommender.info, in_force.live
        model.add_metric([tenant.name, info.name, info.snapshot], 1.0)
        age.add_metric([tenant.name], time.time() - info.as_of.replace(tzinfo=UTC).timestamp())
        people.add_metric([tenant.name], float(info.person_count))
        if live is not None:
            lag.add_metric([tenant.name], live.lag_seconds)
            version.add_metric([tenant.name], float(live.position))
    yield from (model, age, people, lag, version)


def _by_tenant(name: str, about: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, labels=["tenant"])


def registry(collector: Collector) -> CollectorRegistry:
    """A registry of the worker's figures and those of its process."""
    found = CollectorRegistry()
    found.register(collector)
    ProcessCollector(registry=found)
    return found


def page(found: CollectorRegistry) -> bytes:
    """What a scrape gets."""
    return generate_latest(found)


def _counters(tally: Tally) -> Iterator[Metric]:
    for figure, (name, about, labels) in COUNTERS.items():
        metric = CounterMetricFamily(name, about, labels=labels)
        for (kind, *values), number in sorted(tally.counts.items()):
            if kind == figure:
                metric.add_metric(values, number)
        yield metric


def _histograms(tally: Tally) -> Iterator[Metric]:
    for figure, (name, about, label) in HISTOGRAMS.items():
        metric = HistogramMetricFamily(name, about, labels=[label])
        for (kind, *values), histogram in sorted(tally.times.items()):
            if kind == figure:
                metric.add_metric(values, _summed(histogram), histogram.total)
        yield metric


def _summed(histogram: Histogram) -> list[tuple[str, float]]:
    """Buckets as Prometheus wants them: each with all that is below its bound."""
    bounds, below, found = [*map(str, BOUNDS), "+Inf"], 0, []
    for bound, number in zip(bounds, histogram.buckets, strict=True):
        below += number
        found.append((bound, float(below)))
    return found


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=float(value))
