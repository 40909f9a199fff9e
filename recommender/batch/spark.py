"""Makes parts on Apache Spark: executors that have the model as files, and share the place alone.

Which part is made where, and again where an executor is lost, is Spark's to say. Whatever makes a
part makes the same bytes, and the place takes them over in one step: that two do it harms nothing.
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

import pyarrow as pa
from pyspark import Accumulator, AccumulatorParam, SparkContext, SparkFiles
from pyspark.sql import DataFrame, SparkSession

from recommender import __version__
from recommender.batch.opening import Job, Making
from recommender.batch.part import Made, Part, Told
from recommender.batch.place import Place
from recommender.batch.places import place_at
from recommender.batch.plan import MADE, note_of, read_made
from recommender.batch.workers import Work, keep_part
from recommender.domain.config import SparkConfig
from recommender.domain.errors import EngineError, OutputError
from recommender.domain.ids import Row
from recommender.domain.objects import SCHEME
from recommender.domain.spark.failures import (
    SPARK_ERRORS,
    broken,
    cause,
    ending,
    is_broken,
    is_unanswered,
)
from recommender.domain.spark.session import session
from recommender.domain.temporary import temporary_room

POLL_SECONDS = 0.5
"""How often is looked for parts that are done."""

_PARTS = pa.schema(
    [
        ("number", pa.int32()),
        ("people", pa.list_(pa.int32())),
        ("gone", pa.list_(pa.string())),
    ]
)
_MADE = "number INT, made STRING"
_ROW_EACH = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1",
    "spark.sql.execution.arrow.localRelationThreshold": "0",
}
"""How each row of a table of Arrow's becomes a partition."""

Batches = Iterable[pa.RecordBatch]
Notes = dict[int, str]
"""Parts that are made, by their numbers: what `plan.note_of` says of each."""


def made_on_spark(
    config: SparkConfig, work: Work, parts: Sequence[Part], place: Place, told: Told
) -> Iterator[Made]:
    """Parts made by the executors of Spark, as they are done.

    place: where the parts are kept, as this machine sees it. Raises EngineError where Spark cannot
    begin or go on, and OutputError where a part is not in the place that an executor kept it in, or
    there is no room for the model among temporary files.
    """
    with _folder() as folder, session(config, Path(folder)) as spark:
        for made in _noted(spark, _sent(spark.sparkContext, work, Path(folder)), parts):
            _check_there(made, place)
            told(made.people * len(work.job.asked.kinds))
            yield made


def _folder() -> TemporaryDirectory[str]:
    with temporary_room():
        return TemporaryDirectory(prefix="pln-")


def _check_there(made: Made, place: Place) -> None:
    for name, facts in made.files.items():
        if not place.holds(name, facts.bytes):
            raise OutputError(
                f"an executor of Spark wrote {name}, and it is not in {place.name}; give --out a "
                "folder that this machine and every executor see under the same path, or s3://…"
            )


def _noted(spark: SparkSession, errand: Errand, parts: Sequence[Part]) -> Iterator[Made]:
    """Every part once, as it is done."""
    context = spark.sparkContext
    notes: Accumulator[Notes] = context.accumulator({}, _Together())

    def run() -> Notes:
        context.setJobGroup(errand.work.run, "pln export", interruptOnCancel=True)
        rows = _frame(spark, parts).mapInArrow(_maker(errand, notes), _MADE).collect()
        return {row.number: row.made for row in rows}

    pool, seen = ThreadPoolExecutor(1), set[int]()
    running = pool.submit(run)
    try:
        while not running.done():
            wait([running], POLL_SECONDS)
            yield from _fresh(notes.value, seen)
        yield from _fresh(_result(running), seen)
    finally:
        while not running.done():  # what is cancelled before it has begun goes on all the same
            with ending():
                context.cancelJobGroup(errand.work.run)
            wait([running], POLL_SECONDS)
        pool.shutdown()


def _result(running: Future[Notes]) -> Notes:
    try:
        return running.result()
    except SPARK_ERRORS as error:
        if is_broken(error):
            raise broken(error) from None
        raise EngineError(f"executors of Spark could not make the lists: {cause(error)}") from None


def _fresh(notes: Notes, seen: set[int]) -> list[Made]:
    """What is not in `seen` yet, and is from now on."""
    fresh = {f"{MADE}{number}": notes[number].encode() for number in notes.keys() - seen}
    seen.update(notes)
    return read_made(fresh)


def _frame(spark: SparkSession, parts: Sequence[Part]) -> DataFrame:
    """A row a part, and a partition a row, which needs no Python of its own."""
    for name, value in _ROW_EACH.items():
        spark.conf.set(name, value)
    rows = [
        {"number": part.number, "people": list(map(int, part.people)), "gone": list(part.gone)}
        for part in parts
    ]
    return spark.createDataFrame(pa.Table.from_pylist(rows, _PARTS))


class _Together(AccumulatorParam[Notes]):
    """Adds up what executors have made."""

    def zero(self, value: Notes) -> Notes:  # noqa: ARG002 - of a kind that Spark prescribes
        return {}

    def addInPlace(self, value1: Notes, value2: Notes) -> Notes:  # noqa: N802 - as Spark calls it
        return value1 | value2


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What an executor is sent out with. version: of this package.

    work: its models are named by where they lie among the files that Spark brings along.
    """

    work: Work
    version: str = __version__


def _sent(context: SparkContext, work: Work, folder: Path) -> Errand:
    """Have Spark bring the models to executors. folder: where they are packed, until it is done."""
    job = work.job
    model = _sent_model(context, job.model, folder)
    base = None if job.base is None else _sent_model(context, job.base, folder)
    job = replace(job, model=model, base=base)
    return Errand(work=replace(work, job=job, out=_anywhere(work.out)))


def _anywhere(out: str) -> str:
    """The place's name for processes that are in other folders."""
    return out if out.lower().startswith(f"{SCHEME}://") else str(Path(out).absolute())


def _sent_model(context: SparkContext, model: Path, folder: Path) -> Path:
    """The model's folder where Spark unpacks it, under its own name, which rows of lists tell.

    As an archive, since a cluster takes no folders of a machine; not packed, since what takes most
    room in a model is that already.
    """
    name = token_hex(8)  # Spark brings one file of a name in a session, however long that lasts
    path = folder / f"{name}.tar"
    with temporary_room(), tarfile.open(path, "w") as archive:
        archive.add(model, arcname=model.name)
    try:
        context.addArchive(f"{path}#{name}")
    except SPARK_ERRORS as error:
        raise _unsent(error, folder) from None
    return Path(name) / model.name


def _unsent(error: BaseException, folder: Path) -> EngineError:
    """Spark copies what it is to bring along to Java's folder, and unpacks it beside ours."""
    if is_unanswered(error):
        return broken(error)
    return EngineError(
        f"Spark could not take the model along: {cause(error)}; see that there is room for it "
        f"twice in the temporary folder {folder.parent} (TMPDIR), and once in Java's "
        "(java.io.tmpdir)"
    )


def _maker(errand: Errand, notes: Accumulator[Notes]) -> Callable[[Batches], Batches]:
    """What Spark runs on executors."""

    def make(batches: Batches) -> Batches:
        for batch in batches:
            for row in batch.to_pylist():
                note = _make(errand, row["number"], row["people"], row["gone"])
                notes.add({row["number"]: note})
                yield pa.RecordBatch.from_pydict(
                    {"number": pa.array([row["number"]], pa.int32()), "made": [note]}
                )

    return make


def _make(errand: Errand, number: int, people: list[int], gone: list[str]) -> str:
    part = Part(number=number, people=tuple(map(Row, people)), gone=tuple(gone))
    begun = _begin(errand)
    return note_of(keep_part(begun.lists, part, begun.place, _untold))[1].decode()


@dataclass(frozen=True, slots=True)
class _Begun:
    """What a Python process of an executor keeps between its parts."""

    key: tuple[Path, str]
    lists: Making
    place: Place


_begun: list[_Begun] = []


def _begin(errand: Errand) -> _Begun:
    """Open the model, unless this process has it open since its last part."""
    work = errand.work
    key = (work.job.model, work.run)
    if not _begun or _begun[0].key != key:
        _begun.clear()
        if errand.version != __version__:
            raise EngineError(
                f"an executor has version {__version__} of pln-recommender, and the command has "
                f"{errand.version}; install the same"
            )
        place = place_at(work.out)
        place.begin(work.run)
        _begun.append(_Begun(key, _here(work.job).open(), place))
    return _begun[0]


def _here(job: Job) -> Job:
    """The job, with its models where Spark has put them on this machine."""
    base = None if job.base is None else Path(SparkFiles.get(str(job.base)))
    return replace(job, model=Path(SparkFiles.get(str(job.model))), base=base)


def _untold(count: int) -> None:
    """Nobody here is told how many lists are made."""
