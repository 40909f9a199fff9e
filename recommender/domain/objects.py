"""Object stores by URL, and what to do where one says no."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qsl, unquote

from recommender.domain.errors import InvalidArgumentError, shorten

if TYPE_CHECKING:
    import pyarrow.fs as pafs

SCHEME = "s3"
_OPTIONS = ("endpoint_override", "region", "anonymous")
_SECRET = re.compile(r"(//)[^/?#]*@")


@dataclass(frozen=True, slots=True)
class ObjectUrl:
    """What an `s3://` URL names: a bucket, a key or prefix in it, and how to get there.

    >>> url = ObjectUrl.at("s3://lists/nightly?endpoint_override=http://127.0.0.1:9000", "--out")
    >>> url.bucket, url.key, url.options
    ('lists', 'nightly', {'endpoint_override': 'http://127.0.0.1:9000'})
    """

    bucket: str
    key: str
    options: dict[str, str]

    @classmethod
    def at(cls, url: str, field: str) -> Self:
        """Raises InvalidArgumentError for `field` where `url` names no bucket, or too much.

        So too for // in its path, which the client of the store would refuse at the first request.
        """
        where, _, query = url.partition("?")
        bucket, _, key = where.partition("://")[2].partition("/")
        options = dict(parse_qsl(query, keep_blank_values=True))
        key, shown = unquote(key).strip("/"), shorten(_SECRET.sub(_HIDDEN, url))
        unknown = [name for name in options if name not in _OPTIONS]
        if not bucket or "@" in bucket or unknown:
            raise InvalidArgumentError(
                field,
                f"{shown!r} cannot be used; give s3://BUCKET/PREFIX, "
                f"with ?{'=, &'.join(_OPTIONS)}= as needed, and credentials in the environment",
            )
        if "//" in key:
            raise InvalidArgumentError(
                field, f"{shown!r} has // in its path, where a name is missing; write / there"
            )
        return cls(bucket, key, options)

    def system(self, attempts: int) -> pafs.S3FileSystem:
        """The file system of the store. attempts: how often a request is made before it fails.

        Its waits grow from 0.05 s, twofold. The "standard" strategy has a budget of 100 tries more
        in all, which Arrow never fills up again: a long job would use it up. What is written is
        opened late, so that a small object is one request.
        """
        import pyarrow.fs as pafs  # noqa: PLC0415  (slow to load, and needed by few)

        environ = os.environ
        endpoint = environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL")
        return pafs.S3FileSystem(
            endpoint_override=self.options.get("endpoint_override") or endpoint,
            region=self.options.get("region"),
            anonymous=self.options.get("anonymous", "").lower() in {"1", "true", "yes"},
            allow_delayed_open=True,
            retry_strategy=pafs.AwsDefaultS3RetryStrategy(max_attempts=attempts),
        )


_HIDDEN = r"\1***@"


def remedy(said: str) -> str:
    """What to do about what a store, or the way there, says.

    >>> remedy("AWS Error ACCESS_DENIED during PutObject operation")[:31]
    'see that AWS_ACCESS_KEY_ID and '
    """
    if "ACCESS_DENIED" in said or "INVALID_ACCESS" in said or "credentials" in said:
        return (
            "see that AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are those of somebody who may "
            "use it"
        )
    return "see that the store answers at its endpoint and in its region, and try again"
