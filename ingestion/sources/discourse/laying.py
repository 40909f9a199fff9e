"""Pages of a Discourse forum, laid down record by record on sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ingestion.engine import Engine
from ingestion.sources.discourse.pages import Page, Record, addressed
from ingestion.sources.sheets import Sheet

COLUMNS = {
    "posts": ("id", "thread", "number", "author", "at", "parent", "parent_name"),
    "said": ("post", "thread", "author", "at", "verb", "name"),
    "likes": ("author", "whom", "at", "thread"),
    "threads": ("id", "title", "category", "archetype", "gone"),
    "tags": ("thread", "tag"),
    "categories": ("id", "name", "parent", "description", "closed"),
    "accounts": ("id", "username", "name", "role", "seen", "joined"),
}
"""Sheets and what is on them; ids are the forum's."""

_POSTS = frozenset({1, 2})
"""Types of posts that people write for all: regular ones, and those of moderators."""
_LIKES = frozenset({1, 2})
"""Types of user actions: has liked, and was liked. In both the acting user is who likes."""

Place = tuple[int, int]
"""Number of a file, and of the record in it."""
Lay = Callable[[Place, Any], None]
"""Writes down a record with its place."""


class Laying:
    """Sheets for a forum's pages, open for writing."""

    def __init__(self, engine: Engine) -> None:
        self.sheets = {name: Sheet(engine, name, columns) for name, columns in COLUMNS.items()}
        self._forms: dict[str, tuple[str, tuple[Lay, ...]]] = {
            "post_stream": ("posts", (self._post,)),
            "latest_posts": ("latest_posts", (self._listed, self._post)),
            "user_actions": ("user_actions", (self._action,)),
            "directory_items": ("directory_items", (self._item,)),
            "users": ("users", (self._user,)),
            "category_list": ("categories", (self._category,)),
            "categories": ("categories", (self._category,)),
        }

    def page(self, file: int, page: Page) -> None:
        """Write down all that a page holds; what of it cannot be read, as spoilt rows."""
        if page.error:
            self.sheets["posts"].spoilt(file, 1, page.error, "")
        try:
            self._lay_all(file, page)
        except (TypeError, AttributeError) as error:
            self.sheets["posts"].spoilt(file, 1, f"no page of its kind: {error}", "")

    def _lay_all(self, file: int, page: Page) -> None:
        for row, lay, record in self._records(page.form, page.body):
            try:
                lay((file, row), record)
            except (ValueError, TypeError, AttributeError, RecursionError) as error:
                self.sheets["posts"].spoilt(file, row, f"no record of its kind: {error}", "")

    def _records(self, form: str, body: Record) -> Iterator[tuple[int, Lay, Any]]:
        """Each record of a page with its number there, and what writes it down."""
        if form == "post_stream":
            yield 1, self._thread, body
        inner = body[form] if form in {"post_stream", "category_list"} else body
        key, writing = self._forms.get(form, ("", ()))
        for row, each in enumerate(_list(inner, key), start=1):
            yield from ((row, lay, each) for lay in writing)

    def _thread(self, at: Place, topic: Record) -> None:
        thread = _need(topic, "id")
        gone = "yes" if topic.get("deleted_at") else None
        self._add("threads", at, thread, topic.get("title"), topic.get("category_id"),
                  topic.get("archetype"), gone)  # fmt: skip
        for tag in _list(topic, "tags"):
            self._add("tags", at, thread, tag.get("name") if isinstance(tag, dict) else tag)

    def _listed(self, at: Place, post: Record) -> None:
        """The thread of a post among the latest, where private messages never are."""
        self._add("threads", at, _need(post, "topic_id"), post.get("topic_title"),
                  post.get("category_id"), "regular", None)  # fmt: skip

    def _post(self, at: Place, post: Record) -> None:
        author = _person(post.get("user_id"))
        shown = not (post.get("deleted_at") or post.get("user_deleted") or post.get("hidden"))
        if author is None or not shown or post.get("post_type", 1) not in _POSTS:
            return
        number, thread, when = _need(post, "id"), _need(post, "topic_id"), post.get("created_at")
        parent = str((post.get("reply_to_user") or {}).get("username") or "").lower()
        self._add("posts", at, number, thread, post.get("post_number"), author, when,
                  post.get("reply_to_post_number"), parent)  # fmt: skip
        self._account(at, author, post, post.get("user_title"), when)
        for verb, name in addressed(post.get("cooked") or ""):
            self._add("said", at, number, thread, author, when, verb, name)

    def _action(self, at: Place, action: Record) -> None:
        who, whom = _person(action.get("acting_user_id")), _person(action.get("user_id"))
        shown = not (action.get("deleted") or action.get("hidden"))
        if action.get("action_type") in _LIKES and shown and who and whom:
            when = action.get("created_at")
            self._add("likes", at, who, whom, when, _need(action, "topic_id"))
            acting = {name: action.get(f"acting_{name}") for name in ("username", "name")}
            self._account(at, who, acting, None, when)
            self._account(at, whom, action, None, when)

    def _item(self, at: Place, item: Record) -> None:
        user = item["user"] if isinstance(item.get("user"), dict) else {}
        if (number := _person(user.get("id"))) is not None:
            self._account(at, number, user, user.get("title"), None)

    def _user(self, at: Place, user: Record) -> None:
        if (number := _person(user.get("id"))) is not None:
            self._account(at, number, user, user.get("title"), None, user.get("created_at"))

    def _category(self, at: Place, category: Record) -> None:
        number, closed = _need(category, "id"), "yes" if category.get("read_restricted") else None
        told = (category.get(key) for key in ("name", "parent_category_id", "description_text"))
        self._add("categories", at, number, *told, closed)
        for each in _list(category, "subcategory_list"):
            self._category(at, each)

    def _account(
        self,
        at: Place,
        number: str,
        user: Record,
        role: object,
        seen: object,
        joined: object = None,
    ) -> None:
        """Somebody who was seen at a time; named by the full name, or else by the user name."""
        name = user.get("name") or user.get("username")
        username = str(user.get("username") or "").lower()
        self._add("accounts", at, number, username, name, role, seen, joined)

    def _add(self, sheet: str, at: Place, *values: object) -> None:
        texts = [_text(value) for value in values]
        "".join(text for text in texts if text).encode()  # half a surrogate pair is no text
        self.sheets[sheet].add(*at, *texts)


def _list(record: Record, key: str) -> Iterable[Any]:
    value = record.get(key) or ()
    if not isinstance(value, list | tuple):
        raise TypeError(f"{key} is no list")
    return value


def _need(record: Record, key: str) -> str:
    value = _text(record.get(key))
    if value is None:
        raise ValueError(f"no {key}")
    return value


def _person(number: object) -> str | None:
    """A user's id; none for nobody and for the forum's own accounts, which are not positive."""
    return str(number) if isinstance(number, int) and number > 0 else None


def _text(value: object) -> str | None:
    """What a value stands for; nothing for an empty one and for what is no text or number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value) or None
