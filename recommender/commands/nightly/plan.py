"""What a run is to do, and what stands in its way."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path

from recommender.commands.decided import store_beside
from recommender.commands.engines import Engine
from recommender.commands.exporting import OFFERED, parse_kinds
from recommender.commands.options import tenant_in
from recommender.commands.store import open_store
from recommender.domain.config import Settings, SparkConfig
from recommender.domain.errors import InvalidArgumentError, OutputError, RecommenderError
from recommender.domain.nightly_config import NightlyConfig
from recommender.domain.objects import SCHEME, ObjectUrl
from recommender.domain.serve_config import AUTO
from recommender.domain.slate import Kind

NEEDED = {
    "source": "/srv/host/tables",
    "snapshots": "/var/lib/pln/snapshots",
    "models": "/var/lib/pln/models",
    "lists": "/var/lib/pln/out/lists",
    "work": "/var/lib/pln/nightly",
}
"""Settings without which there is no run, each with an example."""
FOLDERS = ("snapshots", "models", "lists", "work")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The settings of a run, and what its flags allow for once."""

    settings: Settings
    allow_bad: bool = False
    allow_shrunk: bool = False
    drop_bots: bool = False

    @property
    def nightly(self) -> NightlyConfig:
        """The section of the run itself."""
        return self.settings.nightly

    @property
    def snapshots(self) -> Path:
        """Folder of snapshots."""
        return Path(self.nightly.snapshots)

    @property
    def models(self) -> Path:
        """Folder of models."""
        return Path(self.nightly.models)

    @property
    def lists(self) -> str:
        """Where everyone's lists go: a folder, or a URL."""
        return self.nightly.lists

    @property
    def store(self) -> str:
        """URL of the learner store; empty where there is none."""
        return store_beside(self.models, replace(self.settings.serve, store=self._named_store))

    @property
    def _named_store(self) -> str:
        named = self.nightly.store
        return self.settings.serve.store if named == AUTO else named

    @property
    def spark(self) -> SparkConfig | None:
        """How Spark is found that ingests and exports; None where this machine does."""
        return self.settings.spark if self.nightly.engine == Engine.SPARK else None

    @property
    def work(self) -> Path:
        """Folder of lock, journal, logs and reports."""
        return Path(self.nightly.work)

    @property
    def learners(self) -> Path:
        """Folder that takes what the learner store says."""
        return self.work / "learners"

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Lists to export."""
        text = self.nightly.kinds
        return parse_kinds(text, "nightly.kinds") if text else OFFERED


def plan_of(
    settings: Settings,
    *,
    allow_bad: bool = False,
    allow_shrunk: bool = False,
    drop_bots: bool = False,
) -> Plan:
    """The plan that settings and flags make.

    Raises InvalidArgumentError, which names every setting that is missing or makes no sense.
    """
    plan = Plan(
        settings=settings, allow_bad=allow_bad, allow_shrunk=allow_shrunk, drop_bots=drop_bots
    )
    lists = _caught(lambda: _check_url(plan))
    raise_all([*_unset(plan.nightly), *_tangled(plan), *lists, *_caught(lambda: plan.kinds)])
    return plan


def problems(plan: Plan) -> list[RecommenderError]:
    """All that would make a run fail sooner or later and can be seen before; writes nothing."""
    checks: list[Callable[[], object]] = [
        lambda: _check_source(plan),
        *((lambda name=name: _check_writable(plan, name)) for name in FOLDERS),
        lambda: _check_lists(plan),
        lambda: _check_gate(plan),
        lambda: _check_store(plan),
    ]
    return [error for check in checks for error in _caught(check)]


def raise_all(found: list[RecommenderError]) -> None:
    """Raise one error for all that were found: of the kind of the first, settings before others."""
    misused = [error for error in found if isinstance(error, InvalidArgumentError)]
    told = "; ".join(map(str, dict.fromkeys(map(str, [*misused, *found]))))
    if misused:
        field = misused[0].field
        raise InvalidArgumentError(field, told.removeprefix(f"{field}: "))
    if found:
        raise type(found[0])(told)


def _caught(check: Callable[[], object]) -> Iterator[RecommenderError]:
    try:
        check()
    except RecommenderError as error:
        yield error


def _unset(nightly: NightlyConfig) -> Iterator[RecommenderError]:
    """What is needed and not set."""
    for name, example in NEEDED.items():
        if not getattr(nightly, name):
            yield InvalidArgumentError(
                f"nightly.{name}", f'not set; write {name} = "{example}" under [nightly]'
            )


def _tangled(plan: Plan) -> Iterator[RecommenderError]:
    """Folders that are the same, or in one that is replaced, or tidied up; and URLs.

    Lists are replaced as a whole, and among snapshots and models old folders are removed.
    """
    places: dict[str, Path] = {}
    for name in FOLDERS:
        text = getattr(plan.nightly, name)
        if "://" in text and not (name == "lists" and _in_store(text)):
            yield InvalidArgumentError(f"nightly.{name}", f"{text!r} is a URL; name a folder")
        elif text and "://" not in text:
            places[name] = Path(text).absolute()
    for (one, place), (other, there) in permutations(places.items(), 2):
        same = place == there and FOLDERS.index(one) > FOLDERS.index(other)
        apart = "lists" not in (one, other) or other == "work"
        if same or (there in place.parents and not apart):
            text = getattr(plan.nightly, one)
            yield InvalidArgumentError(
                f"nightly.{one}", f"{text!r} is (or is in) nightly.{other}; name another folder"
            )


def _in_store(lists: str) -> bool:
    return lists.lower().startswith(f"{SCHEME}://")


def _check_url(plan: Plan) -> None:
    if _in_store(plan.lists):
        ObjectUrl.at(plan.lists, "nightly.lists")


def _check_source(plan: Plan) -> None:
    from ingestion.sources import SOURCES, place_of  # noqa: PLC0415  (DuckDB is slow to load)

    place_of(plan.nightly.source)
    kind = plan.nightly.kind
    if kind and kind not in SOURCES:
        raise InvalidArgumentError("nightly.kind", f"{kind!r} is not one of {', '.join(SOURCES)}")


def _check_writable(plan: Plan, name: str) -> None:
    """Whether a folder can be written to, or made; a step finds out what cannot be seen here."""
    if name == "lists" and _in_store(plan.lists):
        return
    folder = Path(getattr(plan.nightly, name)).absolute()
    place = folder.parent if name == "lists" else folder  # lists are renamed into their place
    there = next(each for each in (place, *place.parents) if each.exists())
    if not there.is_dir():
        raise OutputError(f"{there} is a file; name another folder in nightly.{name}")
    if not os.access(there, os.W_OK | os.X_OK):
        raise OutputError(
            f"{there} cannot be written to; give this user the right to, "
            f"or name another folder in nightly.{name}"
        )


def _check_lists(plan: Plan) -> None:
    from recommender.batch.places import place_at  # noqa: PLC0415  (pyarrow is slow to load)

    place_at(plan.lists).check()


def _check_gate(plan: Plan) -> None:
    if plan.nightly.gate:
        from evaluation.gate import read_gate  # noqa: PLC0415  (slow to load)

        read_gate(Path(plan.nightly.gate))


def _check_store(plan: Plan) -> None:
    if plan.store:
        opened = open_store(plan.store)
        try:
            tenant_in(opened.tenants(), plan.nightly.tenant or None, "nightly.tenant")
        finally:
            opened.close()
