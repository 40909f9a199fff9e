"""Makes a big model of a small one, in minutes: `python -m tests.bench.widen MODEL OUT --copies N`.

N copies of a community stand beside one another. Each has people, objects, organisations and
communities of its own; topics, roles, sectors, time zones and languages are everybody's. Such a
model is as large, and as long in starting, as a trained one of as many people; its lists are those
of the small one.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from recommender import bundle
from recommender.bundle_shapes import PACKED, PATTERNS, PLAIN, POOLS
from recommender.domain.pool import Pool
from recommender.domain.slate import Kind
from recommender.domain.versions import MANIFEST, publish, resolve, seal
from recommender.domain.writing import write_aside
from recommender.growing import Growing
from recommender.model import Model
from recommender.packed import PackedPool, pack
from recommender.pipeline import golden_answers

RENAMED = ("person_ids", "object_ids", "organisations")
"""Tables of which each copy has its own strings: its number stands in front, which keeps order.
A copy that is the only one keeps the strings as they are."""
SHARED = ("roles", "sectors", "timezones", "languages", "topic_ids", "topic_labels")
ONCE = {
    *(name for name, (_, shape) in PLAIN.items() if "objects" not in shape),
    *(f"{table}.{part}" for table in SHARED for part in ("text", "offsets")),
}
"""Arrays that are there once, however many copies there are."""
ROWS_OF = {
    "organisation": "organisations",
    "ties.contacts": "person_ids",
    **{f"{name}.indices": "person_ids" for name, (_, of) in PATTERNS.items() if of == "people"},
    **{f"{kind}.{column}": "person_ids" for kind in POOLS for column in ("rows", "introducer")},
    **{f"{kind}.shared_object": "object_ids" for kind in POOLS},
}
"""Arrays that point at rows of which each copy has its own, and the tables of these."""
GOLDEN_PEOPLE = 5


def widen(path: Path, root: Path, copies: int) -> Path:
    """Publish `copies` of the model at `path` under `root`, as one; returns the new version.

    There is never more than one array of the small model in memory.
    """
    folder = resolve(path)
    model, manifest = bundle.load(folder)
    widening = Widening(folder, model, copies)
    with write_aside(root) as aside:
        described = {name: widening.write(name, aside) for name in manifest["arrays"]}
        counts = {
            name: count if name == "topics" else count * copies
            for name, count in manifest["counts"].items()
        }
        facts = {**manifest, "arrays": described, "counts": counts, "golden": []}
        seal(aside, facts)
        wide, _ = bundle.load(aside)
        rows = np.linspace(0, len(wide.person_ids) - 1, GOLDEN_PEOPLE).astype(int)
        golden = golden_answers(wide, wide.person_ids.take(rows))
        (aside / MANIFEST).unlink()
        seal(aside, {**facts, "golden": golden})
        return publish(aside, root, model.info.as_of.strftime("%Y%m%dT%H%M%S"), bundle.load)


@dataclass(frozen=True)
class Widening:
    """`copies` of the model in `folder`, array by array."""

    folder: Path
    model: Model
    copies: int

    def write(self, name: str, aside: Path) -> dict[str, Any]:
        """Write one array of the big model part by part; what the manifest says of it."""
        kind, _, part = name.partition(".")
        if kind in PACKED and part in ("packed", "starts"):
            return self._packed(kind, part, aside)
        array: NDArray[Any] = np.load(self.folder / f"{name}.npy")
        lengths = [len(part) for part in self._parts(name, array)]
        shape = (sum(lengths), *array.shape[1:])
        header = {"descr": array.dtype.str, "fortran_order": False, "shape": shape}
        with (aside / f"{name}.npy").open("wb") as file:
            npy.write_array_header_1_0(file, header)
            for part in self._parts(name, array):
                part.astype(array.dtype, copy=False).tofile(file)
        return {"dtype": array.dtype.str, "shape": list(shape)}

    def _packed(self, kind: str, part: str, aside: Path) -> dict[str, Any]:
        """Candidates of every copy: unpacked, pointed at the copy's own rows, and packed again."""
        path = aside / f"{kind}.packed.npy"
        if not path.exists():
            starts = [np.zeros(1, np.int64)]
            grown = Growing(path, np.empty(0, np.uint8))
            for copy in range(self.copies):
                for pool in self._pointing_at(copy, Kind(kind)):
                    blobs = [pack(pool, line) for line in range(len(pool.indptr) - 1)]
                    grown.append(np.frombuffer(b"".join(blobs), np.uint8))
                    starts.append(np.array([len(blob) for blob in blobs], np.int64))
            grown.mapped()
            np.save(aside / f"{kind}.starts.npy", np.cumsum(np.concatenate(starts)))
        array = np.load(aside / f"{kind}.{part}.npy", mmap_mode="r")
        return {"dtype": array.dtype.str, "shape": list(array.shape)}

    def _pointing_at(self, copy: int, kind: Kind) -> Iterator[Pool]:
        """The candidates of a copy, some askers at a time."""
        people, objects = len(self.model.person_ids), len(self.model.object_ids)
        steps = {"rows": people, "introducer": people, "shared_object": objects}
        stored = self.model.pools[kind]
        assert isinstance(stored, PackedPool)
        for pool in stored.blocks():
            moved = {name: getattr(pool, name) for name in steps}
            moved = {n: np.where(a >= 0, a + copy * steps[n], a) for n, a in moved.items()}
            yield replace(pool, **{n: a.astype(np.int32) for n, a in moved.items()})

    def _parts(self, name: str, array: NDArray[Any]) -> Iterator[NDArray[Any]]:
        """What each copy has of an array, one copy after another."""
        table, _, part = name.partition(".")
        if name in ONCE:
            yield array
            return
        if table in RENAMED and part == "offsets":
            array = array + self._digits * np.arange(len(array))
        for copy in range(self.copies):
            if part in ("offsets", "indptr"):
                yield array[min(copy, 1) :] + copy * array[-1]
            elif table in RENAMED and part == "text":
                yield self._in_front(copy, array, getattr(self.model, table).offsets)
            else:
                step = copy * self._step(name)
                yield np.where(array >= 0, array + step, array) if step else array

    def _step(self, name: str) -> int:
        """By how much what an array points at lies further on in each next copy."""
        if name == "community":
            return int(self.model.community.max(initial=-1)) + 1
        return len(getattr(self.model, ROWS_OF[name])) if name in ROWS_OF else 0

    @property
    def _digits(self) -> int:
        return len(str(self.copies - 1)) if self.copies > 1 else 0

    def _in_front(
        self, copy: int, text: NDArray[np.uint8], offsets: NDArray[np.int64]
    ) -> NDArray[np.uint8]:
        """The text of a table with the number of a copy in front of every string."""
        name = f"{copy:0{self._digits}}" if self._digits else ""
        number = np.frombuffer(name.encode(), np.uint8)
        places = np.repeat(offsets[:-1], len(number))
        return np.insert(text, places, np.tile(number, len(offsets) - 1))


def main() -> None:
    """Widen the model that is named, and say where the new one is."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.widen", description=__doc__)
    parser.add_argument("model", type=Path, help="a model, or a folder of models")
    parser.add_argument("out", type=Path, help="folder of models for the big one")
    parser.add_argument("--copies", type=int, default=10)
    asked = parser.parse_args()
    print(widen(asked.model, asked.out, asked.copies))


if __name__ == "__main__":
    main()
