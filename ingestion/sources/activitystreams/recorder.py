"""Lays down what ActivityStreams objects say on sheets: one row for each thing that is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from ingestion.engine import Engine
from ingestion.sources.activitystreams import terms
from ingestion.sources.activitystreams.terms import Thing, ident, idents, listed, text
from ingestion.sources.jsondocument import Record
from ingestion.sources.sheets import Sheet, opened

COLUMNS: Mapping[str, tuple[str, ...]] = {
    # whole: 1 where the post itself was there, 0 where only its id; open: 1 for public ones
    "posts": (
        "key",
        "author",
        "moment",
        "stamp",
        "whole",
        "parent",
        "quoted",
        "thread",
        "title",
        "open",
    ),
    "tags": ("key", "topic", "label", "place"),
    "mentions": ("key", "person", "address"),
    "acts": ("key", "verb", "actor", "object", "moment"),
    # act: the id of what is undone, where it has one
    "undone": ("act", "verb", "actor", "object", "moment"),
    "gone": ("id",),
    "actors": ("id", "kind", "name", "address", "joined", "discoverable"),
    # folder: number of the archive or folder whose actor.json, or list, it is
    "owners": ("folder", "id"),
    "listed": ("folder", "address", "kind"),
    "spoilt": (),
}
"""Every sheet and its columns. Times are as the host writes them."""

_DEEP = 4
"""How many objects within objects are looked into: pages, activities, posts."""
_MANY = 50
"""Authors, actors, hashtags or mentions of one object that count; each meets each of the others."""
_QUOTES = ("quote", "quoteUrl", "quoteUri", "_misskey_quote")


@contextmanager
def recording(engine: Engine) -> Iterator[Recorder]:
    """A recorder whose sheets are whole when it is left."""
    with opened(engine, COLUMNS) as sheets:
        yield Recorder(sheets)


@dataclass(slots=True)
class Recorder:
    """Writes to sheets by name; `file` and `row` say where the record stands that is written."""

    sheets: Mapping[str, Sheet]
    file: int = 0
    row: int = 0
    nameless: int = 0
    """Objects without an id so far."""

    def add(self, sheet: str, *values: str | None) -> None:
        """A row of a sheet."""
        self.sheets[sheet].add(self.file, self.row, *values)

    def spoil(self, why: str, raw: str) -> None:
        """The row that stands for a record which cannot be read."""
        self.sheets["spoilt"].spoilt(self.file, self.row, why, raw)

    def record(self, record: Record) -> None:
        """One record of a file; bare ids tell nothing."""
        self.row = record.row
        if record.error is not None:
            self.spoil(record.error, record.raw)
        elif record.value is not None:
            if terms.types(record.value):
                self.thing(record.value, _DEEP)
            else:
                self.spoil("no type", str(ident(record.value) or ""))

    def thing(self, thing: Thing, deep: int) -> None:
        """An object of any type; those of types that say nothing to us are passed over."""
        kinds = terms.types(thing)
        if deep == 0:
            return
        if kinds & terms.COLLECTIONS:
            self._collection(thing, deep)
        elif kinds & terms.CHANGES:
            self._change(thing, deep)
        elif kinds & terms.POSTS:
            self._post(thing, {})
        elif kinds & terms.ACTORS:
            self._actor(thing, kinds)
        elif kinds & terms.UNDONE:
            self._undone(thing)
        elif "Delete" in kinds:
            self._gone(thing.get("object"))
        elif "Tombstone" in kinds:
            self._gone(thing)
        elif kinds & terms.ACTS.keys():
            self._act(thing, deep)

    def _collection(self, thing: Thing, deep: int) -> None:
        items = (*listed(thing.get("items")), *listed(thing.get("orderedItems")))
        for item in (*items, thing.get("first")):
            if isinstance(item, dict):
                self.thing(item, deep - 1)

    def _change(self, activity: Thing, deep: int) -> None:
        self._actors(activity.get("actor"))
        for thing in listed(activity.get("object")):
            if not isinstance(thing, dict):
                self._bare(activity, thing)
            elif terms.types(thing) & terms.POSTS:
                self._post(thing, activity)
            else:
                self.thing(thing, deep - 1)
        if not listed(activity.get("object")):
            self.spoil("no object", str(ident(activity) or ""))

    def _bare(self, activity: Thing, thing: object) -> None:
        """Somebody made a post of which nothing is said but its id."""
        at = text(activity.get("published"))
        key, shown = ident(thing), "1" if terms.is_open(activity) else None
        if key and "Create" in terms.types(activity):
            for author in _or_none(idents(activity.get("actor"))):
                self.add("posts", key, author, at, at, "0", None, None, None, None, shown)

    def _post(self, post: Thing, activity: Thing) -> None:
        vote = not (post.get("content") or post.get("contentMap")) and post.get("inReplyTo")
        if vote and post.get("name") and "Note" in terms.types(post):
            return  # in a poll, which is nobody's business
        key = self._key(post)
        written = activity if "Create" in terms.types(activity) else {}
        at = text(post.get("published")) or text(written.get("published"))
        stamp = text(post.get("updated")) or text(activity.get("published")) or at
        shown = "1" if terms.is_open(post, activity) else None
        quoted = next((found for name in _QUOTES if (found := ident(post.get(name)))), None)
        self._actors(post.get("attributedTo"))
        authors = idents(post.get("attributedTo")) or idents(activity.get("actor"))
        thread = ident(post.get("conversation")) or ident(post.get("context"))
        about = ident(post.get("inReplyTo")), quoted, thread, terms.title(post), shown
        for author in _or_none(authors):
            self.add("posts", key, author, at, stamp, "1", *about)
        self._tags(key, post)

    def _tags(self, key: str, post: Thing) -> None:
        for place, tag in enumerate(_few_of_each(post.get("tag"))):
            kinds = terms.types(tag)
            if "Hashtag" in kinds and (found := terms.hashtag(tag.get("name"))):
                self.add("tags", key, *found, f"{place:06d}")
            elif "Mention" in kinds and (person := ident(tag.get("href"))):
                self.add("mentions", key, person, terms.address(tag.get("name"), person))

    def _act(self, activity: Thing, deep: int) -> None:
        self._actors(activity.get("actor"))
        key, at = self._key(activity), text(activity.get("published"))
        for one in listed(activity.get("object")):
            if isinstance(one, dict):
                self.thing(one, deep - 1)
            for verb in _verbs(activity):
                for actor in _or_none(idents(activity.get("actor"))):
                    self.add("acts", key, verb, actor, ident(one), at)

    def _undone(self, activity: Thing) -> None:
        at = text(activity.get("published"))
        for one in listed(activity.get("object")):
            act = one if isinstance(one, dict) else {}
            whose = ident(act.get("actor")), ident(act.get("object"))
            for verb in _or_none(_verbs(act)):
                self.add("undone", ident(one), verb, *whose, at)

    def _gone(self, thing: object) -> None:
        for one in idents(thing):
            self.add("gone", one)

    def _actors(self, value: object) -> None:
        """The actors whom an activity or a post carries in full."""
        for one in listed(value):
            if isinstance(one, dict) and (kinds := terms.types(one) & terms.ACTORS):
                self._actor(one, kinds)

    def _actor(self, actor: Thing, kinds: frozenset[str]) -> None:
        key = ident(actor)
        if key is None:
            self.spoil("an actor without an id", terms.title(actor) or "")
            return
        short = text(actor.get("preferredUsername"))
        kind = "Person" if "Person" in kinds and actor.get("suspended") is not True else "other"
        hidden = actor.get("discoverable") is False or actor.get("memorial") is True
        told = terms.title(actor) or short, terms.address(short, key), text(actor.get("published"))
        self.add("actors", key, kind, *told, "false" if hidden else None)

    def _key(self, thing: Thing) -> str:
        """The id of an object, or one of ours that starts with `_:` for what has none."""
        key = text(thing.get("id")) or text(thing.get("@id"))
        if key is None or key.startswith("_:"):  # which names something in one document only
            self.nameless += 1
            return f"_:{self.nameless}"
        return key


def _verbs(activity: Thing) -> list[str]:
    return sorted({terms.ACTS[one] for one in terms.types(activity) if one in terms.ACTS})


def _or_none(found: list[str]) -> Sequence[str | None]:
    """What was found, if not too much; or one None: a row without it, which is then a bad one."""
    return found[:_MANY] or (None,)


def _few_of_each(tags: object) -> list[Thing]:
    """The first of the hashtags and of the mentions among a post's tags."""
    found = [tag for tag in listed(tags) if isinstance(tag, dict)]
    return [
        tag
        for kind in ("Hashtag", "Mention")
        for tag in [one for one in found if kind in terms.types(one)][:_MANY]
    ]
