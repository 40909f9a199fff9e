"""A made-up data dump of a Stack Exchange site, of any number of rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

SHARES = {"Posts": 0.12, "Comments": 0.24, "Votes": 0.55, "Users": 0.09}
"""How the rows lie in the files, and below how long texts are: about as in the dumps of mid-sized
sites, where a post takes some 1,100 bytes, a comment 290, a vote 90 and a user 300."""
_TAGS = [f"tag-{number}" for number in range(300)]
_WORDS = [
    "the",
    "of",
    "a",
    "function",
    "returns",
    "matrix",
    "proof",
    "value",
    "list",
    "error",
    "when",
    "using",
    "how",
    "can",
    "I",
    "get",
    "<",
    "&",
    '"why"',
]
_WORDS = ["the", "function", "returns", "proof", "value", "error", "when", "<", "&", '"why"']


def write_dump(folder: Path, rows: int) -> Path:
    """Write the files of a dump with so many rows in all, drawn from a seed; returns `folder`."""
    draw = random.Random(0)
    sizes = {name: int(rows * share) for name, share in SHARES.items()}
    folder.mkdir(parents=True)
    for name, make in {"Posts": _posts, "Comments": _comments, "Votes": _votes}.items():
        _write(folder, name, make(draw, sizes))
    _write(folder, "Users", _users(draw, sizes))
    _write(folder, "Tags", (f'Id="{n}" TagName="{tag}" Count="9"' for n, tag in enumerate(_TAGS)))
    return folder


def _write(folder: Path, name: str, rows: Iterator[str]) -> None:
    with (folder / f"{name}.xml").open("w", encoding="utf-8") as file:
        file.write(f'<?xml version="1.0" encoding="utf-8"?>\n<{name.lower()}>\n')
        file.writelines(f"  <row {row} />\n" for row in rows)
        file.write(f"</{name.lower()}>")


def _posts(draw: random.Random, sizes: dict[str, int]) -> Iterator[str]:
    """Every third is a question, and the two after it are its answers."""
    for number in range(1, sizes["Posts"] + 1):
        question = number - (number - 1) % 3
        body = quoteattr(f"<p>{_text(draw, 30, 250)}</p>")
        both = (
            f'CreationDate="{_time(draw)}" Score="3" Body={body} '
            f'OwnerUserId="{draw.randint(1, sizes["Users"])}" LastActivityDate="{_time(draw)}" '
            'CommentCount="1" ContentLicense="CC BY-SA 4.0"'
        )
        if number != question:
            yield f'Id="{number}" PostTypeId="2" ParentId="{question}" {both}'
            continue
        tags = "".join(f"&lt;{tag}&gt;" for tag in draw.sample(_TAGS, draw.randint(1, 4)))
        yield (
            f'Id="{number}" PostTypeId="1" AcceptedAnswerId="{number + 1}" {both} ViewCount="200" '
            f'Title={quoteattr(_text(draw, 5, 12))} Tags="{tags}" AnswerCount="2"'
        )


def _comments(draw: random.Random, sizes: dict[str, int]) -> Iterator[str]:
    """Every third mentions somebody."""
    for number in range(1, sizes["Comments"] + 1):
        at = "" if number % 3 else f"@user{draw.randint(1, sizes['Users'])} "
        yield (
            f'Id="{number}" PostId="{draw.randint(1, sizes["Posts"])}" Score="0" '
            f'Text={quoteattr(at + _text(draw, 5, 50))} CreationDate="{_time(draw)}" '
            f'UserId="{draw.randint(1, sizes["Users"])}" ContentLicense="CC BY-SA 4.0"'
        )


def _votes(draw: random.Random, sizes: dict[str, int]) -> Iterator[str]:
    for number in range(1, sizes["Votes"] + 1):
        yield (
            f'Id="{number}" PostId="{draw.randint(1, sizes["Posts"])}" '
            f'VoteTypeId="{draw.choice((1, 2, 2, 2, 2, 2, 3, 5))}" '
            f'CreationDate="{_time(draw)[:10]}T00:00:00.000"'
        )


def _users(draw: random.Random, sizes: dict[str, int]) -> Iterator[str]:
    for number in range(1, sizes["Users"] + 1):
        yield (
            f'Id="{number}" Reputation="{draw.randint(1, 9000)}" CreationDate="{_time(draw)}" '
            f'DisplayName="user{number}" LastAccessDate="{_time(draw)}" Location="Somewhere" '
            f'AboutMe={quoteattr(_text(draw, 0, 20))} Views="3" UpVotes="1" DownVotes="0"'
        )


def _text(draw: random.Random, least: int, most: int) -> str:
    return " ".join(draw.choices(_WORDS, k=draw.randint(least, most)))


def _time(draw: random.Random) -> str:
    day = f"20{draw.randint(10, 23)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
    return f"{day}T{draw.randint(0, 23):02}:{draw.randint(0, 59):02}:00.000"
