"""Load on gRPC servers by h2load, which is not ours: it knows HTTP/2, and sends a prepared body.

It sends one body a process, so a load is several processes, each with the request of another
person. It knows nothing of gRPC: a call that is refused is to it a call that was answered.
"""

from __future__ import annotations

import random
import re
import resource
import shutil
import struct
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.empty_server import METHOD, SERVICE
from tests.bench.process import cpu_seconds

PATH = f"/{SERVICE}/{METHOD}"
MISSING = "h2load is not here; `apt-get install nghttp2-client` (Debian) brings it"
_STREAMS = 100
"""Calls that a connection may have under way; servers of ours allow no more."""
_WARM_SECONDS = 0.5
"""At the start of an open loop, of which no latencies are taken: connections are made."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A request that is sent over and over: where to, and the file it is in."""

    address: str
    body: Path
    path: str = PATH


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a load.

    calls: that ended. rate: of them a second. wall: seconds, starts and ends included. server_cpu,
    load_cpu: seconds of the server's processes and of h2load's. latencies: milliseconds, where
    asked for. bytes: of all answers.
    """

    calls: int
    rate: float
    wall: float
    server_cpu: float
    load_cpu: float
    bytes: int
    latencies: list[float] = field(repr=False)

    def latency(self, share: float) -> float:
        """The latency that so large a share of calls did not exceed."""
        return quantile(self.latencies, share)


def quantile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of `values` do not exceed; nan of none.

    >>> quantile([3.0, 1.0, 2.0], 0.5)
    2.0
    """
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")


def there() -> bool:
    """Whether h2load is installed."""
    return shutil.which("h2load") is not None


def framed(message: bytes) -> bytes:
    """A message as gRPC puts it into the body of a request: uncompressed, its length first."""
    return b"\0" + struct.pack(">I", len(message)) + message


def closed(shots: Sequence[Shot], pids: Sequence[int], seconds: float, log: Path) -> Told:
    """As fast as the servers answer: one call at a time for every shot."""
    return _run(shots, pids, [["-D", f"{seconds * 1000:.0f}ms"] for _ in shots], log, seconds)


def opened(
    shots: Sequence[Shot], pids: Sequence[int], seconds: float, rate: float, log: Path
) -> Told:
    """`rate` calls a second in all, at random times, whatever became of those before.

    A latency counts from when h2load has sent the call, which is when it is due unless h2load
    itself gets no processor.
    """
    flags = []
    for place, shot in enumerate(shots):
        script = log.with_name(f"script-{place}")
        script.write_text(_script(shot, rate / len(shots), seconds + _WARM_SECONDS, place))
        flags.append([f"--timing-script-file={script}", "-m", str(_STREAMS)])
    return _run(shots, pids, flags, log, seconds)


def flooded(
    shots: Sequence[Shot], pids: Sequence[int], seconds: float, rate: float, log: Path
) -> Told:
    """`rate` calls a second in all over five connections for every shot, without a look back."""
    each = rate / len(shots) / 5
    flags = ["-c", "5", "-m", str(_STREAMS), f"--rps={each:.0f}", "-D", f"{seconds * 1000:.0f}ms"]
    return _run(shots, pids, [flags for _ in shots], log, seconds, logged=False)


def _script(shot: Shot, rate: float, seconds: float, seed: int) -> str:
    """When to call, in milliseconds, and what."""
    draw, at = random.Random(seed), 0.0
    lines: list[str] = []
    while (at := at + draw.expovariate(rate)) < seconds or not lines:
        lines.append(f"{1000 * at:.3f}\thttp://{shot.address}{shot.path}\n")
    return "".join(lines)


def _run(
    shots: Sequence[Shot],
    pids: Sequence[int],
    flags: Sequence[Sequence[str]],
    log: Path,
    seconds: float,
    *,
    logged: bool = True,
) -> Told:
    """Run a process for each shot to its end."""
    logs = [log.with_name(f"{log.name}-{place}") for place in range(len(shots))]
    for each in logs:
        each.unlink(missing_ok=True)  # h2load would add to it
    more = [[f"--log-file={each}"] if logged else [] for each in logs]
    before, own, started = cpu_seconds(pids), _children_cpu(), time.perf_counter()
    said = _together(
        [_command(shot, [*a, *b]) for shot, a, b in zip(shots, flags, more, strict=True)],
        seconds + 60,
    )
    wall = time.perf_counter() - started
    spent, used = cpu_seconds(pids) - before, _children_cpu() - own
    return Told(
        calls=sum(_number(text, r"(\d+) succeeded") for text in said),
        rate=sum(_number(text, r"(\d+) succeeded") / _finished(text) for text in said),
        wall=wall,
        server_cpu=spent,
        load_cpu=used,
        bytes=sum(_number(text, r"\((\d+)\) data") for text in said),
        latencies=[one for each in logs if logged for one in _latencies(each)],
    )


def _command(shot: Shot, flags: Sequence[str]) -> list[str]:
    headers = ["-H", "content-type: application/grpc", "-H", "te: trailers"]
    url = [] if any("timing" in flag for flag in flags) else [f"http://{shot.address}{shot.path}"]
    return ["h2load", "-d", str(shot.body), *headers, *flags, *url]


def _together(commands: Sequence[Sequence[str]], longest: float) -> list[str]:
    """Run commands side by side to their ends; what each says."""
    running = [
        subprocess.Popen(each, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for each in commands
    ]
    try:
        said = [process.communicate(timeout=longest)[0] for process in running]
    finally:
        for process in running:
            process.kill()
            process.wait()
    for process, text in zip(running, said, strict=True):
        if process.returncode or "succeeded" not in text:
            raise RuntimeError(f"h2load failed:\n{text[-2000:]}")
    return said


def _latencies(log: Path) -> list[float]:
    """Milliseconds of each call that was answered, without those of the first moments."""
    rows = [tuple(map(int, line.split())) for line in log.read_text().splitlines()]
    if not rows:
        return []
    warm = min(row[0] for row in rows) + _WARM_SECONDS * 1e6
    return [row[2] / 1000 for row in rows if row[0] >= warm and row[1] == 200]


def _finished(text: str) -> float:
    """Seconds that h2load says it took."""
    found = re.search(r"finished in ([\d.]+)(ms|s|m|us)", text)
    if found is None:
        raise RuntimeError(f"h2load does not say how long it took:\n{text[-2000:]}")
    return float(found[1]) * {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}[found[2]]


def _number(text: str, pattern: str) -> int:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"h2load does not say {pattern!r}:\n{text[-2000:]}")
    return int(found[1])


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
