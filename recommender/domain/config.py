"""Settings: typed, frozen, checked once, documented per field."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from recommender.domain.errors import InvalidArgumentError, nearest, shorten
from recommender.domain.nightly_config import NightlyConfig
from recommender.domain.ranges import at_least, between
from recommender.domain.serve_config import ServeConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Dials:
    """How much each headline score steers a list; only their proportions matter.

    >>> Dials(like_mindedness=1, collaboration=1, diversity=2).shares()
    (0.25, 0.25, 0.5)
    """

    like_mindedness: float = 0.35
    """Pull towards people who agree with the learner; finite, >= 0."""
    collaboration: float = 0.40
    """Pull towards people she could work with; finite, >= 0."""
    diversity: float = 0.25
    """Pull towards people unlike her present network; finite, >= 0."""

    def __post_init__(self) -> None:
        for name, value in zip(_DIALS, self._values(), strict=True):
            if not 0 <= value < math.inf:
                raise InvalidArgumentError(f"dials.{name}", f"{value} is not a number >= 0")
        if not 0 < sum(self._values()) < math.inf:
            raise InvalidArgumentError("dials", "they sum to 0 or overflow; use numbers near 1")

    def shares(self) -> tuple[float, float, float]:
        """The three dials as shares that sum to 1."""
        first, second, third = self._values()
        total = first + second + third
        return first / total, second / total, third / total

    def _values(self) -> tuple[float, float, float]:
        return self.like_mindedness, self.collaboration, self.diversity


_DIALS = ("like_mindedness", "collaboration", "diversity")


class Stage(StrEnum):
    """Stages of networking, and phases that owners of a personal learning network go through.

    What each is a preset of stands in `ranking.stages.PRESETS`.
    """

    BUILD = "build"
    EXPLORE = "explore"
    MAINTAIN = "maintain"
    ACTIVATE = "activate"
    IMMERSION = "immersion"
    EVALUATION = "evaluation"
    KNOW_IT_ALL = "know-it-all"
    PERSPECTIVE = "perspective"
    BALANCE = "balance"


HEAVIEST = 1_000_000.0
"""What an event can weigh at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestConfig:
    """How a host's tables become a snapshot."""

    memory_limit_mb: int = 2048
    """Memory that the query engine may use before it spills to disk, in MiB, >= 256."""
    threads: int = 0
    """Threads of the query engine; 0 means one per core."""
    time_limit_minutes: float = 0.0
    """Minutes after which `pln ingest` gives up; 0 means never."""
    max_bad_share: float = 0.05
    """Share of a table's rows that may be bad, 0 to 1; above it no snapshot is published."""
    max_shrink: float = 0.5
    """Share of a table's rows that may be gone since the snapshot before, 0 to 1, likewise."""
    bot_events_per_hour: int = 300
    """Who ever did more in an hour, and gets hardly a reply, is a suspected bot, >= 1."""
    bot_events_per_day: int = 1000
    """Who ever did more in a day, and gets hardly a reply, is a suspected bot, >= 1."""
    bot_sleepless_days: int = 5
    """Likewise who was active in at least 20 hours of a day on so many days, >= 1."""
    other_verb: float = 1.0
    """Weight of an event that brings none and whose verb has none, 0 to 1000000."""
    verbs: Mapping[str, float] = field(default_factory=dict)
    """Verb in lower case to the weight, 0 to 1000000, of its events that bring none; what is not
    here weighs what docs/verbs.md says."""

    def __post_init__(self) -> None:
        at_least("ingest.memory_limit_mb", self.memory_limit_mb, 256)
        at_least("ingest.threads", self.threads, 0)
        at_least("ingest.time_limit_minutes", self.time_limit_minutes, 0)
        between("ingest.max_bad_share", self.max_bad_share, 0, 1)
        between("ingest.max_shrink", self.max_shrink, 0, 1)
        for name in ("bot_events_per_hour", "bot_events_per_day", "bot_sleepless_days"):
            at_least(f"ingest.{name}", getattr(self, name), 1)
        between("ingest.other_verb", self.other_verb, 0, HEAVIEST)
        for verb, weight in self.verbs.items():
            name = f"ingest.verbs.{shorten(verb)}"
            if verb != verb.lower() or not verb:
                raise InvalidArgumentError(name, "is not in lower case, as verbs are compared")
            between(name, weight, 0, HEAVIEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConfig:
    """What kinds of host data have to be told, since it stands nowhere in the data."""

    sql: Mapping[str, str] = field(default_factory=dict)
    """Native table to the query whose rows it is, for data in a database (`--from sql`)."""

    def __post_init__(self) -> None:
        for table, query in self.sql.items():
            if table not in NATIVE_TABLES:
                raise InvalidArgumentError(
                    f"source.sql.{table}", f"no such native table{nearest(table, NATIVE_TABLES)}"
                )
            if not query.strip():
                raise InvalidArgumentError(f"source.sql.{table}", "is empty; write a query")


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkConfig:
    """How Apache Spark is found, where `--engine spark` asks for it; see docs/spark.md."""

    master: str = ""
    """URL of the master; empty: what Spark's own configuration says, or else this machine."""
    conf: Mapping[str, str] = field(default_factory=dict)
    """Settings of Spark's own, by their names there, as in "spark.executor.memory" = "8g"."""

    def __post_init__(self) -> None:
        for name in self.conf:
            if not name.startswith("spark."):
                raise InvalidArgumentError(
                    f"spark.conf.{shorten(name)}", "is no setting of Spark; those begin with spark."
                )


NATIVE_TABLES = (
    "people",
    "topics",
    "objects",
    "activities",
    "interactions",
    "connections",
    "goals",
    "skills",
    "blocks",
)
"""Names of the tables that a host's data becomes; `ingestion.schema` says what they hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """How a snapshot becomes a model."""

    engine: str = "local"
    """What learns embeddings: 'local', or 'spark' where one machine is too small."""
    embedding_size: int = 64
    """Numbers per embedding vector, 8 to 512."""
    embedding_iterations: int = 15
    """Alternating least squares sweeps, >= 1."""
    candidates: int = 200
    """People kept per person and list, 20 to 1000."""
    per_source: int = 150
    """Candidates taken from each source before they are merged, >= 10."""
    ranker: str = "auto"
    """'auto': the plainest ranker that no richer one beats; or 'plain', 'lines' or 'curves'."""
    look_back: int = 8
    """Earlier times to learn from, at most: 0 to 8, a quarter apart; each takes its time."""
    exact_neighbours_up_to: int = 20_000
    """Vectors among which the nearest are searched exactly, >= 0; among more, 95 % are found."""
    threads: int = 0
    """Threads that people are worked on by; 0 means one per core. The model is the same."""
    seed: int = 0
    """Seed of everything random, >= 0."""

    def __post_init__(self) -> None:
        if self.engine not in ("local", "spark"):
            raise InvalidArgumentError(
                "train.engine", f"{self.engine!r} is not one of local, spark"
            )
        if self.ranker not in ("auto", "plain", "lines", "curves"):
            raise InvalidArgumentError(
                "train.ranker", f"{self.ranker!r} is not one of auto, plain, lines, curves"
            )
        between("train.embedding_size", self.embedding_size, 8, 512)
        at_least("train.embedding_iterations", self.embedding_iterations, 1)
        between("train.candidates", self.candidates, 20, 1000)
        at_least("train.per_source", self.per_source, 10)
        between("train.look_back", self.look_back, 0, 8)
        at_least("train.exact_neighbours_up_to", self.exact_neighbours_up_to, 0)
        at_least("train.threads", self.threads, 0)
        at_least("train.seed", self.seed, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportConfig:
    """How everyone's lists are written."""

    top: int = 100
    """Recommendations per person and list, 1 to 1000."""
    format: str = "parquet"
    """'parquet', 'jsonl' or 'csv'."""
    people_per_part: int = 10_000
    """People per part file, >= 1; also what is made anew after a job was killed, for each core."""
    workers: int = 0
    """Processes that make parts; 0 means one per core."""

    def __post_init__(self) -> None:
        between("export.top", self.top, 1, 1000)
        at_least("export.people_per_part", self.people_per_part, 1)
        at_least("export.workers", self.workers, 0)
        if self.format not in ("parquet", "jsonl", "csv"):
            raise InvalidArgumentError(
                "export.format", f"{self.format!r} is not one of parquet, jsonl, csv"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateConfig:
    """How lists are judged by what people did next."""

    cutoffs: int = 3
    """Cutoffs chosen from the data where none is given, 1 to 20."""
    horizon_days: float = 90.0
    """Days after a cutoff in which somebody new counts as met, 1 to 36500."""
    return_days: float = 180.0
    """Days after a cutoff in which a quiet tie counts as picked up again, 1 to 36500."""
    silence_days: float = 90.0
    """Days without contact that make a tie dormant, 30 to 36500."""
    active_days: float = 180.0
    """Who did anything in so many days before a cutoff is asked for new people, 1 or more."""
    askers: int = 0
    """People asked at most, of those with an answer and again of everyone active; 0: no limit."""
    depth: int = 100
    """Length of the lists that are judged, 10 to 200."""
    resamples: int = 2000
    """Bootstrap resamples behind every interval, 200 to 100000."""
    attribute: str = "organisation"
    """Declared attribute whose groups are compared by visibility: organisation, role or sector."""
    seed: int = 0
    """Seed of everything random, >= 0."""

    def __post_init__(self) -> None:
        between("evaluate.cutoffs", self.cutoffs, 1, 20)
        for name in ("horizon_days", "return_days", "active_days"):
            between(f"evaluate.{name}", getattr(self, name), 1, 36_500)
        between("evaluate.silence_days", self.silence_days, 30, 36_500)
        at_least("evaluate.askers", self.askers, 0)
        between("evaluate.depth", self.depth, 10, 200)
        between("evaluate.resamples", self.resamples, 200, 100_000)
        at_least("evaluate.seed", self.seed, 0)
        if self.attribute not in ("organisation", "role", "sector"):
            raise InvalidArgumentError(
                "evaluate.attribute",
                f"{self.attribute!r} is not one of organisation, role, sector",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting there is; flags over `PLN_*` over `pln.toml` over these defaults."""

    dials: Dials = field(default_factory=Dials)
    ingest: IngestConfig = field(default_factory=IngestConfig)
    source: SourceConfig = field(default_factory=SourceConfig)
    spark: SparkConfig = field(default_factory=SparkConfig)
    train: TrainConfig = field(default_factory=TrainConfig)
    serve: ServeConfig = field(default_factory=ServeConfig)
    export: ExportConfig = field(default_factory=ExportConfig)
    evaluate: EvaluateConfig = field(default_factory=EvaluateConfig)
    nightly: NightlyConfig = field(default_factory=NightlyConfig)
