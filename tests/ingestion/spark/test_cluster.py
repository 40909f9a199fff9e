"""On a cluster, a snapshot is what it is on one machine, whatever becomes of executors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingestion.sample import write_sample
from ingestion.snapshot import ingest
from ingestion.trust import Terms
from recommender.domain.config import IngestConfig
from tests import spark
from tests.ingestion.tables import content

PLN = (sys.executable, "-m", "recommender.cli")
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}
ENVIRON["PYTHONPATH"] = str(Path(__file__).parents[3])


@dataclass
class Community:
    """Native tables, and the bytes of what DuckDB makes of them."""

    tables: Path
    expected: dict[str, bytes]


@pytest.fixture(scope="module")
def community(tmp_path_factory):
    """Some people and everything they did."""
    folder = tmp_path_factory.mktemp("community")
    write_sample(folder / "in", 60, 0)
    made = ingest(folder / "in", folder / "out", IngestConfig(), terms=Terms(report=True))
    return Community(folder / "in", content(made.snapshot))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """One master and two workers."""
    with spark.cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture
def started(tmp_path, cluster):
    """Starts `pln ingest` on the cluster, in a folder of its own."""
    conf = "".join(f"{name!r} = {value!r}\n" for name, value in spark.SMALL.items())
    settings = tmp_path / "pln.toml"
    settings.write_text(f"[spark.conf]\n'spark.driver.host' = '127.0.0.1'\n{conf}")
    here = tmp_path / "here"
    here.mkdir()

    def started(source):
        options = ("--config", settings, "--engine", "spark", "--spark-master", cluster.url)
        command = (*PLN, "ingest", source, "--out", tmp_path / "out", *options, "--json")
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=here, env=ENVIRON, stdout=pipe, stderr=pipe, text=True)

    return started


def steps(process):
    """What a command says it is at, as it says so; nothing else may be there."""
    for line in process.stderr:
        yield json.loads(line)["step"]


def test_an_executor_that_is_killed_half_way_changes_nothing(started, cluster, community):
    """Another takes its place, and does over what was lost; nobody is told, nothing is left."""
    killed = []
    with started(community.tables) as process:
        for step in steps(process):
            if step.startswith("numbering") and not killed:
                killed.append(cluster.kill_an_executor())
        said = process.stdout.read()
    assert process.returncode == 0
    made = json.loads(said)
    assert killed
    assert content(Path(made["snapshot"])) == community.expected
    out = Path(made["snapshot"]).parent
    assert {path.name for path in out.iterdir()} == {
        "CURRENT", Path(made["snapshot"]).name, "reports"
    }  # fmt: skip
    assert list((out.parent / "here").iterdir()) == []
