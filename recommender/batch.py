"""Everyone's lists as files: the nightly export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa

from recommender import export_table
from recommender.domain.config import Dials, ExportConfig
from recommender.domain.errors import InputDataError
from recommender.domain.ids import Row
from recommender.domain.progress import Progress, silent
from recommender.domain.slate import Kind, Query
from recommender.domain.versions import check_replaceable, seal
from recommender.domain.writing import replace_folder, write_aside
from recommender.pipeline import Pipeline

BLOCK = 256
"""People answered at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What an export wrote: where, how many people and rows, by kind of list."""

    folder: Path
    people: int
    rows: dict[str, int]
    parts: int
    format: str


def export(
    pipeline: Pipeline,
    out: Path,
    config: ExportConfig | None = None,
    kinds: Sequence[Kind] = tuple(Kind),
    dials: Dials | None = None,
    people: Path | None = None,
    progress: Progress = silent,
) -> ExportReport:
    """Write the lists of everyone, or of the ids in the file `people` (one a line), to `out`.

    `out` becomes a folder of part files and a manifest.json; where it is an export already, it is
    replaced once the new one is whole. Raises OutputError where `out` is something else,
    InputDataError where `people` cannot be read, and PersonNotFoundError for an id that the model
    does not know.
    """
    config, dials = config or ExportConfig(), dials or Dials()
    check_replaceable(out, "export")
    rows = _asked(pipeline, people)
    counts = dict.fromkeys(map(str, kinds), 0)
    with write_aside(out.parent) as aside:
        parts = 0
        for start in range(0, max(len(rows), 1), config.people_per_part):
            part = rows[start : start + config.people_per_part]
            name = aside / f"part-{parts:05d}.{config.format}"
            job = _Job(pipeline, part, tuple(kinds), dials, config)
            share = (start / max(len(rows), 1), len(part) / max(len(rows), 1))
            for kind, count in _write_part(job, name, progress, share).items():
                counts[kind] += count
            parts += 1
        facts = {
            "kind": "export",
            "format": 1,
            "file_format": config.format,
            "model": pipeline.info.name,
            "as_of": pipeline.info.as_of.isoformat(timespec="microseconds"),
            "people": len(rows),
            "rows": counts,
            "settings": asdict(config) | {"dials": dials.shares()},
        }
        seal(aside, facts)
        replace_folder(aside, out)
    progress("exporting", 1.0)
    return ExportReport(
        folder=out, people=len(rows), rows=counts, parts=parts, format=config.format
    )


@dataclass(frozen=True, slots=True)
class _Job:
    pipeline: Pipeline
    people: list[Row]
    kinds: tuple[Kind, ...]
    dials: Dials
    config: ExportConfig

    def tables(self) -> Iterator[tuple[Kind, pa.Table, float]]:
        """The lists kind by kind, in blocks of people, and the share of the job that is done."""
        done, total = 0, max(len(self.people) * len(self.kinds), 1)
        for kind in self.kinds:
            for start in range(0, len(self.people), BLOCK):
                block = self.people[start : start + BLOCK]
                query = Query(askers=block, kind=kind, dials=self.dials, limit=self.config.top)
                done += len(block)
                yield kind, export_table.table(self.pipeline, query), done / total


def _write_part(
    job: _Job, path: Path, progress: Progress, share: tuple[float, float]
) -> dict[str, int]:
    counts = dict.fromkeys(map(str, job.kinds), 0)
    with export_table.writer(path, job.config.format) as write:
        for kind, table, done in job.tables():
            write(table)
            counts[str(kind)] += table.num_rows
            progress("exporting", share[0] + share[1] * done)
    return counts


def _asked(pipeline: Pipeline, people: Path | None) -> list[Row]:
    if people is None:
        return [Row(row) for row in range(len(pipeline.model.person_ids))]
    try:
        text = people.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputDataError(f"{people} cannot be read as ids, one a line: {error}") from None
    # Only line ends part ids: splitlines() would also cut at what an id may hold, such as U+2028.
    ids = (line.removesuffix("\r") for line in text.split("\n"))
    return sorted({pipeline.row(person) for person in ids if person})
