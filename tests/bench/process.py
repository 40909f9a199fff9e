"""What processes have used, as the kernel tells it."""

from __future__ import annotations

import os
import urllib.request
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.bench.servers import Worker

_TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time that processes have had, all together."""
    found = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        found += int(fields[11]) + int(fields[12])
    return found / _TICK


def memory_mb(pid: int) -> dict[str, float]:
    """MB (10⁶ bytes) of a process by kind, such as Rss, Pss, Private_Clean, Private_Dirty."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {
        name.rstrip(":"): int(kib) * 1024 / 1e6
        for name, kib, *_ in (line.split() for line in lines)
    }


def tallies(workers: Iterable[Worker]) -> Counter[str]:
    """What workers have counted since they began: calls by code, and degraded answers as such."""
    found: Counter[str] = Counter()
    for worker in workers:
        with urllib.request.urlopen(f"http://{worker.metrics}/metrics", timeout=30) as answer:
            families = text_string_to_metric_families(answer.read().decode())
            samples = [sample for family in families for sample in family.samples]
        for sample in samples:
            if sample.name == "pln_calls_total":
                found[sample.labels["code"]] += int(sample.value)
            elif sample.name == "pln_degraded_total":
                found["degraded"] += int(sample.value)
    return found
