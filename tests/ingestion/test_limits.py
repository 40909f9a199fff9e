"""Jobs that take too long, and files that are out of all bounds, end in one line."""

from __future__ import annotations

import gc
import signal
import threading
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion import limits
from ingestion.engine import Engine
from ingestion.limits import time_limit
from ingestion.snapshot import ingest
from recommender.domain.config import IngestConfig
from recommender.domain.errors import InvalidArgumentError, OutputError
from tests.ingestion.files import ACTIVITIES, PARQUET, parquet_bytes
from tests.ingestion.tables import AS_OF, CONFIG, host, write_host


@pytest.fixture
def engine(tmp_path):
    with Engine(tmp_path, CONFIG) as engine:
        yield engine


@pytest.fixture(autouse=True)
def nothing_else_is_told_of_garbage():
    """An alarm that falls due while garbage is collected is raised in whoever is told, and lost."""
    told = gc.callbacks.copy()
    gc.callbacks.clear()
    yield
    gc.callbacks.extend(told)


MOMENT = 1e-5
"""Minutes in which nothing gets done."""


def test_a_job_that_takes_too_long_ends_in_one_line_and_leaves_nothing(tmp_path):
    """The line names the setting."""
    source = write_host(tmp_path / "in", host())
    config = IngestConfig(memory_limit_mb=256, threads=1, time_limit_minutes=60)

    def late(step, share):
        if step == "writing goals":
            signal.raise_signal(signal.SIGALRM)

    with pytest.raises(OutputError, match=r"after 60 minutes.*ingest\.time_limit_minutes"):
        ingest(source, tmp_path / "out", config, AS_OF, progress=late)
    assert not (tmp_path / "out").exists()


def test_an_alarm_that_comes_while_a_block_ends_leaves_no_timer(engine, monkeypatch):
    """Or it would end whatever comes later."""
    before = signal.getsignal(signal.SIGALRM)
    setitimer = signal.setitimer

    def late(which, seconds, interval=0.0):
        if not seconds:
            signal.raise_signal(signal.SIGALRM)
        return setitimer(which, seconds, interval)

    monkeypatch.setattr(signal, "setitimer", late)
    with time_limit(60, engine):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) == before


def test_a_query_under_way_is_ended_too(engine):
    """Not only what is between queries."""
    with pytest.raises(OutputError), time_limit(0.01, engine):
        engine.sql("SELECT count(*) FROM range(1000000000000) t(i) WHERE hash(i) % 7 = 3")


def test_without_a_limit_or_within_it_nothing_is_ended(engine):
    """And the watcher does not outlive its block."""
    with time_limit(0, engine):
        pass
    with time_limit(60, engine):
        pass
    assert "time limit" not in {one.name for one in threading.enumerate()}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_end_that_is_lost_is_tried_again(engine, monkeypatch):
    """An error that is raised while something is deleted is heard by nobody."""
    lost = []

    class Deaf:
        def __del__(self):
            lost.append(True)
            while True:
                time.sleep(0.01)

    def work():
        Deaf()
        engine.sql("SELECT count(*) FROM range(1000000000000) t(i) WHERE hash(i) % 7 = 3")

    monkeypatch.setattr(limits, "_AGAIN", 0.1)
    with pytest.raises(OutputError), time_limit(0.001, engine):
        work()
    assert lost


def test_who_interrupts_it_is_heard_as_ever(engine):
    """Ctrl-C is no lack of time."""
    with pytest.raises(KeyboardInterrupt), time_limit(60, engine):
        raise KeyboardInterrupt


def test_other_threads_have_no_limit(engine):
    """To end them would end the main thread's work."""
    done = []

    def work():
        with time_limit(MOMENT, engine):
            time.sleep(0.05)
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done


def test_a_limit_below_nothing_is_refused():
    """Nor may it be endless: 0 says that."""
    for minutes in (-1.0, float("inf")):
        with pytest.raises(InvalidArgumentError, match=r"ingest\.time_limit_minutes"):
            IngestConfig(time_limit_minutes=minutes)


def test_a_million_columns_are_refused_in_one_line(fails):
    """In CSV by the length of the header, in Parquet by the footer."""
    head = ",".join(f"c{n}" for n in range(1_000_000))
    assert "header line cannot be read" in fails({"activities.csv": f"{head}\n"})


def test_a_parquet_file_with_very_many_columns_is_refused(fails):
    """Before any of them is read."""
    wide = {f"c{n}": [1] for n in range(limits.MAX_COLUMNS)}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"person_id": ["a"], **wide}), sink)
    said = fails({"activities.csv": None, PARQUET: sink.getvalue().to_pybytes()})
    assert said.startswith(f"{PARQUET} has 10,001 columns where at most 10,000 are read")


def test_more_rows_than_bytes_can_hold_are_refused(fails, monkeypatch):
    """A hundred thousand rows that are all the same take a few kB."""
    monkeypatch.setattr(limits, "FREE_ROWS", 1_000)
    monkeypatch.setattr(limits, "MAX_ROWS_PER_BYTE", 10)
    names = ("person_id", "topic_id", "occurred_at", "verb")
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(dict.fromkeys(names, ["2024-06-01"] * 100_000)), sink)
    said = fails({"activities.csv": None, PARQUET: sink.getvalue().to_pybytes()})
    assert said.startswith(f"{PARQUET} has 100,000 rows in ")


def test_a_nested_column_where_a_value_should_be_is_refused(fails):
    """However deep it is and whatever it would unfold to."""
    deep = pa.string()
    for _ in range(20):
        deep = pa.list_(deep)
    table = pa.table(
        {
            "person_id": pa.array([None], deep),
            **{name: ["x"] for name in ("topic_id", "occurred_at", "verb")},
        }
    )
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    said = fails({"activities.csv": None, PARQUET: sink.getvalue().to_pybytes()})
    assert said.startswith(f"{PARQUET}: column 'person_id' is list<")
    assert len(said) < 1_000


def test_ordinary_files_are_within_all_bounds(run):
    """Repeating values compress well, and may."""
    report = run({"activities.csv": ACTIVITIES, "activities/p.parquet": parquet_bytes(9_000)})
    assert report.tables["activities"].read == 9_001
