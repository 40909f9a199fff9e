"""Hosts made of files, ingested, for the tests of what is wrong with them."""

from __future__ import annotations

import pytest

from recommender.domain.errors import InputDataError
from tests.ingestion.files import ACTIVITIES, INTERACTIONS
from tests.ingestion.tables import AS_OF, snap


@pytest.fixture
def run(tmp_path):
    """Writes files over a good host (None removes one) and ingests them."""

    def run(files=None, as_of=AS_OF):
        source = tmp_path / "in"
        source.mkdir()
        good = {"activities.csv": ACTIVITIES, "interactions.csv": INTERACTIONS}
        for name, body in {**good, **(files or {})}.items():
            if body is not None:
                path = source / name
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(body if isinstance(body, bytes) else body.encode())
        return snap(source, tmp_path / "out", as_of)

    return run


@pytest.fixture
def fails(run, tmp_path):
    """Ingests files that must be refused, and returns what is said."""

    def fails(files):
        with pytest.raises(InputDataError) as caught:
            run(files)
        assert not (tmp_path / "out").exists(), "something was left behind"
        message = str(caught.value)
        assert "\n" not in message
        return message

    return fails
