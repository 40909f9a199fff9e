"""On Spark, an export is what it is on one machine, whatever becomes of executors."""

from __future__ import annotations

import errno
import json
import tempfile
import threading
import warnings
from dataclasses import replace
from types import SimpleNamespace

import pytest

from recommender.batch import Asked, export
from recommender.batch.part import parts_of
from recommender.batch.workers import Work
from recommender.domain.errors import EngineError, OutputError
from recommender.domain.versions import MANIFEST
from recommender.store import LearnerStore
from tests.ingestion.tables import content
from tests.on_spark import spark
from tests.recommender.batch.test_decisions import looked_at, put
from tests.recommender.live.changes import NOW, blocks, decides

pytestmark = pytest.mark.filterwarnings(spark.SOCKETS)

PARTS = Asked(people_per_part=3)
WAIT = 20.0
"""Seconds after which a thread gives up, so that a failure ends."""


def both(tmp_path, model, asked, **more):
    """What one machine writes, and what Spark does."""
    export(model, tmp_path / "one", asked, workers=1, **more)
    export(model, tmp_path / "spark", asked, spark=spark.LOCAL, **more)
    return content(tmp_path / "one"), content(tmp_path / "spark")


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
    report = export(model, out, PARTS, spark=spark.LOCAL)
    assert report.resumed == 1
    assert report.parts == 3
    assert content(out) == content(tmp_path / "one")


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
        export(built("workplaces").model_folder, tmp_path / "out", PARTS, spark=spark.LOCAL)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_an_executor_with_another_version_is_told_of(session, built, tmp_path, monkeypatch):
    """On one line, in the words of the executor."""
    from recommender.batch import spark as made

    monkeypatch.setattr(made.Errand.__init__, "__kwdefaults__", {"version": "0.0.1"})
    with pytest.raises(EngineError, match=r"the command has 0\.0\.1; install the same") as caught:
        export(built("workplaces").model_folder, tmp_path / "out", PARTS, spark=spark.LOCAL)
    assert "\n" not in str(caught.value)


def test_every_part_is_a_task(session):
    """Or one executor would make them all."""
    from pyspark.sql.functions import spark_partition_id

    from recommender.batch.spark import _frame

    parts = parts_of(range(10), ["gone"], 3)
    rows = _frame(session.newSession(), parts).withColumn("task", spark_partition_id()).collect()
    assert [(row.task, tuple(row.people), row.gone) for row in rows] == [
        (part.number, part.people, list(part.gone)) for part in parts
    ]


class Late:
    """A context that is told of its job only when somebody has tried to cancel it."""

    def __init__(self):
        self.tried, self.ended = threading.Event(), threading.Event()

    def accumulator(self, *_):
        return self

    @property
    def value(self):
        raise KeyboardInterrupt

    def setJobGroup(self, *_, **__):  # noqa: N802 - as Spark calls it
        assert self.tried.wait(WAIT)
        self.ended.wait(WAIT)
        raise ConnectionRefusedError

    def cancelJobGroup(self, _group):  # noqa: N802 - as Spark calls it
        (self.ended if self.tried.is_set() else self.tried).set()


def test_an_interrupted_export_does_not_wait_for_what_has_not_begun(monkeypatch):
    """What is cancelled before Spark knows of it is cancelled again, until it has ended."""
    pytest.importorskip("pyspark")
    from recommender.batch import spark as made

    monkeypatch.setattr(made, "POLL_SECONDS", 0)
    context = Late()
    errand = made.Errand(work=Work(job=None, out="out", run="run"))
    with pytest.raises(KeyboardInterrupt):
        list(made._noted(SimpleNamespace(sparkContext=context), errand, []))
    assert context.ended.is_set()


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
        session.begun(spark.LOCAL, tmp_path) as running,
    ):
        list(_noted(running, errand, []))
    assert "\n" not in str(caught.value)


def test_a_model_that_cannot_be_packed_is_said_to_be(built, tmp_path, monkeypatch):
    """With the folder of temporary files, where there is no room for it."""
    pytest.importorskip("pyspark")
    from recommender.batch import spark as made

    def fail(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(made.tarfile.TarFile, "add", fail)
    with pytest.raises(OutputError, match=rf"{tmp_path} cannot be written \(No space.*TMPDIR"):
        made._sent_model(None, built("workplaces").model_folder, tmp_path)
    monkeypatch.setattr(tempfile, "mkdtemp", fail)
    with pytest.raises(OutputError, match=rf"{tmp_path} cannot be written \(No space.*TMPDIR"):
        next(made.made_on_spark(spark.LOCAL, None, [], None, None))


def test_a_model_that_spark_cannot_unpack_is_said_to_be(built, tmp_path):
    """In its own words, and how much room it needs; and where its Java has ended, that."""
    pytest.importorskip("pyspark")
    from py4j.protocol import Py4JNetworkError
    from pyspark.errors import PySparkException

    from recommender.batch.spark import _sent_model

    model, folder = built("workplaces").model_folder, tmp_path / "pln-1"
    folder.mkdir()

    def sent(error):
        def fail(_):
            raise error

        with pytest.raises(EngineError) as caught:
            _sent_model(SimpleNamespace(addArchive=fail), model, folder)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    said = sent(PySparkException("java.io.IOException: No space left on device"))
    assert "take the model along: No space left on device; see that there is room for it" in said
    assert f"twice in the temporary folder {tmp_path} (TMPDIR), and once in Java's" in said
    assert "its Java on this machine has ended" in sent(Py4JNetworkError("no answer"))


def test_nobody_answering_is_sparks_fault():
    """As it is when Java has ended between two questions."""
    pytest.importorskip("pyspark")
    from recommender.domain.spark.failures import SPARK_ERRORS, broken, is_broken

    error = ConnectionRefusedError(111, "Connection refused")
    assert isinstance(error, SPARK_ERRORS)
    assert is_broken(error)
    assert "its Java on this machine has ended" in str(broken(error))
