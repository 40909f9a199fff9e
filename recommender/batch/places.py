"""From what the user names to the place that it is."""

from __future__ import annotations

from pathlib import Path

from recommender.batch.folder import Folder
from recommender.batch.place import Place
from recommender.domain.objects import SCHEME


def place_at(out: str | Path) -> Place:
    """The place that a path or an `s3://` URL names. Raises InvalidArgumentError."""
    if isinstance(out, str) and out.lower().startswith(f"{SCHEME}://"):
        from recommender.batch.bucket import Bucket  # noqa: PLC0415  (its file system loads slowly)

        return Bucket(out)
    return Folder(Path(out))
