"""What Spark needs and does not find, or cannot do, is said on one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from recommender.domain.config import SparkConfig
from recommender.domain.errors import EngineError, InvalidArgumentError
from recommender.domain.spark.java import require_java, version_of
from recommender.domain.spark.master import require_master
from tests.ingestion.tables import host, write_host
from tests.on_spark import spark

HALTED = "import sys; sys.modules['pyspark'] = None; from recommender.cli import main; main()"


def test_without_pyspark_it_says_what_to_install(tmp_path):
    """The extra, by its name; nothing is written."""
    source = write_host(tmp_path / "in", host())
    out = tmp_path / "out"
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", HALTED, "ingest", source, "--out", out, "--engine", "spark"],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last == "pln: Spark is not installed: pip install 'pln-recommender[spark]'"
    assert not out.exists()


@pytest.fixture
def java(tmp_path, monkeypatch):
    """Puts a Java in place that says what it is told to; None takes every Java away."""

    def java(said):
        monkeypatch.delenv("JAVA_HOME", raising=False)
        monkeypatch.setenv("PATH", str(tmp_path))
        if said is not None:
            (tmp_path / "java").write_text(f"#!/bin/sh\n/bin/echo '{said}' >&2\n")
            (tmp_path / "java").chmod(0o755)

    return java


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (None, "there is no Java here"),
        ('openjdk version "11.0.21" 2023-10-17', "is Java 11"),
        ('java version "1.8.0_392"', "is Java 8"),
        ('openjdk version "23" 2024-09-17', "is Java 23"),
        ("bad luck", "is none (it says: bad luck)"),
    ],
)
def test_a_java_that_will_not_do_is_named(java, said, told):
    """What there is, what is needed, and how to name another, on one line."""
    java(said)
    with pytest.raises(EngineError) as caught:
        require_java()
    message = str(caught.value)
    assert message.startswith("Spark needs Java 17 or newer, up to 22, and ")
    assert told in message
    assert "JAVA_HOME" in message
    assert "\n" not in message


def test_a_home_without_java_is_named(tmp_path, monkeypatch):
    """JAVA_HOME counts before PATH, as for Spark itself."""
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(EngineError, match="cannot be run"):
        require_java()


@pytest.mark.parametrize(
    "said",
    ['openjdk version "17"', 'openjdk version "21.0.2" 2024-01-16', 'java version "22.0.1"'],
)
def test_versions_in_between_will_do(java, said):
    """From 17 to 22."""
    java(said)
    require_java()
    assert 17 <= version_of(said) <= 22


def test_a_master_that_does_not_answer_is_named_at_once():
    """Spark itself would try for a minute; a list of masters needs one that answers."""
    url = f"spark://127.0.0.1:{spark.closed_port()}"
    with pytest.raises(EngineError, match="no Spark master answers") as caught:
        require_master(url)
    assert url in str(caught.value)
    with pytest.raises(EngineError, match="no port"):
        require_master("spark://127.0.0.1:x")
    for other in ("", "local[2]", "yarn", "k8s://https://10.0.0.1:6443"):
        require_master(other)


CALLED = "An error occurred while calling None.org.apache.spark.api.java.JavaSparkContext.\n"
SAID = [
    (": java.lang.IllegalArgumentException: no such master\n\tat X.y(X.java:1)", "no such master"),
    (": java.lang.OutOfMemoryError: Java heap space\n\tat X.y(X.java:1)", "Java heap space"),
    (": X: first\n\tat X.y(X.java:1)\nCaused by: X: second\n\tat X.y(X.java:1)", "X: second"),
    ("", CALLED.strip()),
]


@pytest.mark.parametrize(("said", "told"), SAID)
def test_what_spark_says_is_told_and_not_what_was_called(said, told):
    """The first cause, or else what was thrown; where there is nothing else, all there is."""
    pytest.importorskip("pyspark")
    from recommender.domain.spark.failures import cause

    assert cause(Exception(CALLED + said)) == told


def test_a_setting_that_is_none_of_sparks_is_refused():
    """Under `spark.conf` stand settings of Spark's own."""
    with pytest.raises(InvalidArgumentError, match="begin with spark"):
        SparkConfig(conf={"executor.memory": "1g"})
