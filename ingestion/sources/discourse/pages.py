"""Saved pages of a Discourse forum, one JSON document each, in bounded memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import unquote

MAX_PAGE = 16 << 20
"""Longest page that is read, in bytes. Discourse gives 20 posts a page, or 1,000 to print."""

FORMS = (
    "post_stream",
    "latest_posts",
    "user_actions",
    "category_list",
    "directory_items",
    "categories",
)
"""The key by which each form of page is told; the first that is there counts."""

_KNOWN = re.compile(rb'\s*\{\s*"(?:post_stream|latest_posts|user_actions)"\s*:')
_HEAD = 200  # bytes of a page that show its form
_LOOKED_AT = 1_000  # pages of a folder
_ADDRESSED = 50  # people that one post mentions or quotes

# Tags are looked for up to a length, so that text full of "<" is read but once.
_TAG = re.compile(r"<(/?)(aside|a)\b([^<>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_PROFILE = re.compile(r".*/u(?:sers)?/([^/?#]+)/?")

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its form, and what it holds; or why it cannot be read."""

    form: str = ""
    body: Record = field(default_factory=dict)
    error: str = ""


def files(paths: tuple[Path, ...]) -> list[Path]:
    """The JSON files at or under `paths`, sorted within each; hidden ones are left alone."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.rglob("[!._]*.json") if p.is_file())
        elif path.name.endswith(".json"):
            found.append(path)
    return found


def looks_saved(path: Path) -> bool:
    """Whether a file begins like a page with posts or actions."""
    try:
        with path.open("rb") as file:
            return _KNOWN.match(file.read(_HEAD)) is not None
    except OSError:
        return False


def any_saved(found: list[Path]) -> bool:
    """Whether there are such pages among files; only so many are looked at."""
    return any(map(looks_saved, found[:_LOOKED_AT]))


def read(path: Path) -> Page:
    """A page. Whatever is wrong with it is said in `error`."""
    try:
        if path.stat().st_size > MAX_PAGE:
            return Page(error=f"longer than {MAX_PAGE} bytes")
        body = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        return Page(error=f"no JSON: {error}")
    except OSError as error:
        return Page(error=error.strerror or "it cannot be read")
    if isinstance(body, list) and all(isinstance(each, dict) for each in body):
        return Page("users", {"users": body})
    if not isinstance(body, dict):
        return Page(error="not a JSON object")
    form = next((form for form in FORMS if form in body), "")
    return Page(form, body)


def addressed(cooked: str) -> list[tuple[str, str]]:
    """Whom a post mentions or quotes, as verb and user name in lower case, once each.

    cooked: its HTML. What a quote or a preview holds is somebody else's words.

    >>> addressed('<p><a class="mention" href="/u/Bea">@Bea</a></p>')
    [('mention', 'bea')]
    """
    return list(islice(dict.fromkeys(_addressed(cooked)), _ADDRESSED))


def _addressed(cooked: str) -> Iterator[tuple[str, str]]:
    depth = 0
    for closing, tag, rest in _TAG.findall(cooked):
        if tag.lower() == "aside":
            if not closing and not depth and (name := _attributes(rest).get("data-username")):
                yield "quote", name.lower()
            depth = max(depth - 1, 0) if closing else depth + 1
        elif not closing and not depth:
            attributes = _attributes(rest)
            profile = _PROFILE.fullmatch(attributes.get("href", ""))
            if profile and "mention" in attributes.get("class", "").split():
                yield "mention", unquote(profile[1]).lower()


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): unescape(one or two) for name, one, two in _ATTRIBUTE.findall(text)}
