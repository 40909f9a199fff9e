"""Where everyone's lists go: the one file that knows it is a folder on this machine."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from recommender.commands.nightly.plan import Plan
from recommender.domain.errors import CorruptVersionError
from recommender.domain.versions import MANIFEST, sha256, verify_files


def made(plan: Plan) -> str:
    """A name for the lists that are there, of their content; empty where there are none."""
    try:
        return sha256(_folder(plan) / MANIFEST)
    except OSError:
        return ""


def whole(plan: Plan, name: str) -> bool:
    """Whether the lists of this name are there, every file as it was written."""
    try:
        verify_files(_folder(plan), facts(plan))
    except (OSError, CorruptVersionError):
        return False
    return made(plan) == name


def facts(plan: Plan) -> dict[str, Any]:
    """What the manifest of the lists says; nothing where there is none to read."""
    with suppress(OSError, ValueError):
        document = json.loads((_folder(plan) / MANIFEST).read_bytes())
        return document if isinstance(document, dict) else {}
    return {}


def size(plan: Plan) -> int:
    """Bytes of all lists."""
    return sum(entry["bytes"] for entry in facts(plan).get("files", {}).values())


def _folder(plan: Plan) -> Path:
    return Path(plan.lists)
