"""What the learner store adds to a host's tables: an export of it, as `pln store export` writes.

What learners decided stands in the place of what the host says of the same: her goals, her skills,
the parts of her profile that she filled, and her decision about the same person. Events are added;
a row that the host has too counts once, as everywhere. Who was erased is in no table any more.
"""

from __future__ import annotations

from functools import reduce
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion import reader
from ingestion.query_engine import QueryEngine
from ingestion.reader import TYPED, text_of
from ingestion.schema import TABLES, Table
from ingestion.sources.base import Part, Tables
from recommender.domain.erasure import EXPORT_FORMAT, EXPORT_KIND, MARKS_FILE, Erased
from recommender.domain.errors import CorruptVersionError, InputDataError
from recommender.domain.ids import PersonId
from recommender.domain.versions import read_manifest, verify_files

REPLACED = {
    "goals": ("person_id",),
    "skills": ("person_id",),
    "blocks": ("person_id", "contact_id"),
}
"""Tables in which rows of the host's give way to those of learners that are the same in these."""

_PEOPLE = ("person_id", "contact_id")
_GONE, _ID = "learners_erased", "gone_id"


class Learners:
    """An export, laid over a host's tables.

    Raises InputDataError where `folder` holds no whole export.
    """

    def __init__(self, folder: Path, host: Tables, engine: QueryEngine) -> None:
        self._engine = engine
        self._erased = _read(folder)
        self._first = {
            name: sum(len(part.origins) for part in host.get(name, ())) for name in TABLES
        }
        mine = {name: folder / f"{name}.parquet" for name in TABLES}
        self.tables: Tables = {
            name: [*host.get(name, ()), *_part(mine[name])]
            for name in TABLES
            if name in host or mine[name].is_file()
        }
        self._gone = self._find_erased() if self._erased.marks else None

    def over(self, table: Table, rows: ir.Table) -> ir.Table:
        """`rows`, of the host and of learners, as they count: in the shape of `raw_schema`."""
        if self._gone is not None:
            # A line that cannot be read may name anybody, so nothing of it is kept.
            rows = rows.mutate(raw=ibis.null("string"))
            for column in _person_columns(table):
                rows = rows.anti_join(self._gone.rename({column: _ID}), column)
        host = rows.filter(rows.part < self._first[table.name])
        mine = rows.filter(rows.part >= self._first[table.name])
        if table.name == "people":
            return _merged(host, mine).union(mine.anti_join(host, "person_id"))
        if keys := REPLACED.get(table.name):
            return host.anti_join(mine, list(keys)).union(mine)
        return rows

    def _find_erased(self) -> ir.Table:
        """The ids in any table that belong to people who were erased, found by their marks."""
        ids = []
        for name, parts in self.tables.items():
            rows = reader.open_table(TABLES[name], parts, self._engine)
            ids += [rows.select(id=column) for column in _person_columns(TABLES[name])]
        every = reduce(lambda left, right: left.union(right), ids).drop_null(["id"]).distinct()
        known = {PersonId(found) for (found,) in self._engine.rows(every)}
        path = self._engine.new_file(".parquet")
        gone = sorted(self._erased.of(known))
        pq.write_table(pa.table({_ID: pa.array(gone, pa.string())}), path)
        return self._engine.load(_GONE, path)


def _read(folder: Path) -> Erased:
    """Who was erased. Raises InputDataError where the export is not whole."""
    try:
        verify_files(folder, read_manifest(folder, EXPORT_KIND, EXPORT_FORMAT))
    except CorruptVersionError as error:
        raise InputDataError(f"{error}; export the learner store anew") from None
    return Erased.read((folder / MARKS_FILE).read_text(encoding="utf-8"))


def _part(path: Path) -> list[Part]:
    return [Part(origins=(f"learners/{path.name}",), path=path)] if path.is_file() else []


def _person_columns(table: Table) -> list[str]:
    return [name for name in _PEOPLE if name in table.names]


def _merged(host: ir.Table, mine: ir.Table) -> ir.Table:
    """The host's people, with what learners say of themselves in its place."""
    said = [c for c in TABLES["people"].columns if c.name not in ("person_id", "joined_at")]
    own = mine.select("person_id", **{f"own_{c.name}": mine[c.name] for c in said})
    joined = host.left_join(own.rename(own_id="person_id"), host.person_id == own.person_id)
    changed: dict[str, ir.Value] = {}
    for column in said:
        value = joined[f"own_{column.name}"]
        changed[column.name] = value.coalesce(joined[column.name])
        if column.kind in TYPED:
            text = text_of(column.name)
            changed[text] = ibis.cases((value.isnull(), joined[text]), else_=None)
    return joined.mutate(**changed).select(*host.columns)
