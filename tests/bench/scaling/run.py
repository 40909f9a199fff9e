"""One community from host tables to everyone's lists, and what each step of it took."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from recommender.domain.versions import resolve
from tests.bench.children import talk
from tests.bench.scaling.watched import Spent, watched

TOP = 50
DENSITY = {"activities": 20, "interactions": 10}
"""Events a person."""
STEPS = ("ingest", "train", "export")


@dataclass(frozen=True, slots=True)
class Run:
    """spent: on each step; bare: people a second by bare implicit, before and after the export.

    bytes: of tables, snapshot, model and lists.
    """

    people: int
    spent: dict[str, Spent]
    bare: tuple[float, float]
    bytes: dict[str, int]

    @property
    def rate(self) -> float:
        """People a second who get their lists, the whole command counted."""
        return self.people / self.spent["export"].seconds


def run(people: int, folder: Path) -> Run:
    """Make the community, then ingest, train and export it, each by its own command."""
    places = {name: folder / name for name in ("tables", "snapshots", "models", "lists")}
    tables, snapshots, models, lists = places.values()
    folder.mkdir(parents=True, exist_ok=True)
    density = [word for name, each in DENSITY.items() for word in (f"--{name}", each)]
    watched(["sample", "--people", people, *density, "--out", tables], folder / "sample.log")
    spent = {"ingest": watched(["ingest", tables, "--out", snapshots], folder / "ingest.log")}
    spent["train"] = watched(["train", snapshots, "--out", models], folder / "train.log")
    before = _bare(folder)
    words = ["export", "--model", models, "--out", lists, "--top", TOP]
    spent["export"] = watched(words, folder / "export.log")
    return Run(
        people=people,
        spent=spent,
        bare=(before, _bare(folder)),
        bytes={
            "tables": _size(tables),
            "snapshot": _size(resolve(snapshots)),
            "model": _size(resolve(models)),
            "lists": _size(lists),
        },
    )


def _bare(folder: Path) -> float:
    words = (folder / "snapshots", folder / "vectors.npz", TOP)
    return talk("tests.bench.scaling.bare", *words)["rate"]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
