"""Repositories to read, and what is read from them."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from ingestion.engine import Engine
from ingestion.places import Place
from ingestion.sources.git import GitHistory
from tests.ingestion.examples import git_repository
from tests.ingestion.tables import CONFIG


@pytest.fixture
def repository(tmp_path):
    return git_repository(tmp_path / "history.git")


@pytest.fixture
def native(tmp_path):
    """Reads native tables from repositories, as lists of rows without their empty columns."""

    def native(*paths):
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        with Engine(work, CONFIG) as engine:
            tables = GitHistory().tables(Place(paths=paths), engine)
            rows = {name: pq.read_table(part.path).to_pylist() for name, (part,) in tables.items()}
        return {
            name: [{k: v for k, v in row.items() if v is not None} for row in found]
            for name, found in rows.items()
        }

    return native
