"""One worker process, as the supervisor starts it: `python -m recommender.serving.worker`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog

from recommender.bundle import read_info
from recommender.domain.config import ServeConfig
from recommender.domain.errors import RecommenderError
from recommender.pipeline import Pipeline
from recommender.serving import logs
from recommender.serving.lifecycle import live
from recommender.serving.signals import die_with_parent
from recommender.serving.supervisor import REFUSED
from recommender.serving.turns import InTurn


def run(model: Path, config: ServeConfig) -> int:
    """Serve the model at `model` from this process; returns the exit code.

    Raises RecommenderError where the model or the address cannot be had.
    """
    return live(model, config, lambda path: InTurn(Pipeline.open(path)), read_info)


def main(arguments: Sequence[str]) -> int:
    """Serve as the supervisor asks; REFUSED where model or address cannot be had."""
    parser = argparse.ArgumentParser(prog="recommender.serving.worker")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--config", required=True, help="a ServeConfig as JSON")
    parser.add_argument("--parent", type=int, required=True, help="the supervisor's process id")
    asked = parser.parse_args(arguments)
    die_with_parent(asked.parent)
    logs.configure()
    try:
        return run(asked.model, ServeConfig(**json.loads(asked.config)))
    except RecommenderError as error:
        structlog.get_logger().error("refused", error=str(error))
        return REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
