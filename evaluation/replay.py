"""Go back to each cutoff, learn what could be known then, and judge it by what came after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from evaluation import results
from evaluation.baselines import baselines
from evaluation.history import History
from evaluation.judge import judge
from evaluation.known import Known
from evaluation.listing import Listing
from evaluation.results import CutoffResult
from evaluation.tie_baselines import tie_baselines
from recommender import __version__
from recommender.domain.config import EvaluateConfig, SparkConfig, TrainConfig
from recommender.domain.progress import Progress, silent
from recommender.domain.times import microseconds
from recommender.domain.versions import sha256
from recommender.domain.writing import fsync, remove, write_aside
from recommender.matrices import load_snapshot
from recommender.model import Model
from recommender.train import learning

CUTOFFS = "cutoffs"
"""Folder of the report that keeps what each cutoff came to, so that a run can be taken up again."""

LISTS = "lists.parquet"


class Host(Protocol):
    """A host's data, as it was at any time."""

    def history(self, path: Path) -> None:
        """Write who addressed whom, and when, to a Parquet file."""
        ...

    def snapshot(self, root: Path, as_of: datetime) -> Path:
        """Publish a snapshot of what was known at `as_of` under `root`; gives its folder."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an evaluation is done with. current: the model in force, to be judged beside ours.

    spark: how Apache Spark is found, where `train` has it learn embeddings; nothing depends on it.
    """

    evaluate: EvaluateConfig
    train: TrainConfig
    spark: SparkConfig = field(default_factory=SparkConfig)
    current: Model | None = None


@dataclass(frozen=True, slots=True)
class Cutoff:
    """One judged cutoff and the folder that keeps it."""

    result: CutoffResult
    folder: Path


def replay(
    host: Host,
    history: History,
    cutoffs: Sequence[datetime],
    out: Path,
    settings: Settings,
    progress: Progress = silent,
) -> list[Cutoff]:
    """Judge every cutoff, from a snapshot that knows nothing of what came then or later.

    What a cutoff came to is kept under `out`/cutoffs as soon as it is whole; where the same data
    and settings have been judged already, that is taken instead.
    """
    done = []
    for place, cutoff in enumerate(cutoffs, 1):
        named = f"{cutoff:%Y-%m-%d} ({place} of {len(cutoffs)})"

        def say(step: str, share: float, named: str = named) -> None:
            progress(f"{named}: {step}", share)

        done.append(_judged(host, history, cutoff, out / CUTOFFS, settings, say))
    return done


def _judged(
    host: Host,
    history: History,
    cutoff: datetime,
    root: Path,
    settings: Settings,
    progress: Progress,
) -> Cutoff:
    progress("reading the data", 0.0)
    with write_aside(root) as aside:
        snapshot = host.snapshot(aside / "snapshots", cutoff)
        folder = root / f"{cutoff:%Y%m%dT%H%M%S}-{_fingerprint(snapshot, history, settings)[:8]}"
        kept = _kept(folder)
        if kept is not None:
            return Cutoff(kept, folder)
        with learning(settings.train, settings.spark, root):
            known = Known.of(load_snapshot(snapshot), settings.train, progress)
        current = settings.current if _stands_at(settings.current, known) else None
        work = aside / "result"
        work.mkdir()
        with Listing(work / LISTS, known.snapshot.as_of, known.snapshot.person_ids) as listing:
            result = judge(known, history, settings.evaluate, listing, current, progress)
        results.save(result, work)
        _publish(work, folder)
    return Cutoff(result, folder)


def _fingerprint(snapshot: Path, history: History, settings: Settings) -> str:
    """What a result depends on, in hex: the data, the settings, who is compared, the version."""
    depends: dict[str, Any] = {
        "format": results.FORMAT,
        "version": __version__,
        "snapshot": sha256(snapshot / "manifest.json"),
        "history": sha256(history.path),
        "evaluate": asdict(settings.evaluate),
        "train": asdict(settings.train),
        "current": None if settings.current is None else settings.current.info.name,
        "baselines": [*baselines(), *tie_baselines()],
    }
    return hashlib.sha256(json.dumps(depends, sort_keys=True).encode()).hexdigest()


def _kept(folder: Path) -> CutoffResult | None:
    """What was judged earlier, where it is whole; a damaged one is judged anew."""
    try:
        return results.load(folder) if (folder / LISTS).is_file() else None
    except results.DamagedError:
        return None


def _stands_at(current: Model | None, known: Known) -> bool:
    """Whether the model in force was made of what was known at this very time."""
    if current is None:
        return False
    return microseconds(current.info.as_of) == known.snapshot.as_of_microseconds


def _publish(work: Path, folder: Path) -> None:
    for path in [*work.iterdir(), work]:
        fsync(path)
    remove(folder)
    work.rename(folder)
    fsync(folder.parent)
