"""Which versions have had their time, and how one is removed without anybody finding half of it."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from recommender.domain.stamps import STAMP
from recommender.domain.versions import CURRENT, MANIFEST, list_versions
from recommender.domain.writing import ASIDE, fsync, remove


def surplus(root: Path, keep: int, spared: Collection[str] = ()) -> list[str]:
    """Names of the versions under `root` beyond the `keep` newest, the oldest first.

    spared: versions that stay however old they are, as the current one does. Where no version is
    current nothing is surplus, as nobody can tell which one is needed; nor is where `keep` is 0.
    """
    named = current(root)
    found = list_versions(root)
    if keep < 1 or named not in found:
        return []
    old = sorted(found, key=lambda name: _age(root, name))[:-keep]
    return [name for name in old if name != named and name not in spared]


def current(root: Path) -> str | None:
    """What ROOT/CURRENT names, there or not; None where it names nothing."""
    with suppress(OSError, ValueError):
        return (root / CURRENT).read_text(encoding="utf-8").strip() or None
    return None


def forget(root: Path, name: str) -> None:
    """Remove the version `name`: for readers it is there as a whole, or not at all."""
    aside = root / f"{ASIDE}{name}"
    remove(aside)
    with suppress(FileNotFoundError):
        (root / name).rename(aside)
    fsync(root)
    remove(aside)
    remove(root / f"{STAMP}{name}")


def _age(root: Path, name: str) -> tuple[str, int, str]:
    """By the time it looks back from; of the same time, by when it was made."""
    made = 0
    with suppress(OSError):
        made = (root / name / MANIFEST).stat().st_mtime_ns
    return name.rpartition("-")[0], made, name
