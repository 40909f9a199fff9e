"""What a call that was refused or failed says, read from the details that the service sends."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import grpc
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2, status_pb2

DETAILS_KEY = "grpc-status-details-bin"
"""The metadata in which gRPC carries a google.rpc.Status."""

Detail = TypeVar("Detail", bound=Message)


class CallError(Exception):
    """A call that was not answered.

    code: of gRPC. message: in English, for people.
    reason: stable, for programs, such as PERSON_NOT_FOUND; empty where the service was not reached.
        MODEL_CHANGED comes in the midst of pages: start that list again.
    field: the path of the request field at fault, such as `scope.filter`, or empty.
    retry_after: seconds to wait before trying again, where the service says so.
    metadata: more about the reason, by name.

    >>> print(CallError(grpc.StatusCode.NOT_FOUND, "who is that?", reason="PERSON_NOT_FOUND"))
    NOT_FOUND (PERSON_NOT_FOUND): who is that?
    """

    def __init__(
        self,
        code: grpc.StatusCode,
        message: str,
        *,
        reason: str = "",
        field: str = "",
        retry_after: float | None = None,
        metadata: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code.name}{f' ({reason})' if reason else ''}: {message}")
        self.code = code
        self.message = message
        self.reason = reason
        self.field = field
        self.retry_after = retry_after
        self.metadata = metadata or {}


def call_error(error: grpc.RpcError) -> CallError:
    """What gRPC's error, which is a call that has ended, says."""
    status = _status(error)
    info = _detail(status, error_details_pb2.ErrorInfo())
    bad = _detail(status, error_details_pb2.BadRequest()).field_violations
    retry = _detail(status, error_details_pb2.RetryInfo())
    wait = retry.retry_delay.ToTimedelta().total_seconds()
    return CallError(
        code=error.code(),
        message=error.details() or "",
        reason=info.reason,
        field=bad[0].field if bad else "",
        retry_after=wait if retry.HasField("retry_delay") else None,
        metadata=dict(info.metadata),
    )


def _status(error: grpc.RpcError) -> status_pb2.Status:
    """The details; empty where there are none that can be read."""
    for key, value in cast("Any", error.trailing_metadata()) or ():
        if key == DETAILS_KEY:
            try:
                return status_pb2.Status.FromString(value)
            except DecodeError:
                break
    return status_pb2.Status()


def _detail(status: status_pb2.Status, into: Detail) -> Detail:
    """The detail of this type; empty where there is none."""
    for detail in status.details:
        if detail.Unpack(into):
            break
    return into
