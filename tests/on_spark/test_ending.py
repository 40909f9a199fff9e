"""Told to end, a command that uses Spark ends it too, and says nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ingestion.tables import host, write_host
from tests.on_spark import spark

ENVIRON = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
GUARD = 120
"""Seconds after which a Java that stays is taken to stay for ever."""


def java_starts(process, out):
    """Java has said its first word, and has not told where it can be reached."""
    while process.poll() is None and not any(log.stat().st_size for log in out.rglob("spark.log")):
        time.sleep(0.01)


def work_begins(process, out):
    """The session is there."""
    assert "reading files" in process.stderr.readline()


@pytest.mark.parametrize("moment", [java_starts, work_begins])
def test_neither_java_nor_anything_else_is_left(tmp_path, moment):
    """Java would hold the end of our pipe."""
    spark.require_spark()
    source, out = write_host(tmp_path / "in", host()), tmp_path / "out"
    settings = tmp_path / "pln.toml"
    conf = "".join(f"{name!r} = {value!r}\n" for name, value in spark.SMALL.items())
    settings.write_text(f"[spark.conf]\n{conf}")
    options = ("--engine", "spark", "--spark-master", "local[2]", "--config", settings)
    command = [sys.executable, "-m", "recommender.cli", "ingest", source, "--out", out, *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=ENVIRON) as process:
        moment(process, out)
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=GUARD)
    assert process.returncode == 130, said
    assert [line for part in said for line in part.splitlines() if line[0] != "{"] == []
    assert not out.exists()
