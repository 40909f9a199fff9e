"""What every source must obey; a new one needs only an example of its host's data in `examples`."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion.engine import Engine
from ingestion.places import Place
from ingestion.schema import TABLES
from ingestion.snapshot import ingest, verify
from ingestion.sources import SOURCES, choose, place_of
from ingestion.sources.base import OWN
from ingestion.trust import UNJUDGED
from recommender.domain.errors import InputDataError
from tests.ingestion.examples import EXAMPLES
from tests.ingestion.tables import AS_OF, CONFIG


@pytest.fixture(params=SOURCES)
def source(request):
    return SOURCES[request.param]


@pytest.fixture
def example(source, tmp_path):
    return EXAMPLES[source.name](tmp_path / "example")


@pytest.fixture
def engine(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    with Engine(work, CONFIG) as engine:
        yield engine


def state(path):
    """Everything under `path` and its bytes."""
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    return {str(file): file.read_bytes() for file in files if file.is_file()}


def test_every_source_has_an_example():
    """Without one, nothing below holds for it."""
    assert EXAMPLES.keys() == SOURCES.keys()


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_is_entered_under_its_own_name_with_one_line_about_it(name):
    """`pln sources` shows both."""
    source = SOURCES[name]
    assert source.name == name
    assert source.summary
    assert "\n" not in source.summary


def test_a_source_recognises_its_own_data_and_is_chosen_for_it(source, example):
    """By form alone, and by name."""
    place = place_of(example)
    assert source.recognises(place)
    assert choose(place) is source
    assert choose(place, source.name) is source


def test_a_source_does_not_recognise_what_is_not_there(source, tmp_path):
    """And says so rather than failing."""
    assert not source.recognises(Place(paths=(tmp_path / "nowhere",)))


def test_a_source_yields_native_tables_as_parquet_with_the_required_columns(
    source, example, engine
):
    """No table and no column that is not native, beside where rows stand."""
    tables = source.tables(place_of(example), engine)
    assert tables.keys() <= TABLES.keys()
    for name, parts in tables.items():
        for part in parts:
            columns = pq.read_schema(part.path).names
            assert set(TABLES[name].needed) <= set(columns)
            if part.path.is_relative_to(engine.folder):
                assert set(columns) <= {*TABLES[name].names, *OWN}
            assert all(part.origins)
            assert not any("\n" in origin for origin in part.origins)


def test_a_source_leaves_the_data_as_it_is(source, example, engine):
    """And writes only where the engine says."""
    before = state(example)
    source.tables(place_of(example), engine)
    assert state(example) == before


def test_a_source_yields_the_same_twice(source, example, engine):
    """Tables, parts and their rows, in the same order."""
    first, second = (source.tables(place_of(example), engine) for _ in range(2))
    assert list(first) == list(second)
    for name in first:
        assert [part.origins for part in first[name]] == [part.origins for part in second[name]]
        for one, other in zip(first[name], second[name], strict=True):
            assert pq.read_table(one.path).equals(pq.read_table(other.path))


def test_a_source_refuses_what_is_not_its_kind_in_one_line(source, tmp_path, engine):
    """An empty folder and a file of noise."""
    empty, noise = tmp_path / "empty", tmp_path / "noise.bin"
    empty.mkdir()
    noise.write_bytes(bytes(range(256)))
    for path in (empty, noise, tmp_path / "nowhere"):
        with pytest.raises(InputDataError) as caught:
            source.tables(Place(paths=(path,)), engine)
        assert "\n" not in str(caught.value)


def test_a_source_leads_to_a_whole_snapshot(source, example, tmp_path):
    """All the way through, by its name."""
    report = ingest(example, tmp_path / "out", CONFIG, AS_OF, kind=source.name, terms=UNJUDGED)
    assert report.people > 0
    verify(report.snapshot)


def test_a_source_survives_any_file_of_its_data_cut_in_half(source, example, tmp_path):
    """A snapshot of what is left or one clear line, for each of its files."""
    for number, (name, body) in enumerate(state(example).items()):
        Path(name).write_bytes(body[: len(body) // 2])
        with contextlib.suppress(InputDataError):
            verify(
                ingest(example, tmp_path / f"out-{number}", CONFIG, AS_OF, terms=UNJUDGED).snapshot
            )
        Path(name).write_bytes(body)
