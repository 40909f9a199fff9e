"""Apache Spark to test with: in this process, or a standalone cluster of its own on loopback."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from recommender.domain.config import SparkConfig
from recommender.domain.errors import EngineError
from recommender.domain.spark.java import require_java

_JAVA = (
    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData "
    "-Djdk.lang.Process.launchMechanism=VFORK"
)
"""What makes Java start fast, at the price of speed later."""

SMALL = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",  # compiling takes longer than little data does
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.constraintPropagation.enabled": "false",  # so does looking for the best plan
    "spark.sql.lightweightPlanChangeValidation": "false",
    "spark.sql.optimizer.dynamicPartitionPruning.enabled": "false",
    "spark.sql.optimizer.runtime.bloomFilter.enabled": "false",
    "spark.sql.ui.explainMode": "simple",
    "spark.sql.maxPlanStringLength": "1000",
    "spark.locality.wait": "0s",
    "spark.shuffle.io.maxRetries": "1",  # what a killed executor had is gone at once
    "spark.shuffle.io.retryWait": "100ms",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": _JAVA,
    "spark.executor.memory": "512m",
    "spark.executor.extraJavaOptions": _JAVA,
    "spark.executorEnv.PYTHONPATH": str(Path(__file__).parents[2]),  # what is tested, and no other
}
"""Settings under which Spark is quick with little data."""

LOSSY = ("spark.sql.files.ignoreCorruptFiles", "spark.sql.files.ignoreMissingFiles")
"""By which Spark would pass over rows without a word, as a cluster may have it do."""

LOCAL = SparkConfig(master="local[2]", conf={**SMALL, **dict.fromkeys(LOSSY, "true")})

SOCKETS = "ignore:unclosed <socket:ResourceWarning"
"""What pyspark leaves to the garbage collector: the sockets that it gets rows by."""

WORKERS = 2
_WAIT = 60.0
_MASTER = re.compile(r"Starting Spark master at (spark://\S+)")


def require_spark() -> None:
    """Skip the test where there is no pyspark or no Java, unless they must be there."""
    try:
        import pyspark  # noqa: F401

        require_java()
    except (ModuleNotFoundError, EngineError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no Spark on this machine: {error}")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A master and its workers, each a process."""

    url: str
    workers: tuple[int, ...]
    """Process ids."""

    def executors(self) -> list[int]:
        """Process ids of what the workers run."""
        return sorted(pid for pid, parent in _parents().items() if parent in self.workers)

    def kill_an_executor(self) -> int:
        """End one executor without a word, as soon as there is one; returns its id."""
        deadline = time.monotonic() + _WAIT
        while time.monotonic() < deadline:
            if found := self.executors():
                os.kill(found[0], signal.SIGKILL)
                return found[0]
            time.sleep(0.05)
        raise AssertionError("no executor came up")


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A standalone cluster: a master and two workers of one core each, stopped in the end."""
    require_spark()
    with ExitStack() as ends:
        log = folder / "master.log"
        ends.enter_context(_launched(log, "master.Master", "--port", "0"))
        url = _said(log, _MASTER)
        workers = []
        for number in range(WORKERS):
            work = folder / f"worker-{number}"
            options = ("--cores", "1", "--memory", "700M", "--work-dir", str(work), "--port", "0")
            log = folder / f"worker-{number}.log"
            launched = _launched(log, "worker.Worker", *options, url)
            workers.append(ends.enter_context(launched))
        for number in range(WORKERS):
            _said(
                folder / f"worker-{number}.log", re.compile(f"(Successfully) registered .* {url}")
            )
        yield Cluster(url, tuple(workers))


@contextmanager
def _launched(log: Path, name: str, *options: str) -> Iterator[int]:
    """One process of Spark's own; its id. It ends with the block."""
    import pyspark

    home = Path(pyspark.__file__).parent
    command = [
        str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}",
        "--host", "127.0.0.1", "--webui-port", "0", *options,
    ]  # fmt: skip
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": _JAVA,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(log.parent / "local"),
        "PYSPARK_PYTHON": sys.executable,
    }
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, env=environment)
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _said(log: Path, what: re.Pattern[str]) -> str:
    """What a process wrote, once it did."""
    deadline = time.monotonic() + _WAIT
    while time.monotonic() < deadline:
        if found := what.search(log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(
        f"{what.pattern} was never said: {log.read_text(errors='replace')[-2000:]}"
    )


def _parents() -> dict[int, int]:
    """The parent of every process."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:  # it has ended since
            continue
        found[int(stat.parent.name)] = int(text.rpartition(")")[2].split()[1])
    return found


def closed_port() -> int:
    """A port of loopback at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
