"""From what the user names to the place that it is."""

from __future__ import annotations

import os
from pathlib import Path

from recommender.batch.folder import Folder
from recommender.batch.place import Place
from recommender.domain.objects import SCHEME


def fixed(out: str | Path) -> str:
    """The same place for other processes of this machine, wherever links lead by and by."""
    real = os.path.realpath(out)
    return str(out) if _is_url(out) or real == os.path.abspath(out) else real  # noqa: PTH100


def place_at(out: str | Path) -> Place:
    """The place that a path or an `s3://` URL names. Raises InvalidArgumentError."""
    if _is_url(out):
        from recommender.batch.bucket import Bucket  # noqa: PLC0415  (its file system loads slowly)

        return Bucket(str(out))
    return Folder(Path(out))


def _is_url(out: str | Path) -> bool:
    return isinstance(out, str) and out.lower().startswith(f"{SCHEME}://")
