"""The model on disk: write, verify, map.

One `.npy` per array, mapped read-only; strings as bytes and offsets; `manifest.json` with sizes,
sha256, shapes, dtypes, counts, settings, snapshot and golden queries. The loader believes none of
it: files are hashed before they are parsed, headers are held against the manifest before anything
is allocated, nothing is unpickled, and rows and offsets are checked before they are used. What was
hashed and checked is so again only where a file has changed since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.lib import format as npy
from numpy.typing import NDArray

from recommender import __version__
from recommender.bundle_checks import CHECKS, check_content
from recommender.bundle_shapes import (
    FORMS,
    PACKED,
    PATTERNS,
    PER_PERSON,
    PLAIN,
    STRINGS,
    check_shapes,
)
from recommender.domain.answer import ModelInfo
from recommender.domain.errors import CorruptVersionError
from recommender.domain.ids import StringTable
from recommender.domain.pool import Pool
from recommender.domain.stamps import unverified
from recommender.domain.versions import check_files, read_manifest, resolve, seal, verify_files
from recommender.model import Model
from recommender.packed import pack_all
from recommender.ties import Ties

FORMAT = 6
KIND = "model"
VERIFIED = f"{KIND} {FORMAT}, checks {CHECKS} of {__version__}"
"""What a stamp says was verified."""
Arrays = dict[str, NDArray[Any]]


def write(folder: Path, model: Model, facts: Mapping[str, Any], threads: int = 0) -> dict[str, Any]:
    """Write `model` into `folder` and seal it with a manifest that tells `facts` too.

    An array of which there is a file in `folder` already is the one that is mapped from it.
    threads: of those that pack candidates; 0 means one per core.
    """
    arrays = _flatten(_packed(folder, model, threads))
    for name, array in arrays.items():
        if (path := folder / f"{name}.npy").exists():
            continue
        with path.open("wb") as file:
            npy.write_array(file, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
    described = {
        name: {"dtype": array.dtype.str, "shape": list(array.shape)}
        for name, array in arrays.items()
    }
    info = model.info
    counts = {
        "people": info.person_count,
        "topics": info.topic_count,
        "ties": info.tie_count,
        "candidates": info.candidate_count,
    }
    return seal(
        folder,
        {
            **facts,
            "kind": KIND,
            "format": FORMAT,
            "as_of": info.as_of.isoformat(timespec="microseconds"),
            "snapshot": info.snapshot,
            "counts": counts,
            "arrays": described,
            "learned": model.learned,
        },
    )


def read_info(folder: Path) -> ModelInfo:
    """What the model at `folder` says of itself, from its manifest alone.

    Raises CorruptVersionError where that cannot be read.
    """
    manifest = read_manifest(folder, KIND, FORMAT)
    try:
        counts = manifest["counts"]
        as_of = datetime.fromisoformat(manifest["as_of"])
        if as_of.tzinfo is not None:
            raise ValueError(f"as_of {as_of} has a zone")
        return ModelInfo(
            name=folder.name,
            as_of=as_of,
            snapshot=str(manifest["snapshot"]),
            person_count=int(counts["people"]),
            topic_count=int(counts["topics"]),
            tie_count=int(counts["ties"]),
            candidate_count=int(counts["candidates"]),
            bytes=sum(int(entry["bytes"]) for entry in manifest["files"].values()),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CorruptVersionError(f"{folder}: the manifest is incomplete: {error!r}") from None


def read_learned(folder: Path) -> dict[str, Any]:
    """How training chose what it chose (`Model.learned`), from the manifest alone.

    Raises CorruptVersionError where that cannot be read.
    """
    return _learned(folder, read_manifest(folder, KIND, FORMAT))


def load(path: Path, *, afresh: bool = False) -> tuple[Model, dict[str, Any]]:
    """Check and map the model at `path`, a version or a folder of versions; and its manifest.

    What is in its files is not read again where they are as they were when all was verified, see
    `domain.stamps`. afresh: read it whatever was verified before.

    Raises VersionNotFoundError or CorruptVersionError, naming the file and what is wrong with it.
    """
    folder = resolve(path)
    with unverified(folder, VERIFIED, afresh=afresh) as due:
        manifest = read_manifest(folder, KIND, FORMAT)
        (verify_files if due else check_files)(folder, manifest)
        info, learned = read_info(folder), _learned(folder, manifest)
        arrays = _mapped(folder, manifest, info)
        if due:
            _hold(folder, check_content(_Anew(folder, manifest["arrays"]), info))
    return _unflatten(arrays, info, learned), manifest


def verify(path: Path) -> ModelInfo:
    """Check all of the model at `path` afresh, and return what it says of itself."""
    return load(path, afresh=True)[0].info


def _flatten(model: Model) -> Arrays:
    arrays: Arrays = {name: getattr(model, name) for name in PLAIN}
    for name in STRINGS:
        table: StringTable = getattr(model, name)
        arrays[f"{name}.text"], arrays[f"{name}.offsets"] = table.text, table.offsets
    for name in PATTERNS:
        pattern: sp.csr_matrix = getattr(model, name)
        pattern.sort_indices()
        arrays[f"{name}.indptr"] = pattern.indptr.astype(np.int64)
        arrays[f"{name}.indices"] = pattern.indices.astype(np.int32)
    arrays["skills.levels"] = model.skills.data
    arrays |= {name: getattr(model, name) for name in PER_PERSON}
    arrays |= {f"ties.{f.name}": getattr(model.ties, f.name) for f in fields(Ties)}
    for kind, pool in model.pools.items():
        arrays |= {f"{kind}.{f.name}": getattr(pool, f.name) for f in fields(type(pool))}
    return arrays


def _packed(folder: Path, model: Model, threads: int) -> Model:
    """The model with what takes most room packed into files of `folder`.

    What columns there are in it as files are then not needed any more.
    """
    pools = dict(model.pools)
    for kind in PACKED:
        pool = pools[kind]
        if isinstance(pool, Pool):
            pools[kind] = pack_all(pool, folder / f"{kind}.packed.npy", threads)
            for field in fields(Pool):
                (folder / f"{kind}.{field.name}.npy").unlink(missing_ok=True)
    return replace(model, pools=pools)


def _learned(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    learned = manifest.get("learned")
    if not isinstance(learned, dict):
        raise CorruptVersionError(f"{folder}: the manifest does not say what was learned")
    return learned


def _unflatten(arrays: Arrays, info: ModelInfo, learned: dict[str, Any]) -> Model:
    def pattern(name: str, width: int) -> sp.csr_matrix:
        indices, indptr = arrays[f"{name}.indices"], arrays[f"{name}.indptr"]
        found = sp.csr_matrix((len(indptr) - 1, width))
        # Put in place, since the constructor would copy the offsets into a narrower type. Patterns
        # are only read by row; one shared 1 stands for all their values.
        ones = np.broadcast_to(np.float32(1), len(indices))
        found.data = arrays.get(f"{name}.levels", ones)
        found.indices, found.indptr = indices, indptr
        return found

    widths = {
        "people": info.person_count,
        "topics": info.topic_count,
        "languages": len(arrays["languages.offsets"]) - 1,
    }
    parts: dict[str, Any] = {
        **{n: StringTable(arrays[f"{n}.text"], arrays[f"{n}.offsets"]) for n in STRINGS},
        **{name: pattern(name, widths[width]) for name, (_, width) in PATTERNS.items()},
        **{name: arrays[name] for name in (*PLAIN, *PER_PERSON)},
    }
    return Model(
        info=info,
        **parts,
        ties=Ties(**{f.name: arrays[f"ties.{f.name}"] for f in fields(Ties)}),
        pools={
            kind: form(**{f.name: arrays[f"{kind}.{f.name}"] for f in fields(form)})
            for kind, form in FORMS.items()
        },
        learned=learned,
    )


def _mapped(folder: Path, manifest: Mapping[str, Any], info: ModelInfo) -> Arrays:
    """All arrays that the manifest describes, of the right types and shapes; none is read."""
    described = manifest.get("arrays")
    if not isinstance(described, dict) or {f"{n}.npy" for n in described} != {*manifest["files"]}:
        raise CorruptVersionError(f"{folder}: the manifest describes other arrays than its files")
    arrays = {name: _map(folder / f"{name}.npy", entry) for name, entry in described.items()}
    _hold(folder, check_shapes(arrays, info))
    return arrays


class _Anew(Mapping[str, NDArray[Any]]):
    """Arrays that are mapped whenever one is asked for, so that what was read of them is let go.

    Pages of a mapping that have been read count as the process's for as long as it stands.
    """

    def __init__(self, folder: Path, described: Mapping[str, object]) -> None:
        self._folder, self._described = folder, described

    def __getitem__(self, name: str) -> NDArray[Any]:
        return _map(self._folder / f"{name}.npy", self._described[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._described)

    def __len__(self) -> int:
        return len(self._described)


def _map(path: Path, entry: object) -> NDArray[Any]:
    """Map one array, once its header and its size agree with the manifest's entry."""
    try:
        with path.open("rb") as file:
            version = npy.read_magic(file)
            if version != (1, 0):
                raise ValueError(f"npy version {version}")
            shape, fortran, dtype = npy.read_array_header_1_0(file)
            start = file.tell()
    except (OSError, ValueError) as error:
        raise CorruptVersionError(f"{path} is not a plain array: {error}") from None
    if dtype.hasobject or fortran or min(shape, default=0) < 0:
        raise CorruptVersionError(f"{path} holds objects, or is in Fortran order or negative shape")
    if entry != {"dtype": dtype.str, "shape": list(shape)}:
        raise CorruptVersionError(f"{path} is {dtype.str} {shape}, the manifest says {entry}")
    if path.stat().st_size != start + dtype.itemsize * int(np.prod(shape, dtype=object)):
        raise CorruptVersionError(f"{path} has a length that its shape {shape} does not give")
    if 0 in shape:  # an empty file region cannot be mapped
        return np.zeros(shape, dtype)
    # A plain view of the mapping: indexing memmap itself costs several times as much.
    return np.asarray(np.memmap(path, dtype, "r", start, shape))


def _hold(folder: Path, problem: str | None) -> None:
    """Raise CorruptVersionError for a problem, where there is one."""
    if problem:
        raise CorruptVersionError(f"{folder}: {problem}")
