"""Pages of a forum, made on the spot."""

from __future__ import annotations

import json


def page(folder, body, name="t.json"):
    """A folder with one page."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(body if isinstance(body, str) else json.dumps(body))
    return folder


def thread(*posts, **more):
    """A page of an open topic."""
    regular = {"id": 1, "title": "T", "category_id": 1, "archetype": "regular"}
    return {"post_stream": {"posts": list(posts)}, **regular, **more}


def post(**more):
    """A post with all that is needed."""
    return {
        "id": 1, "topic_id": 1, "post_number": 1, "user_id": 1, "username": "ada",
        "created_at": "2024-01-01T00:00:00Z", **more,
    }  # fmt: skip
