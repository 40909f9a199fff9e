"""Fails where the lock file has a requirement without exact version and hash, or names a place.

python .ci/check_lock.py requirements.lock
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PIN = re.compile(r"[A-Za-z0-9._-]+==[^\s;]+")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}$")
PLACE = re.compile(r"://|^\s*--(index-url|extra-index-url|find-links)|\s@\s")


def faults(text: str) -> list[str]:
    """What is wrong with a lock file, a line for each fault."""
    found = [
        f"line {number} names a place: {line.strip()}"
        for number, line in enumerate(text.splitlines(), 1)
        if PLACE.search(line)
    ]
    code = "\n".join(line.split(" #")[0] for line in text.splitlines() if line.strip()[:1] != "#")
    for requirement in filter(None, map(str.strip, code.replace("\\\n", " ").splitlines())):
        words = requirement.split()
        if not PIN.match(words[0]):
            found.append(f"{words[0]} has no exact version")
        if not any(HASH.match(word) for word in words):
            found.append(f"{words[0]} has no hash")
    return found


def main(path: Path) -> int:
    """Say every fault; the exit code is 1 where there is one."""
    found = faults(path.read_text(encoding="utf-8"))
    for fault in found:
        print(f"{path}: {fault}", file=sys.stderr)  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
