"""A night whose lists go to an object store."""

from __future__ import annotations

import boto3

from recommender.batch import bucket
from recommender.batch.verify import verify
from tests.cli.nightly import world
from tests.objects import credentials, server

__all__ = ["credentials", "server"]

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def test_lists_may_go_to_an_object_store(host, server, monkeypatch):
    """They are of the model that is in force; begun again, a run finds that they are whole."""
    monkeypatch.setattr(bucket, "SETTLING_SECONDS", 0)
    boto3.client("s3", endpoint_url=server[1]).create_bucket(Bucket="lists")
    url = f"s3://lists/nightly?endpoint_override={server[1]}"
    settings = (host / "pln.toml").read_text()
    (host / "pln.toml").write_text(settings.replace('"out/lists"', f'"{url}"'))
    done = world.night(host, environ=CREDENTIALS)
    assert done.returncode == 0, done.stderr
    assert verify(url).model == world.in_force(host)
    told = world.report(host)
    [step] = [step for step in told["steps"] if step["name"] == "export"]
    assert step["facts"]["lists"] == "s3://lists/nightly"
