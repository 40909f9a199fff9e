"""A server that runs without a learner store: what needs one says so, and is not tried again."""

from __future__ import annotations

import grpc
import pytest

from recommender.serving.rpcs import SCOPE
from tests.serving.fakes import refused
from tests.serving.good_requests import GOOD
from tests.serving.stored import serving

NEEDS_ONE = sorted(name for name in SCOPE if name.startswith(("LearnerService/", "EventService/")))


@pytest.fixture(scope="module")
def bare(models):
    with serving(models, None) as found:
        yield found


@pytest.mark.parametrize("name", NEEDS_ONE)
def test_what_needs_a_store_fails_for_ever_and_names_the_setting(bare, name):
    """UNAVAILABLE would have clients try again what no server of this kind will ever do."""
    service, method = name.split("/")
    stub = bare.learners if service == "LearnerService" else bare.events
    found = refused(getattr(stub, method), GOOD[method])
    assert (found.code, found.reason) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "STORE_NOT_CONFIGURED",
    )
    assert found.message == "this server runs without a learner store (serve.store)"
