"""Settings of the nightly run."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.domain.errors import InvalidArgumentError
from recommender.domain.ranges import at_least, between
from recommender.domain.serve_config import AUTO


@dataclass(frozen=True, slots=True, kw_only=True)
class NightlyConfig:
    """What `pln nightly` reads and where it writes; how, the other sections say."""

    source: str = ""
    """The host's data: a path, a glob or a URL. Needed."""
    kind: str = ""
    """Kind of that data (see `pln sources`); empty: it is recognised."""
    snapshots: str = ""
    """Folder of snapshots. Needed."""
    models: str = ""
    """Folder of models, the one that servers look at. Needed."""
    lists: str = ""
    """Folder of everyone's lists, or s3://BUCKET/PREFIX, replaced as a whole. Needed."""
    work: str = ""
    """Folder of the run's own lock, journal, logs and reports. Needed."""
    gate: str = ""
    """File of floors that a model must reach before it is published; empty: none is asked."""
    store: str = AUTO
    """URL of the learner store, which is laid over the host's data and looked at for lists; 'auto':
    that of `serve.store`, or a file beside the models where there is one; 'none': none."""
    tenant: str = ""
    """Whose part of the store; needed where it has several."""
    engine: str = "local"
    """What ingests and exports: 'local', or 'spark' where one machine is too small; see [spark]."""
    kinds: str = ""
    """Lists to export, with commas between, as in 'people,reactivation'; empty: all."""
    keep_snapshots: int = 0
    """Snapshots that stay, the newest ones, beside the one in use; 0: all."""
    keep_models: int = 0
    """Models that stay, the newest ones, beside the current one; 0: all."""
    keep_runs: int = 30
    """Runs whose log and report stay; 0: all."""
    resume_hours: float = 12.0
    """Hours after its start in which a run that broke off is gone on with, 0 to 24; below the time
    between two runs, or the next night would be served what the last one read."""

    def __post_init__(self) -> None:
        if self.engine not in ("local", "spark"):
            raise InvalidArgumentError(
                "nightly.engine", f"{self.engine!r} is not one of local, spark"
            )
        for name in ("keep_snapshots", "keep_models", "keep_runs"):
            at_least(f"nightly.{name}", getattr(self, name), 0)
        between("nightly.resume_hours", self.resume_hours, 0, 24)
