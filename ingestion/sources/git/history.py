"""Git repositories as a source: work trees or bare ones, several as one community.

Commits are what people do, folders are topics, files are objects, and trailers such as
`Reviewed-by` say who had to do with whose work. People are told apart by their address, through the
repository's `.mailmap`, and go by a hash of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import permutations
from pathlib import Path

import pyarrow.parquet as pq

from ingestion.engine import Engine, quote
from ingestion.places import Place
from ingestion.schema import MAX_ID_BYTES
from ingestion.sources.base import Tables
from ingestion.sources.git.log import Commit, commits, contact
from ingestion.sources.git.run import output
from ingestion.sources.sheets import Mapped, Sheet, mapped
from recommender.domain.errors import InputDataError

_MACHINES = frozenset({"noreply@github.com"})
"""Addresses of hosts that commit on somebody's behalf."""
_ID_DIGITS = 20
"""Of the hash that an address becomes: 80 bits, so that no two of a million people share one."""

_ACTIVITIES = """
    SELECT DISTINCT a._file, a._row, p.person_id, a.topic AS topic_id, a.at AS occurred_at, a.verb,
        a.object AS object_id, a.weight, a._error, a._text
    FROM acts a LEFT JOIN contacts p ON p.raw = a.who AND p._file = a._file
    WHERE a._error IS NOT NULL OR p.person_id IS NOT NULL AND a.topic IS NOT NULL
"""
_INTERACTIONS = """
    SELECT DISTINCT a._file, a._row, p.person_id, q.person_id AS contact_id, a.at AS occurred_at,
        a.verb, a.topic AS topic_id
    FROM ties a JOIN contacts p ON p.raw = a.who AND p._file = a._file
        JOIN contacts q ON q.raw = a.whom AND q._file = a._file
    WHERE p.person_id <> q.person_id
"""
_PEOPLE = """
    SELECT min(a._file) AS _file, min(a._row) AS _row, p.person_id,
        max_by(p.name, (a.at, p.name)) FILTER (p.name <> '') AS display_name,
        min(a.at) FILTER (TRY_CAST(a.at AS TIMESTAMPTZ) IS NOT NULL) AS joined_at
    FROM acts a JOIN contacts p ON p.raw = a.who AND p._file = a._file GROUP BY p.person_id
"""
_PARENT = "nullif(regexp_replace(topic, '/?[^/]*$', ''), '')"
_TOPICS = f"""
    WITH used AS (
        SELECT topic, min((_file, _row)) AS first FROM acts WHERE topic IS NOT NULL GROUP BY topic
    ), above AS (SELECT {_PARENT} AS topic, first FROM used),
    every AS (
        FROM used UNION ALL FROM above UNION ALL SELECT {_PARENT} AS topic, first FROM above
    )
    SELECT min(first)[1] AS _file, min(first)[2] AS _row, topic AS topic_id,
        CASE topic WHEN '.' THEN 'top folder' ELSE topic END AS label,
        {_PARENT} AS parent_topic_id
    FROM every WHERE topic IS NOT NULL GROUP BY topic
"""  # noqa: S608 - of our own words
_OBJECTS = """
    SELECT min(_file) AS _file, min(_row) AS _row, object AS object_id, topic AS topic_id,
        object AS title
    FROM acts WHERE object IS NOT NULL GROUP BY object, topic
"""


class GitHistory:
    """Git repositories, from the commits that HEAD leads to."""

    name = "git"
    summary = "a git repository, a work tree or bare, or a glob of such: commits and reviews"
    schemes: tuple[str, ...] = ()

    def recognises(self, place: Place) -> bool:
        """Whether there are repositories, and nothing else."""
        return bool(place.paths) and all(map(_is_repository, place.paths))

    def tables(self, place: Place, engine: Engine) -> Tables:
        """Commits as activities, trailers as interactions, and what both are about."""
        if not self.recognises(place):
            raise InputDataError(f"{place} is not a git repository; give a folder that has .git")
        with (
            Sheet(engine, "acts", ["who", "at", "verb", "topic", "object", "weight"]) as acts,
            Sheet(engine, "ties", ["who", "whom", "at", "verb", "topic"]) as ties,
        ):
            for file, path in enumerate(place.paths):
                within = _name(path) if len(place.paths) > 1 else ""
                for row, commit in enumerate(commits(path), start=1):
                    _lay((file, row), commit, within, acts, ties)
        with Sheet(engine, "contacts", ["raw", "person_id", "name"]) as contacts:
            for file, path in enumerate(place.paths):
                _identify(file, path, acts, contacts, engine)
        origins = tuple(map(str, place.paths))
        queries = {
            "people": _PEOPLE,
            "topics": _TOPICS,
            "objects": _OBJECTS,
            "activities": _ACTIVITIES,
            "interactions": _INTERACTIONS,
        }
        parts = [Mapped(table=t, origins=origins, query=query) for t, query in queries.items()]
        return mapped(engine, [acts, ties, contacts], parts)


def _is_repository(path: Path) -> bool:
    return (path / ".git").exists() or ((path / "HEAD").is_file() and (path / "objects").is_dir())


def _name(path: Path) -> str:
    return path.resolve().name.removesuffix(".git")


def _lay(at: tuple[int, int], commit: Commit, within: str, acts: Sheet, ties: Sheet) -> None:
    """Write down who did what in a commit, and who thereby had to do with whom.

    A commit weighs the same whatever its size: its weight is shared out among its places.
    """
    if commit.error:
        acts.spoilt(*at, commit.error, "")
        return
    where = [(_within(within, folder), _file(within, file)) for folder, file in commit.places]
    places: list[tuple[str | None, str | None]] = [*where] or [(None, None)]
    everyone = [("commit", commit.author), *commit.named]
    for verb, who in everyone:
        for folder, file in places:
            acts.add(*at, who, commit.at, verb, folder, file, f"{1 / len(places):.4f}")
    topic = places[0][0]
    makers = dict.fromkeys(who for verb, who in everyone if verb in {"commit", "co-edit"})
    for who, whom in permutations(makers, 2):
        ties.add(*at, who, whom, commit.at, "co-edit", topic)
    for verb, who in commit.named:
        if verb != "co-edit":
            ties.add(*at, who, commit.author, commit.at, verb, topic)


def _within(name: str, folder: str) -> str:
    """The topic that a folder is: its path, in its repository's where there are several."""
    return folder if not name else name if folder == "." else f"{name}/{folder}"


def _file(name: str, path: str | None) -> str | None:
    """The object that a file is; none where its path is too long for an id."""
    whole = f"{name}/{path}" if name and path else path
    return whole if whole and len(whole.encode()) <= MAX_ID_BYTES else None


def _identify(file: int, path: Path, acts: Sheet, contacts: Sheet, engine: Engine) -> None:
    """Write down who each contact of a repository is, as its `.mailmap` has it; bots are nobody."""
    asked = engine.new_file(".txt")
    with asked.open("wb") as lines:
        lines.writelines(f"{who}\n".encode() for who in _contacts(file, acts, engine))
    with asked.open("rb") as given, asked.open("rb") as raw:
        told = _lines(output(path, "check-mailmap", "--stdin", given=given))
        for row, (who, known) in enumerate(zip(raw, told, strict=True), start=1):
            name, _, address = contact(known.decode(errors="replace")).rpartition("<")
            address = address.rstrip(">").lower()
            if address not in _MACHINES and "[bot]" not in f"{name}{address}".lower():
                shown = "" if "@" in name else name.strip()
                contacts.add(file, row, who.decode().rstrip("\n"), _id(address), shown)


def _contacts(file: int, acts: Sheet, engine: Engine) -> Iterator[str]:
    """Everybody whom the commits of a repository name, once, in order."""
    found = engine.new_file(".parquet")
    engine.sql(
        f"COPY (SELECT DISTINCT who FROM read_parquet({quote(str(acts.path))}) "  # noqa: S608
        f"WHERE _file = {file} AND who <> '' ORDER BY who) TO {quote(str(found))} (FORMAT parquet)"
    )
    with pq.ParquetFile(found) as whole:
        for batch in whole.iter_batches():
            yield from batch["who"].to_pylist()


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines


def _id(address: str) -> str:
    """What somebody goes by, who is known by an address alone.

    >>> _id("ada@example.org")
    'cfe00dde46ef942601ff'
    """
    return sha256(address.encode()).hexdigest()[:_ID_DIGITS]
