"""Snapshot to published model: made, looked at by a gate, written aside and put in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from recommender import __version__, bundle
from recommender.building import build_model
from recommender.domain.config import SparkConfig, TrainConfig
from recommender.domain.progress import Progress, silent
from recommender.domain.spark import importing_spark
from recommender.domain.versions import publish, put
from recommender.domain.writing import write_aside
from recommender.matrices import Snapshot, load_snapshot
from recommender.model import Model
from recommender.pipeline import golden_answers

GOLDEN_PEOPLE = 5
"""People whose answers are stored with the model, to be asked again when it is loaded."""


def train(
    snapshot: Path,
    root: Path,
    config: TrainConfig | None = None,
    progress: Progress = silent,
    approve: Callable[[Model], None] | None = None,
    *,
    current: bool = True,
    spark: SparkConfig | None = None,
) -> Path:
    """Train a model on the snapshot at `snapshot` and publish it under `root`, as current.

    approve: is shown the finished model; where it raises, nothing is published and the error
    comes out here.
    spark: how Apache Spark is found, where the settings have it learn embeddings.
    current: whether it becomes the current one; else it is kept, and what is current stays so.

    Returns the folder of the version. Raises VersionNotFoundError or CorruptVersionError where
    the snapshot is not there or not whole, OutputError where `root` cannot be written to,
    and EngineError where Spark is not there or cannot go on.
    """
    config = config or TrainConfig()
    progress("reading the snapshot", 0.0)
    loaded = load_snapshot(snapshot)
    with write_aside(root) as aside:
        with learning(config, spark or SparkConfig(), root):
            _write(aside, loaded, config, progress, approve)
        as_of = loaded.as_of
        del loaded  # which nothing needs any more, unlike the memory that it takes
        progress("publishing", 0.0)
        # Opened as a server will open it, which then finds it verified. What is read back comes
        # from memory, not from the disk, as it would in a server that opens it at once.
        keep = publish if current else put
        folder = keep(aside, root, as_of.strftime("%Y%m%dT%H%M%S"), bundle.load)
    progress("publishing", 1.0)
    return folder


@contextmanager
def learning(config: TrainConfig, spark: SparkConfig, root: Path) -> Iterator[None]:
    """Spark for all that is learned within the block, begun once; nothing where nothing is.

    It keeps what it has got so far in `root`, which executors must see. Raises EngineError.
    """
    if config.engine != "spark":
        yield
        return
    with importing_spark():
        from recommender.domain.spark.session import keep_in, session  # noqa: PLC0415  (an extra)
    with write_aside(root) as folder, session(spark, folder.absolute()) as begun:
        keep_in(begun, folder.absolute() / "sweeps")
        yield


def _write(
    aside: Path,
    snapshot: Snapshot,
    config: TrainConfig,
    progress: Progress,
    approve: Callable[[Model], None] | None,
) -> None:
    """Make the model and put it into the empty folder `aside`."""
    model = build_model(snapshot, config, progress, aside)
    if approve is not None:
        approve(model)
    facts = {
        "version": __version__,
        "settings": _settings(config),
        "golden": golden_answers(model, _golden_people(model)),
    }
    bundle.write(aside, model, facts, config.threads)


def _settings(config: TrainConfig) -> dict[str, Any]:
    """What the model was made by; how many threads made it changes nothing."""
    return {name: value for name, value in asdict(config).items() if name != "threads"}


def _golden_people(model: Model) -> list[str]:
    n = len(model.person_ids)
    rows = np.unique(np.linspace(0, n - 1, min(n, GOLDEN_PEOPLE)).astype(int))
    return model.person_ids.take(rows)
