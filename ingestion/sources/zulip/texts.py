"""Whom a message addresses: those whom it mentions, and those whom it quotes.

Zulip renders a mention as `<span class="user-mention" data-user-id="7">@Ada</span>`, with a class
`silent` where nobody is told of it; a quote begins with a silent mention and a link, "said". Where
a message was not rendered, its text has `@**Ada|7**`, `@_**Ada**` and `[said](…):`.
"""

from __future__ import annotations

import re

_RENDERED = re.compile(
    r'<span class="user-mention( silent)?"[^>]{0,200}? data-user-id="(\d{1,18})"[^>]{0,200}>'
    r"[^<]{0,200}</span>( <a [^>]{0,2000}>[^<]{0,100}</a>:)?"
)
_WRITTEN = re.compile(
    r"@(_)?\*\*([^*|\n@]{0,100})(?:\|(\d{1,18}))?\*\*( \[[^\]\n]{0,100}\]\([^)\n]{0,2000}\):)?"
)

Addressed = tuple[str, str | None, str | None]
"""A verb, and the id of a person, or else the name."""


def addressed(rendered: object, written: object) -> list[Addressed]:
    """Each whom a message addresses, once a verb.

    >>> addressed(None, "@_**Ada|7** [said](#near/1): so, @**Bea**?")
    [('quote', '7', None), ('mention', None, 'Bea')]
    """
    found: list[tuple[str | None, str | None, str | None, str | None]] = []
    if isinstance(rendered, str):
        found = [(m[1], m[2], None, m[3]) for m in _RENDERED.finditer(rendered)]
    elif isinstance(written, str):
        found = [(m[1], m[3], m[2] if not m[3] else None, m[4]) for m in _WRITTEN.finditer(written)]
    told = (
        ("quote" if link else "mention", person, name)
        for silent, person, name, link in found
        if link or not silent
    )
    return list(dict.fromkeys(told))
