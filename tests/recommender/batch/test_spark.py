"""On Spark, an export is what it is on one machine, whatever becomes of executors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from recommender.batch import Asked, export
from recommender.batch.place import WORK
from recommender.batch.plan import MADE
from recommender.batch.workers import Work
from recommender.domain.config import SparkConfig
from recommender.domain.errors import EngineError, OutputError
from recommender.domain.versions import MANIFEST
from recommender.store import LearnerStore
from tests import spark
from tests.recommender.batch.test_decisions import looked_at, put
from tests.recommender.live.changes import NOW, blocks, decides

PLN = (sys.executable, "-m", "recommender.cli")
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}
ENVIRON["PYTHONPATH"] = str(Path(__file__).parents[3])

pytestmark = pytest.mark.filterwarnings(spark.SOCKETS)

LOCAL = SparkConfig(master="local[2]", conf=spark.SMALL)
PARTS = Asked(people_per_part=3)


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """One session for all tests, which exports find and use."""
    spark.require_spark()
    from recommender.domain.spark.session import begun

    with begun(LOCAL, tmp_path_factory.mktemp("spark")) as running:
        yield running


def files(out):
    """The bytes of everything published."""
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def both(tmp_path, model, asked, **more):
    """What one machine writes, and what Spark does."""
    export(model, tmp_path / "one", asked, workers=1, **more)
    export(model, tmp_path / "spark", asked, spark=LOCAL, **more)
    return files(tmp_path / "one"), files(tmp_path / "spark")


def test_lists_are_the_same_to_the_last_byte(session, built, tmp_path, tmp_path_factory):
    """All kinds of lists, with what learners decided, manifest and all; nothing else is left."""
    at = tmp_path_factory.mktemp("store")
    store = LearnerStore.open(f"sqlite:///{at / 'learners.db'}", clock=lambda: NOW)
    world = built("two_cliques")
    put(store, blocks(*world.people[:2]), decides(world.people[3], paused=True))
    more = {"store": looked_at(store), "clock": lambda: NOW}
    one, other = both(tmp_path, world.model_folder, PARTS, **more)
    store.close()
    assert len(one) > 3
    assert json.loads(one[MANIFEST])["learners"]["blocks"] == 1
    assert other == one
    assert {path.name for path in tmp_path.iterdir()} == {"one", "spark"}


@pytest.mark.parametrize("file_format", ["jsonl", "csv"])
def test_other_formats_and_odd_ids_are_the_same(session, built, tmp_path, file_format):
    """Ids in any script, as lines and as CSV."""
    asked = replace(PARTS, file_format=file_format)
    one, other = both(tmp_path, built("unicode_ids").model_folder, asked)
    assert other == one


def test_what_changed_since_another_model_is_the_same(session, built, tmp_path):
    """Both models are brought to executors, and who is gone is told."""
    earlier = built("two_cliques").model_folder
    one, other = both(tmp_path, built("workplaces").model_folder, PARTS, since=earlier)
    assert any(name.startswith("changed-") for name in one)
    assert other == one


def test_only_what_is_not_made_yet_is_made(session, built, tmp_path, monkeypatch):
    """An export that was killed here goes on there; notes of parts are kept as they are done."""
    model, out = built("workplaces").model_folder, tmp_path / "out"
    export(model, tmp_path / "one", PARTS, workers=1)
    with pytest.raises(KeyboardInterrupt):
        export(model, out, PARTS, workers=1, progress=Stopping(parts=1))
    report = export(model, out, PARTS, spark=LOCAL)
    assert report.resumed == 1
    assert report.parts == 3
    assert files(out) == files(tmp_path / "one")


class Stopping:
    """Interrupts an export after so many parts."""

    def __init__(self, parts):
        self.left = parts * 3 * len(PARTS.kinds)

    def __call__(self, step, share, told=""):
        if step == "exporting" and told:
            done = int(told.split(" ")[0])
            if done > self.left:
                raise KeyboardInterrupt


def test_what_executors_keep_elsewhere_is_missed(session, built, tmp_path, monkeypatch):
    """As where they do not see the folder: one line says so, and nothing is published."""
    from recommender.batch import spark as made

    monkeypatch.setattr(made, "_anywhere", lambda out: str(tmp_path / "elsewhere"))
    with pytest.raises(OutputError, match="--out a folder that this machine and every") as caught:
        export(built("workplaces").model_folder, tmp_path / "out", PARTS, spark=LOCAL)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_an_executor_with_another_version_is_told_of(session, built, tmp_path, monkeypatch):
    """On one line, in the words of the executor."""
    from recommender.batch import spark as made

    monkeypatch.setattr(made.Errand.__init__, "__kwdefaults__", {"version": "0.0.1"})
    with pytest.raises(EngineError, match=r"the command has 0\.0\.1; install the same") as caught:
        export(built("workplaces").model_folder, tmp_path / "out", PARTS, spark=LOCAL)
    assert "\n" not in str(caught.value)


def dead():
    """A session of Spark whose Java has ended."""
    from py4j.protocol import Py4JNetworkError

    def refuse(*_):
        warnings.warn("Unable to cleanly shutdown Spark JVM process.", RuntimeWarning, stacklevel=1)
        raise ConnectionRefusedError(111, "Connection refused")

    def no_answer(*_, **__):
        raise Py4JNetworkError("Answer from Java side is empty")

    context = SimpleNamespace(
        accumulator=lambda *_: SimpleNamespace(value={}),
        setJobGroup=no_answer,
        cancelJobGroup=refuse,
    )
    return SimpleNamespace(sparkContext=context, stop=refuse)


def test_a_java_that_has_ended_is_told_of(tmp_path, monkeypatch):
    """On the line that says so, though it cannot be told to stop any more either."""
    pytest.importorskip("pyspark")
    from recommender.batch.spark import Errand, _noted
    from recommender.domain.spark import session

    monkeypatch.setattr(session, "_first", lambda *_: dead())
    errand = Errand(work=Work(job=None, out="out", run="run"))
    with (
        pytest.raises(EngineError, match="its Java on this machine has ended") as caught,
        session.begun(LOCAL, tmp_path) as running,
    ):
        list(_noted(running, errand, []))
    assert "\n" not in str(caught.value)


def test_nobody_answering_is_sparks_fault():
    """As it is when Java has ended between two questions."""
    pytest.importorskip("pyspark")
    from recommender.domain.spark.failures import SPARK_ERRORS, broken, is_broken

    error = ConnectionRefusedError(111, "Connection refused")
    assert isinstance(error, SPARK_ERRORS)
    assert is_broken(error)
    assert "its Java on this machine has ended" in str(broken(error))


def test_an_executor_that_is_killed_half_way_changes_nothing(built, tmp_path):
    """On a cluster: another makes what was lost, from the model as it was sent to it."""
    model, small = built("workplaces").model_folder, replace(PARTS, people_per_part=1)
    export(model, tmp_path / "one", small, workers=1)
    with spark.cluster(tmp_path) as cluster, started(tmp_path, cluster, model) as process:
        while process.poll() is None and not list(tmp_path.glob(f"{WORK}-out/{MADE}*")):
            time.sleep(0.05)
        assert process.poll() is None, process.stderr.read()
        cluster.kill_an_executor()
        said = json.loads(process.communicate()[0])
    assert process.returncode == 0
    assert said["parts"] == len(built("workplaces").people)
    assert files(tmp_path / "out") == files(tmp_path / "one")


def started(tmp_path, cluster, model):
    """Starts `pln export` on a cluster."""
    conf = "".join(f"{name!r} = {value!r}\n" for name, value in spark.SMALL.items())
    settings = tmp_path / "pln.toml"
    settings.write_text(
        f"[export]\npeople_per_part = 1\n[spark.conf]\n'spark.driver.host' = '127.0.0.1'\n{conf}"
    )
    options = ("--config", settings, "--engine", "spark", "--spark-master", cluster.url)
    command = (*PLN, "export", "--model", model, "--out", "out", *options, "--store", "none")
    pipe = subprocess.PIPE
    return subprocess.Popen(
        (*command, "--json"), cwd=tmp_path, env=ENVIRON, stdout=pipe, stderr=pipe, text=True
    )
