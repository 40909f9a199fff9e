"""DuckDB and Spark make the same snapshot, byte for byte, and say the same of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import ibis
import pytest

from ingestion import decay, transform
from ingestion.engine import QueryError
from ingestion.engines import open_engine
from ingestion.preview import preview
from ingestion.snapshot import ingest
from ingestion.trust import Terms
from recommender.domain.config import IngestConfig, SparkConfig
from recommender.domain.errors import InputDataError
from recommender.domain.tables import HALF_LIVES
from tests.ingestion.learners import exported
from tests.ingestion.tables import AS_OF, content, host, write_host
from tests.on_spark import spark
from tests.on_spark.hosts import write_nasty
from tests.store.values import FULL, block

pytestmark = [pytest.mark.filterwarnings(spark.SOCKETS), pytest.mark.usefixtures("session")]

CONFIG = IngestConfig(
    memory_limit_mb=256, threads=2, bot_events_per_hour=30, bot_sleepless_days=3
)  # fmt: skip
ALL = Terms(allow_bad=True, allow_shrunk=True, drop_bots=True, report=True)


def test_spark_spills_where_its_own_settings_say(session, spill):
    """By Spark's name for it; and not where a session before did, whose folder is gone."""
    assert {path.name.partition("-")[0] for path in spill.iterdir()} == {"blockmgr", "spark"}


def test_a_session_of_another_thread_is_used_and_left_as_it_is(tmp_path):
    """A host's program may have begun it on any; what is ours is ours alone."""
    from pyspark.sql import SparkSession

    from recommender.domain.spark.session import session

    def used():
        with session(SparkConfig(conf={"spark.sql.shuffle.partitions": "7"}), tmp_path) as own:
            return own.sparkContext, [own.conf.get(name) for name in spark.LOSSY]

    there = SparkSession.getActiveSession()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(used).result() == (there.sparkContext, ["false", "false"])
    assert [there.conf.get(name) for name in spark.LOSSY] == ["true", "true"]
    assert there.conf.get("spark.sql.shuffle.partitions") == "2"
    assert there.range(3).count() == 3


def both(tmp_path, source, **more):
    """Ingests with each engine; the report and the bytes of everything published, by engine."""
    found = {}
    for name, chosen in (("duckdb", None), ("spark", spark.LOCAL)):
        root = tmp_path / name
        told = asdict(ingest(source, root, CONFIG, spark=chosen, **more))
        files = content(Path(told.pop("snapshot")))
        page = told.pop("report")
        files["report"] = b"" if page is None else Path(page).read_bytes()
        found[name] = told, files
    return found["duckdb"], found["spark"]


def assert_same(one, other):
    """The same was said and the same was written."""
    assert other[0] == one[0]
    assert list(other[1]) == list(one[1])
    assert [name for name in one[1] if other[1][name] != one[1][name]] == []


def test_the_oddest_data_is_the_same_to_the_last_byte(tmp_path, monkeypatch):
    """Bad rows of every kind, odd ids, every format, a cut, bots, and what learners said.

    From a path with `..` in it, to one that Spark would take for a glob.
    """
    write_nasty(tmp_path / "in")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    learners = exported(
        tmp_path,
        lambda work: work.put_learner(replace(FULL, person_id="ada")),
        lambda work: work.put_block(block("ada", "é")),
        lambda work: work.erase("\U0001f600"),
    )
    more = {"as_of": AS_OF, "learners": learners, "terms": ALL}
    one, other = both(tmp_path / "out [a]{b}", Path("../in"), **more)
    codes = {problem["code"] for problem in one[0]["problems"]}
    assert codes >= {"bad_id", "bad_weight", "duplicate", "unparsable_time", "suspected_bot"}
    assert_same(one, other)


def test_a_dry_run_says_the_same(tmp_path):
    """First rows, verbs without a weight, and the verdict."""
    source = write_host(tmp_path / "in", host())
    one, other = (preview(source, CONFIG, AS_OF, spark=each) for each in (None, spark.LOCAL))
    assert other == one


@pytest.fixture
def engines(tmp_path):
    """Both engines, with nothing in them."""
    folders = (tmp_path / "duckdb", tmp_path / "spark")
    for folder in folders:
        folder.mkdir()
    with (
        open_engine(folders[0], CONFIG) as one,
        open_engine(folders[1], CONFIG, spark=spark.LOCAL) as two,
    ):
        yield one, two


def test_what_is_left_after_any_time_is_the_same_number(engines):
    """Ages from none to thousands of half-lives, compared to the last bit."""
    numbers = ibis.range(0, 2000).unnest().name("n").as_table()
    age_us = (numbers.n * numbers.n * decay.DAY_US / 100).floor().cast("int64")
    left = decay.decayed(numbers, age_us, ibis.literal(1.0)).order_by("n")
    one, two = (engine.rows(left) for engine in engines)
    assert one == two
    for n, *shares in one:
        expected = [2 ** (-n * n / 100 / half_life) for half_life in HALF_LIVES]
        assert shares == pytest.approx(expected, rel=1e-10)


def test_small_letters_are_the_same(engines):
    """Whatever the alphabet, and wherever in a word."""
    words = ["İ", "I", "ΣΑΣ", "ß", "ẞ", "K", "Å", "ǅ", "ABC", "Я", "\U00010400"]
    texts = [ibis.literal(word).name("word").as_table() for word in words]
    every = ibis.union(*texts).mutate(small=transform.lower(ibis._.word)).order_by("word")
    one, two = (engine.rows(every) for engine in engines)
    assert one == two


def test_a_damaged_file_is_named_as_duckdb_names_it(tmp_path):
    """Whatever Spark said of it."""
    source = write_host(tmp_path / "in", host(), "parquet")
    file = source / "activities.parquet"
    body = bytearray(file.read_bytes())
    body[4:60] = b"x" * 56
    file.write_bytes(body)
    said = []
    for chosen in (None, spark.LOCAL):
        with pytest.raises(InputDataError, match=r"activities\.parquet is damaged") as caught:
            ingest(source, tmp_path / "out", CONFIG, AS_OF, spark=chosen)
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert not (tmp_path / "out").exists()


def test_what_spark_says_comes_down_to_one_line(engines):
    """The first cause, without a stack of Java's."""
    _, two = engines
    with pytest.raises(QueryError, match="DIVIDE_BY_ZERO") as caught:
        two.rows(ibis.literal(1).cast("float64").sqrt().cast("int64").name("n").as_table()
                 .mutate(m=ibis._.n % (ibis._.n - 1)))  # fmt: skip
    assert "\n" not in str(caught.value)
