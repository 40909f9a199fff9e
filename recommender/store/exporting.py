"""A tenant's part of the store as native tables, for ingestion, and as a feedback log."""

from __future__ import annotations

import importlib.metadata
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from recommender.domain.erasure import EXPORT_FORMAT, EXPORT_KIND, MARKS_FILE, Erased, mark_key
from recommender.domain.learner import (
    Activity,
    ConnectionChange,
    Discoverability,
    Interaction,
    Learner,
    Profile,
)
from recommender.domain.progress import Progress, silent
from recommender.domain.slate import Kind
from recommender.domain.versions import check_replaceable, seal
from recommender.domain.writing import refused, swap_folder, write_aside
from recommender.store.contents import Contents
from recommender.store.feedback_log import LOG, log_name, log_rows
from recommender.store.learner_store import LearnerStore
from recommender.store.native import NATIVE, Row, Writer

DISCOVERABLE = {Discoverability.NOBODY: False, Discoverability.EVERYONE: True}
"""What a snapshot can hold of who may find a learner; else it has what the host's data say."""

HEAVIEST = 1e6
"""The largest weight of an event that ingestion takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreExport:
    """What an export wrote: where, of which tenant, up to which change, and how many rows."""

    folder: Path
    tenant: str
    position: int
    rows: dict[str, int]
    erased: int


def export(
    store: LearnerStore,
    tenant: str,
    out: Path,
    since: datetime | None = None,
    progress: Progress = silent,
) -> StoreExport:
    """Write what the store holds of `tenant` to the folder `out`: whole, or not at all.

    since: leaves out events and feedback from before; what learners decided is always written.
    `out` becomes a folder of Parquet files and a manifest, for its owner alone to read, as the
    store is; an earlier export there is replaced.
    Raises OutputError where `out` is something else or cannot be written.
    """
    check_replaceable(out, EXPORT_KIND)
    with refused(out, "make room there, or name a folder elsewhere, and run it again"):
        done = _written(store, tenant, out, since, progress)
    progress("exporting", 1.0)
    return done


def _written(
    store: LearnerStore, tenant: str, out: Path, since: datetime | None, progress: Progress
) -> StoreExport:
    """Write all of it aside, then let it take the place of `out`. Raises OSError."""
    key = mark_key(store.key(tenant))
    private = write_aside(out.absolute().parent, private=True)
    with private as aside, store.contents(tenant) as contents:
        under_way = [one for one in contents.erasures() if one.complete_at > contents.now]
        erased = Erased(key, frozenset(erasure.mark for erasure in under_way))
        position = contents.position()
        rows: dict[str, int] = {}
        for share, step in enumerate((_decisions, _events, _feedback)):
            progress("exporting", share / 3)
            rows |= step(contents, aside, since)
        (aside / MARKS_FILE).write_text(erased.text(), encoding="utf-8")
        facts = {
            "kind": EXPORT_KIND,
            "format": EXPORT_FORMAT,
            "version": importlib.metadata.version("pln-recommender"),
            "tenant": tenant,
            "position": position,
            "since": None if since is None else since.isoformat(),
            "rows": rows,
        }
        seal(aside, facts)
        for file in aside.iterdir():  # even where they are copied out of the folder
            file.chmod(0o600)
        swap_folder(aside, out)
    return StoreExport(
        folder=out, tenant=tenant, position=position, rows=rows, erased=len(erased.marks)
    )


def _decisions(contents: Contents, folder: Path, _since: datetime | None) -> dict[str, int]:
    """What learners decided: people, goals, skills and blocks."""
    names = ("people", "goals", "skills", "blocks")
    with ExitStack() as stack:
        files = {
            name: stack.enter_context(Writer(folder / f"{name}.parquet", NATIVE[name]))
            for name in names
        }
        for learner in contents.learners():
            files["people"].add(_person(learner))
            for goal in learner.goals:
                said = {name: getattr(goal, name) for name in ("topic_id", "level", "set_at")}
                who = {"person_id": learner.person_id, "direction": goal.direction}
                files["goals"].add(who | said)
            for skill in learner.skills:
                said = {"topic_id": skill.topic_id, "level": skill.level}
                files["skills"].add({"person_id": learner.person_id} | said)
        for block in contents.blocks():
            if block.expires_at is None or block.expires_at > contents.now:
                files["blocks"].add({n: getattr(block, n) for n in NATIVE["blocks"].names})
    return {name: file.rows for name, file in files.items()}


def _person(learner: Learner) -> Row:
    row: Row = {"person_id": learner.person_id}
    if learner.profile:
        profile = learner.profile
        row |= {name: getattr(profile, name) or None for name in Profile.__slots__}
        row |= {"level": profile.level, "languages": list(profile.languages) or None}
    if learner.discoverability:
        row["discoverable"] = DISCOVERABLE.get(learner.discoverability)
    return row


def _events(contents: Contents, folder: Path, since: datetime | None) -> dict[str, int]:
    """What happened: activities, interactions and connections."""
    ties: dict[tuple[str, str], list[Row]] = {}
    with (
        Writer(folder / "activities.parquet", NATIVE["activities"]) as activities,
        Writer(folder / "interactions.parquet", NATIVE["interactions"]) as interactions,
        Writer(folder / "connections.parquet", NATIVE["connections"]) as connections,
    ):
        for event in contents.events(since):
            if isinstance(event, Activity):
                activities.add(_event_row(event, "activities"))
            elif isinstance(event, Interaction):
                interactions.add(_event_row(event, "interactions"))
            else:
                _tie(ties.setdefault((event.person_id, event.contact_id), []), event)
        for pair in sorted(ties):
            for row in ties[pair]:
                connections.add(row)
    return {
        "activities": activities.rows,
        "interactions": interactions.rows,
        "connections": connections.rows,
    }


def _event_row(event: Activity | Interaction, table: str) -> Row:
    row = {name: getattr(event, name) or None for name in NATIVE[table].names}
    # A weight of 1 is what callers get who say nothing: then the verb says how much it counts, as
    # in tables of the host's. So the same event is the same row, whichever way it came.
    row["weight"] = None if event.weight == 1 else min(event.weight, HEAVIEST)
    return row


def _tie(rows: list[Row], change: ConnectionChange) -> None:
    """Note a change of a tie in its rows, in order of time: made and ended is one row."""
    is_open = bool(rows) and rows[-1]["ended_at"] is None
    if change.ended and is_open:
        rows[-1]["ended_at"] = change.occurred_at
    elif change.ended or not is_open:
        rows.append(
            {
                "person_id": change.person_id,
                "contact_id": change.contact_id,
                "connected_at": None if change.ended else change.occurred_at,
                "ended_at": change.occurred_at if change.ended else None,
            }
        )


def _feedback(contents: Contents, folder: Path, since: datetime | None) -> dict[str, int]:
    """What was shown and what came of it: a log for each kind of list."""
    with ExitStack() as stack:
        logs = {
            kind: stack.enter_context(Writer(folder / f"{log_name(kind)}.parquet", LOG))
            for kind in Kind
        }
        for kind, row in log_rows(contents.feedback(since)):
            logs[kind].add(row)
    return {log_name(kind): log.rows for kind, log in logs.items()}
