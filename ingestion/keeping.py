"""What is kept beside a snapshot: the report on it, or where none was published, the reason.

    ROOT/reports/NAME/      report.html and report.json on the snapshot NAME
    ROOT/rejected/TIME/     of a run that published nothing: its quarantine.parquet and report

TIME is the one that the snapshot would have looked back from; a later such run takes its place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ingestion import quarantine
from ingestion.page import Document, write_report
from ingestion.stage import Stage
from ingestion.writer import write
from recommender.domain.errors import InputDataError
from recommender.domain.tables import QUARANTINE
from recommender.domain.writing import replace_folder, write_aside

REPORTS, REJECTED = "reports", "rejected"
"""Folders among snapshots that hold no version."""


def keep_report(document: Document, snapshot: Path) -> Path:
    """Write the report on a published snapshot; returns its page."""
    target = snapshot.parent / REPORTS / snapshot.name
    _keep(target, lambda aside: write_report(aside, replace(document, title=snapshot.name)))
    return target / "report.html"


def keep_rejected(
    stage: Stage, source: str, document: Document | None, why: str, place: Path
) -> InputDataError:
    """Leave what was set aside where it can be looked at; returns the error that says where.

    place: the folder that would have been published, by its time alone.
    """
    target = place.parent / REJECTED / place.name

    def fill(aside: Path) -> None:
        rows = quarantine.rows(stage, source)
        write(aside / "quarantine.parquet", QUARANTINE, rows)
        if document is not None:
            write_report(aside, document)

    _keep(target, fill)
    return InputDataError(f"{why}; what was set aside is in {target}")


def _keep(target: Path, fill: Callable[[Path], None]) -> None:
    """Put a new folder in the place of `target`."""
    with write_aside(target.parent) as aside:
        fill(aside)
        replace_folder(aside, target)
