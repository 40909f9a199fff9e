"""Whether a master of a standalone cluster answers; Spark itself would try for a minute."""

from __future__ import annotations

import socket

from recommender.domain.errors import EngineError, shorten

_WAIT = 5.0
"""Seconds in which a master has to answer."""
_PORT = 7077
"""Where masters listen, if their URL does not say."""


def require_master(url: str) -> None:
    """Raise EngineError, one line, where `url` is `spark://HOST:PORT,…` and none of them answers.

    What is on YARN, on Kubernetes or on this machine is left to Spark.
    """
    scheme, found, places = url.partition("://")
    if not found or scheme != "spark":
        return
    said = [_asked(place) for place in places.split(",")]
    if all(said):
        raise EngineError(
            f"no Spark master answers at {shorten(url)} ({said[0]}); see that it runs, and that "
            "--spark-master names it as its own page does"
        )


def _asked(place: str) -> str:
    """What came of knocking; empty where somebody answered."""
    host, _, port = place.rpartition(":") if ":" in place else (place, "", str(_PORT))
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_WAIT):
            return ""
    except ValueError:
        return f"{shorten(port)} is no port"
    except OSError as error:
        return error.strerror or str(error)
