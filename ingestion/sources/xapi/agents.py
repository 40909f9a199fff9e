"""Who an xAPI Agent or Group is: a stable id for a person, never an e-mail address.

https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Data.md#inversefunctional says what identifies
an Agent: an account, an openid, an mbox, or the SHA-1 of an mbox.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

_MAIL = re.compile(r"[^\s@|]+@[^\s@|]+\.[^\s@|]+")
_HEX = re.compile(r"[0-9a-f]{40}")


def person(agent: dict[str, Any]) -> str | None:
    """The id of an Agent; None where nothing identifies it.

    An mbox becomes what its SHA-1 would be, so that both forms are one person. An account is its
    home page and its name, which is replaced by its SHA-1 where it is an e-mail address.

    >>> person({"mbox": "mailto:test@example.com"})
    'mbox_sha1sum:53d04bc579b8b4d082ca4a530642845e2c0bfe74'
    >>> person({"account": {"homePage": "https://lms.example", "name": "17"}})
    'https://lms.example|17'
    """
    account, openid = agent.get("account"), agent.get("openid")
    if isinstance(account, dict) and (name := _text(account.get("name"))):
        short = f"sha1:{_sha1(name.lower())}" if _MAIL.fullmatch(name) else name
        return f"{_text(account.get('homePage')) or ''}|{short}"
    if found := _text(openid):
        return found
    if mbox := _text(agent.get("mbox")):
        return f"mbox_sha1sum:{_sha1(_mailto(mbox))}"
    digest = (_text(agent.get("mbox_sha1sum")) or "").lower()
    return f"mbox_sha1sum:{digest}" if _HEX.fullmatch(digest) else None


def name(agent: dict[str, Any]) -> str | None:
    """What an Agent is called, unless that tells an e-mail address."""
    found = _text(agent.get("name"))
    return None if found is None or _MAIL.search(found) else found


def members(value: object) -> list[dict[str, Any]]:
    """The Agents that an Agent, a Group, or a list of such stands for; Groups by their members."""
    found = value if isinstance(value, list) else [value]
    agents: list[dict[str, Any]] = []
    for one in found:
        if isinstance(one, dict):
            inside = one.get("member")
            group = one.get("objectType") == "Group" or isinstance(inside, list)
            listed = inside if isinstance(inside, list) else []
            agents += [each for each in listed if isinstance(each, dict)] if group else [one]
    return agents


def _mailto(mbox: str) -> str:
    """An mbox as it is hashed: with its scheme, and its domain in lower case."""
    scheme, _, rest = mbox.partition(":") if ":" in mbox else ("mailto", "", mbox)
    user, _, domain = rest.rpartition("@")
    return f"{scheme.lower()}:{user}@{domain.lower()}"


def _sha1(text: str) -> str:
    # What the specification asks for, to be compared and not to keep anything secret.
    return hashlib.sha1(text.encode(errors="replace"), usedforsecurity=False).hexdigest()


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
