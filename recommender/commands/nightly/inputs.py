"""What the host's data look like from outside: whether they are still those that a run has read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from recommender import __version__
from recommender.commands.nightly.journal import digest
from recommender.commands.nightly.plan import Plan
from recommender.domain.errors import InputDataError, RecommenderError


def base(plan: Plan) -> str:
    """Digest of the host's data and of all that says how they are read.

    Of files, name, size and time are looked at. Of what is behind a URL only the URL is known:
    there, what tells one night's data from the next is the hours since (`nightly.resume_hours`).
    """
    nightly, settings = plan.nightly, plan.settings
    how = (nightly.kind, plan.store, nightly.tenant, asdict(settings.source))
    flags = (plan.allow_bad, plan.allow_shrunk, plan.drop_bots)
    files = list(_files(nightly.source))
    return digest(__version__, nightly.source, files, how, flags, asdict(settings.ingest))


def _files(source: str) -> Iterator[tuple[str, int, int]]:
    """Name, size and time of every file; none of what is not on this machine, or not there."""
    from ingestion.sources import place_of  # noqa: PLC0415  (DuckDB is slow to load)

    try:
        paths = place_of(source).paths
    except RecommenderError:
        return  # the run's first step says so
    for path in paths:
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            yield from _stat(file)


def _stat(file: Path) -> Iterator[tuple[str, int, int]]:
    try:
        facts = file.stat()
    except OSError:
        return  # gone meanwhile, or a link to nowhere: the reader says so
    if file.is_file():
        yield str(file), facts.st_size, facts.st_mtime_ns


def shown_source(plan: Plan) -> str:
    """The host's data as they were named, without a password."""
    from ingestion.sources import place_of  # noqa: PLC0415  (DuckDB is slow to load)

    try:
        place = place_of(plan.nightly.source)
    except InputDataError:
        return plan.nightly.source  # a path, where nothing is
    except RecommenderError:
        return "a URL that is not read"  # and may hold a password anywhere
    return str(place) if place.url else plan.nightly.source
