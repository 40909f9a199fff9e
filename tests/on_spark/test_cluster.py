"""On a cluster, what is made is what one machine makes, whatever becomes of executors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingestion.sample import write_sample
from ingestion.snapshot import ingest
from ingestion.trust import Terms
from recommender.batch import Asked, export
from recommender.batch.place import WORK
from recommender.batch.plan import MADE
from recommender.domain.config import IngestConfig
from tests.ingestion.tables import content
from tests.on_spark import spark

PLN = (sys.executable, "-m", "recommender.cli")
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}
ENVIRON["PYTHONPATH"] = str(Path(__file__).parents[2])
FEWER = [f"{name}.parquet" for name in ("blocks", "connections", "goals", "skills")]
"""Tables of a community that are left out."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """One master and two workers."""
    with spark.cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture
def started(tmp_path, cluster):
    """Starts `pln` on the cluster, to write to `out`, in a folder of its own, `here`."""
    conf = "".join(f"{name!r} = {value!r}\n" for name, value in spark.SMALL.items())
    settings = tmp_path / "pln.toml"
    settings.write_text(
        f"[export]\npeople_per_part = 1\n[spark.conf]\n'spark.driver.host' = '127.0.0.1'\n{conf}"
    )
    here = tmp_path / "here"
    here.mkdir()

    def started(*words):
        options = ("--config", settings, "--engine", "spark", "--spark-master", cluster.url)
        command = (*PLN, *words, "--out", tmp_path / "out", *options, "--json")
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=here, env=ENVIRON, stdout=pipe, stderr=pipe, text=True)

    return started


def steps(process):
    """What a command says it is at, as it says so; nothing else may be there."""
    for line in process.stderr:
        yield json.loads(line)["step"]


def test_a_snapshot_is_the_same_though_an_executor_is_killed_half_way(started, cluster, tmp_path):
    """Another takes its place, and does over what was lost; nobody is told, nothing is left."""
    write_sample(tmp_path / "in", 60, 0)
    for name in FEWER:  # each takes its time, and other tests have them all
        (tmp_path / "in" / name).unlink()
    made = ingest(tmp_path / "in", tmp_path / "one", IngestConfig(), terms=Terms(report=True))
    killed = []
    with started("ingest", tmp_path / "in") as process:
        for step in steps(process):
            if step.startswith("numbering") and not killed:
                killed.append(cluster.kill_an_executor())
        said = process.stdout.read()
    assert process.returncode == 0
    assert killed
    snapshot = Path(json.loads(said)["snapshot"])
    assert content(snapshot) == content(made.snapshot)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "CURRENT", snapshot.name, "reports"
    }  # fmt: skip
    assert list((tmp_path / "here").iterdir()) == []


def test_lists_are_the_same_though_an_executor_is_killed_half_way(
    started, cluster, built, tmp_path
):
    """Another makes what was lost, from the model as it was sent to it."""
    world, out = built("workplaces"), tmp_path / "out"
    export(world.model_folder, tmp_path / "one", Asked(people_per_part=1), workers=1)
    words = ("export", "--model", world.model_folder, "--store", "none")
    with started(*words) as process:
        while process.poll() is None and not list(tmp_path.glob(f"{WORK}-{out.name}/{MADE}*")):
            time.sleep(0.05)
        assert process.poll() is None, process.stderr.read()
        cluster.kill_an_executor()
        said = json.loads(process.communicate()[0])
    assert process.returncode == 0
    assert said["parts"] == len(world.people)
    assert content(out) == content(tmp_path / "one")
    assert list((tmp_path / "here").iterdir()) == []
