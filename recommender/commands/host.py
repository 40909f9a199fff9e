"""A host's data at any time, for evaluation, which itself knows nothing of ingestion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from recommender.domain.config import IngestConfig, SourceConfig


@dataclass(frozen=True, slots=True)
class HostData:
    """SOURCE, as `pln ingest` reads it; see `evaluation.replay.Host`.

    source: a path, a glob or a URL. kind: of the source, or None to let it be recognised.
    sources: what the settings say to it.
    """

    source: str | Path
    config: IngestConfig
    kind: str | None = None
    sources: SourceConfig | None = None

    @property
    def name(self) -> str:
        """What to call it for short."""
        from ingestion.sources import place_of  # noqa: PLC0415  (DuckDB is slow to load)

        return place_of(self.source).name

    def history(self, path: Path) -> None:
        """Who addressed whom, and when."""
        from ingestion.history import write_history  # noqa: PLC0415  (DuckDB is slow to load)

        write_history(self.source, path, self.config, self.kind, sources=self.sources)

    def snapshot(self, root: Path, as_of: datetime) -> Path:
        """What was known at `as_of`, as a snapshot under `root`."""
        from ingestion.snapshot import ingest  # noqa: PLC0415
        from ingestion.trust import UNJUDGED  # noqa: PLC0415

        made = ingest(
            self.source,
            root,
            self.config,
            as_of=as_of,
            kind=self.kind,
            terms=UNJUDGED,
            sources=self.sources,
        )
        return made.snapshot
