"""What tests on Spark share."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.on_spark import spark


@pytest.fixture(scope="package")
def spill(tmp_path_factory):
    """The folder where Spark spills."""
    return tmp_path_factory.mktemp("spill")


@pytest.fixture(scope="package")
def session(tmp_path_factory, spill):
    """One session for all tests, which commands find and use; Ctrl-C is ours as ever.

    Before it there was another, whose folder is gone.
    """
    spark.require_spark()
    from recommender.domain.spark.session import begun

    before = signal.getsignal(signal.SIGINT)
    with TemporaryDirectory(dir=spill) as gone, begun(spark.LOCAL, Path(gone)):
        pass
    told = replace(spark.LOCAL, conf={**spark.LOCAL.conf, "spark.local.dir": str(spill)})
    with begun(told, tmp_path_factory.mktemp("spark")) as running:
        assert signal.getsignal(signal.SIGINT) is before
        yield running
