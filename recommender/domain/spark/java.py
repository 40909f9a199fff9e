"""The Java that Spark runs on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from recommender.domain.errors import EngineError

OLDEST, NEWEST = 17, 22
"""Versions of Java that Spark 4.0 runs on; its Hadoop asks newer ones for what they do not have."""

_NEEDED = f"Spark needs Java {OLDEST} or newer, up to {NEWEST}"
_REMEDY = "install one, and let JAVA_HOME or PATH name it"
_VERSION = re.compile(r'version "(\d+)(?:\.(\d+))?')
_WAIT = 30.0
"""Seconds that Java may take to say its version."""


def require_java() -> None:
    """Raise EngineError, one line, where there is no Java that Spark can run on."""
    java = _java()
    said = _said(java)
    version = version_of(said)
    if version is None:
        first = next(iter(said.splitlines()), "nothing")
        raise EngineError(f"{_NEEDED}, and {java} is none (it says: {first}); {_REMEDY}")
    if not OLDEST <= version <= NEWEST:
        raise EngineError(f"{_NEEDED}, and {java} is Java {version}; {_REMEDY}")


def version_of(said: str) -> int | None:
    """The version that `java -version` told of; None where it told of none.

    >>> version_of('openjdk version "21.0.2" 2024-01-16'), version_of('java version "1.8.0_392"')
    (21, 8)
    """
    found = _VERSION.search(said)
    if found is None:
        return None
    first, second = found.groups()
    return int(second) if first == "1" and second else int(first)


def _java() -> str:
    """The Java that Spark would start, told as Spark tells it."""
    home = os.environ.get("JAVA_HOME")
    if home:
        return str(Path(home) / "bin" / "java")
    found = shutil.which("java")
    if found is None:
        raise EngineError(f"{_NEEDED}, and there is no Java here; {_REMEDY}")
    return found


def _said(java: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  (the Java that Spark would run as well)
            [java, "-version"], capture_output=True, text=True, timeout=_WAIT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = getattr(error, "strerror", None) or "it does not answer"
        raise EngineError(f"{_NEEDED}, and {java} cannot be run ({reason}); {_REMEDY}") from None
    return done.stderr + done.stdout
