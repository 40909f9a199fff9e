"""One worker process, as the supervisor starts it: `python -m recommender.serving.worker`.

Its settings, a `ServeConfig` as JSON, come by standard input.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from recommender.domain.errors import RecommenderError
from recommender.domain.serve_config import ServeConfig
from recommender.serving import logs
from recommender.serving.hosting import host
from recommender.serving.lifecycle import live
from recommender.serving.processes import say_ready
from recommender.serving.signals import die_with_parent
from recommender.serving.supervisor import REFUSED


def run(model: Path | None, config: ServeConfig, ready: Callable[[], None] = lambda: None) -> int:
    """Serve from this process; returns the exit code. Arguments as of `live`.

    Raises RecommenderError where a model or an address cannot be had.
    """
    return live(model, config, host(model, config), ready)


def main(arguments: Sequence[str]) -> int:
    """Serve as the supervisor asks; REFUSED where model or address cannot be had."""
    parser = argparse.ArgumentParser(prog="recommender.serving.worker")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--parent", type=int, required=True, help="the supervisor's process id")
    asked = parser.parse_args(arguments)
    die_with_parent(asked.parent)
    logs.configure()
    try:
        return run(asked.model, ServeConfig(**json.load(sys.stdin)), say_ready)
    except RecommenderError as error:
        structlog.get_logger().error("refused", error=str(error))
        return REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
