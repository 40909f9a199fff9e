"""What stands in JSON of ActivityStreams 2.0, in any of the forms in which it may stand there.

https://www.w3.org/TR/activitystreams-core/ lets most properties be an id, an object, or a list of
either, and types be short names or IRIs.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

Thing = dict[str, Any]
"""An object as JSON has it."""

POSTS = frozenset(
    {"Article", "Audio", "Document", "Event", "Image", "Note", "Page", "Question", "Video"}
)
"""Types of objects that people write or put up for others."""
ACTORS = frozenset({"Application", "Group", "Organization", "Person", "Service"})
COLLECTIONS = frozenset(
    {"Collection", "CollectionPage", "OrderedCollection", "OrderedCollectionPage"}
)
ACTS = {
    "Like": "like",
    "EmojiReact": "react",
    "Announce": "share",
    "View": "view",
    "Read": "view",
    "Follow": "follow",
    "Block": "block",
    "Ignore": "mute",
}
"""Types of activities that are one person's act on a post or on a person, and what to call it."""
CHANGES = frozenset({"Create", "Update"})
UNDONE = frozenset({"Undo", "Reject", "TentativeReject"})
KNOWN = POSTS | ACTORS | ACTS.keys() | CHANGES | UNDONE | {"Delete", "Tombstone"}

_NAMESPACE = re.compile(r"^(?:https?://www\.w3\.org/ns/activitystreams#|as:)")
_PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
_AUDIENCE = ("to", "cc", "bto", "bcc", "audience")
_OWNED = ("actor", "attributedTo", "object", "inbox", "content", "orderedItems", "items")


def looks_known(thing: Thing) -> bool:
    """Whether an object is one of ActivityStreams, told by its type and what it has."""
    if not types(thing) & (KNOWN | COLLECTIONS):
        return False
    return "activitystreams" in str(thing.get("@context"))[:1000] or any(
        name in thing for name in _OWNED
    )


def types(thing: Thing) -> frozenset[str]:
    """The types of an object, without their namespace."""
    found = listed(thing.get("type") or thing.get("@type"))
    return frozenset(_NAMESPACE.sub("", one) for one in found if isinstance(one, str))


def listed(value: object) -> list[Any]:
    """One value, several or none as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text(value: object) -> str | None:
    """A text that is not empty."""
    return value if isinstance(value, str) and value else None


def ident(value: object) -> str | None:
    """The id that a value is or has; the first, of several."""
    for one in listed(value):
        found = one
        if isinstance(one, dict):
            found = one.get("id") or one.get("@id") or one.get("href")
        if found := text(found):
            return found
    return None


def idents(value: object) -> list[str]:
    """The ids that a value is or has, each once."""
    return list(dict.fromkeys(found for one in listed(value) if (found := ident(one))))


def title(thing: Thing) -> str | None:
    """What an object is called, in the first language of several."""
    named = thing.get("nameMap")
    mapped = next((text(one) for one in named.values()), None) if isinstance(named, dict) else None
    return text(thing.get("name")) or mapped


def is_open(*things: Thing) -> bool:
    """Whether something is addressed to the public; what says nothing of whom is taken for that."""
    said = [thing[name] for thing in things for name in _AUDIENCE if thing.get(name)]
    return not said or any(one in _PUBLIC for value in said for one in idents(value))


def hashtag(name: object) -> tuple[str, str] | None:
    """The topic that a hashtag stands for, and how it is written.

    >>> hashtag("#Straßenbau")
    ('strassenbau', 'Straßenbau')
    """
    written = unicodedata.normalize("NFKC", text(name) or "").strip().lstrip("#").strip()
    return (written.casefold(), written) if written else None


def address(name: object, actor: str) -> str | None:
    """The address `user@host` of an account, from its short or long name and its actor's id.

    >>> address("@Bob", "https://example.org/users/bob")
    'bob@example.org'
    """
    user, _, host = (text(name) or "").strip().lstrip("@").partition("@")
    try:
        host = host or urlsplit(actor).hostname or ""
    except ValueError:
        return None
    return f"{user}@{host}".lower() if user and host else None
