"""A server over the fake recommender, as a process: `python -m tests.serving.fake_server`.

Arguments: a ServeConfig as JSON, a folder of models, a named pipe. Calls for the person 'p001' say
that they wait, and then do so until somebody writes to the pipe.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import structlog

from recommender.domain.answer import Recommendation
from recommender.domain.serve_config import ServeConfig
from recommender.domain.slate import Query
from recommender.serving import logs
from recommender.serving.lifecycle import Host, live
from recommender.serving.processes import say_ready
from recommender.serving.tenants import InForce
from tests.serving.fakes import FakeRecommender, read_info


@dataclass
class Patient(FakeRecommender):
    gate: Path = Path()

    def answer(self, query: Query) -> list[list[Recommendation]]:
        if 1 in query.askers:
            structlog.get_logger().info("waiting")
            self.gate.read_bytes()
        return super().answer(query)


if __name__ == "__main__":
    config, models, gate = sys.argv[1:]
    logs.configure()
    settings = ServeConfig(**json.loads(config))

    def open_model(_tenant: str, folder: Path) -> InForce:
        return InForce(Patient(info=read_info(folder), gate=Path(gate)))

    host = Host(open_model=open_model, read_info=read_info)
    sys.exit(live(Path(models), settings, host, say_ready))
