"""Immutable, versioned folders: how snapshots and models are published, found and verified.

    ROOT/CURRENT                  the name of the version in force
    ROOT/20240701T000000-1f2e3d4c/
        manifest.json             written last: sizes and sha256 of every other file
        …

A version is written aside, flushed, renamed into place, and only then named in CURRENT, so a
reader sees an old version or a new one, never half of one.
"""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from recommender.domain.errors import (
    CorruptVersionError,
    OutputError,
    VersionNotFoundError,
    shorten,
)
from recommender.domain.writing import fsync, refused, remove, replace_file

MANIFEST = "manifest.json"
CURRENT = "CURRENT"


def seal(folder: Path, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Write `folder`'s manifest: `facts`, and size and sha256 of every file. Returns it."""
    files = {
        str(path.relative_to(folder)): {"bytes": path.stat().st_size, "sha256": sha256(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    manifest = {**facts, "files": files}
    (folder / MANIFEST).write_text(manifest_text(manifest), encoding="utf-8")
    return manifest


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """A manifest as it is written: the same text for the same content."""
    return json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def publish(
    aside: Path, root: Path, prefix: str, check: Callable[[Path], object] = lambda _: None
) -> Path:
    """Move the sealed folder `aside` to ROOT/prefix-HASH, durably, and make it current.

    As `put`, which see; where `check` raises, it does not become current.
    """
    target = put(aside, root, prefix, check)
    activate(root, target.name)
    return target


def put(
    aside: Path, root: Path, prefix: str, check: Callable[[Path], object] = lambda _: None
) -> Path:
    """Move the sealed folder `aside` to ROOT/prefix-HASH, durably; what is current stays so.

    HASH is taken from the manifest, so the same content has the same name; putting it there again
    changes nothing, unless what is there is damaged: then it is replaced. Returns the folder of
    the version.

    check: is shown that folder.
    """
    name = f"{prefix}-{sha256(aside / MANIFEST)[:8]}"
    for path in [*aside.rglob("*"), aside]:
        fsync(path)
    target = root / name
    if not _same(target, aside):
        _put(aside, target)
        fsync(root)
    check(target)
    return target


def activate(root: Path, name: str) -> None:
    """Name `name` in ROOT/CURRENT, atomically.

    Raises VersionNotFoundError where ROOT has no such version.
    """
    if name not in list_versions(root):
        raise VersionNotFoundError(
            f"{root} has no version {name!r}; it has: {', '.join(list_versions(root)) or 'none'}"
        )
    replace_file(root / CURRENT, (name + "\n").encode())


def list_versions(root: Path) -> list[str]:
    """Names of the versions under `root`, by the time they look back from."""
    return sorted(path.parent.name for path in root.glob(f"[!.]*/{MANIFEST}"))


def resolve(path: Path) -> Path:
    """The version folder that `path` means: itself, or the current one of a root.

    Raises VersionNotFoundError where it is neither.
    """
    if not path.exists():
        raise VersionNotFoundError(
            f"{path} is not there; check the path (`pln ingest` and `pln train` make such folders)"
        )
    if (path / MANIFEST).is_file():
        return path
    current = path / CURRENT
    if not current.is_file():
        raise VersionNotFoundError(
            f"{path} holds no snapshot or model (neither {MANIFEST} nor {CURRENT} is in it); "
            "`pln ingest` makes snapshots, and `pln train` makes models of them"
        )
    name = current.read_text(encoding="utf-8", errors="backslashreplace").strip()
    if name not in list_versions(path):
        raise VersionNotFoundError(
            f"{current} names {shorten(name)!r}, which is not there; activate one of: "
            f"{', '.join(list_versions(path)) or 'none'}"
        )
    return path / name


def read_manifest(folder: Path, kind: str, format_version: int) -> dict[str, Any]:
    """The manifest of the version at `folder`, which must be of this kind and format.

    Raises CorruptVersionError where it is no manifest of that kind.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise CorruptVersionError(f"{folder / MANIFEST} cannot be read: {error}") from None
    if not isinstance(manifest, dict) or manifest.get("kind") != kind:
        raise CorruptVersionError(f"{folder} is not a {kind}")
    if manifest.get("format") != format_version:
        raise CorruptVersionError(
            f"{folder} has {kind} format {manifest.get('format')!r}, this version reads "
            f"{format_version}; make it anew"
        )
    return manifest


def verify_files(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Hold every file in `folder` against `manifest`: there, regular, of that size and sha256.

    Raises CorruptVersionError naming the first file that differs, is missing, or is not listed.
    """
    check_files(folder, manifest)
    for name, entry in manifest["files"].items():
        if sha256(folder / name) != entry.get("sha256"):
            raise CorruptVersionError(
                f"{folder / name} has changed: its sha256 is not the manifest's"
            )


def check_files(folder: Path, manifest: Mapping[str, Any]) -> None:
    """The part of `verify_files` that reads nothing: every file there, regular, of its size."""
    listed = manifest.get("files")
    if not isinstance(listed, dict):
        raise CorruptVersionError(f"{folder / MANIFEST} lists no files")
    found = {str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir()} - {MANIFEST}
    for name in sorted(found ^ listed.keys()):
        state = "is not in the manifest" if name in found else "is missing"
        raise CorruptVersionError(f"{folder / name} {state}")
    for name, entry in listed.items():
        path = folder / name
        if not isinstance(entry, dict):
            raise CorruptVersionError(f"{folder / MANIFEST} says nothing of {name}")
        if path.is_symlink() or not path.is_file():
            raise CorruptVersionError(f"{path} is not a regular file")
        if path.stat().st_size != entry.get("bytes"):
            raise CorruptVersionError(
                f"{path} has {path.stat().st_size} bytes, the manifest says {entry.get('bytes')}"
            )


def check_replaceable(out: Path, kind: str) -> None:
    """Refuse to replace anything but a sealed folder of this kind. Raises OutputError."""
    with looked_at(out):
        _check_replaceable(out, kind)


def looked_at(out: Path) -> AbstractContextManager[None]:
    """Say that `out` cannot be looked at, where the system refuses that. Raises OutputError."""
    remedy = "name another folder, or have its owner let this user read and write there"
    return refused(out, remedy, "looked at")


def _check_replaceable(out: Path, kind: str) -> None:
    """As `check_replaceable`. Raises OSError where it cannot be told."""
    if not out.exists():
        return
    if not out.is_dir():
        raise OutputError(f"{out} is a file; name a folder to export to")
    if out.is_mount():
        raise OutputError(f"{out} is a mount point and cannot be replaced; name a folder in it")
    if not any(out.iterdir()):
        return
    try:
        manifest: Any = json.loads((out / MANIFEST).read_bytes())
    except (OSError, ValueError):
        manifest = None
    if not (isinstance(manifest, dict) and manifest.get("kind") == kind):
        raise OutputError(f"{out} is not empty and not an export; name another folder")


def sha256(path: Path) -> str:
    """The sha256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _same(target: Path, aside: Path) -> bool:
    """Whether `target` is a whole version with the very content of the sealed folder `aside`."""
    try:
        if sha256(target / MANIFEST) != sha256(aside / MANIFEST):
            return False
        verify_files(target, json.loads((target / MANIFEST).read_bytes()))
    except (OSError, CorruptVersionError):
        return False
    return True


def _put(aside: Path, target: Path) -> None:
    """Rename `aside` to `target`, in the place of what is damaged there.

    Another job that publishes the same at the same time may be first; that is as good.
    """
    broken = aside.with_name(f"{aside.name}-broken")
    with suppress(FileNotFoundError):
        target.rename(broken)
    try:
        aside.rename(target)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) or not _same(target, aside):
            raise
    finally:
        remove(broken)
