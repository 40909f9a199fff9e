"""How errors become gRPC statuses: one table, and nothing of the inside ever gets out."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf import duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from recommender.domain.errors import (
    AddressInUseError,
    BlockNotFoundError,
    BusyError,
    CorruptVersionError,
    EngineError,
    EtagMismatchError,
    GateError,
    InputDataError,
    InvalidArgumentError,
    NoStoreError,
    OutputError,
    PersonNotFoundError,
    RecommenderError,
    RequestReusedError,
    StoreUnavailableError,
    VersionNotFoundError,
)

DOMAIN = "recommender.v1"
"""The domain of every ErrorInfo."""
REQUEST_ID = "x-request-id"
"""Trailing metadata that names the call, as the log does."""
_PUSHBACK = "grpc-retry-pushback-ms"
"""Trailing metadata by which gRPC's clients try again, or are kept from it (gRFC A6)."""
_SOON_SECONDS = 0.2
"""Longer waits are the caller's: its deadline might pass meanwhile, and the reason be lost."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a kind of error is on the wire.

    code: the gRPC code; reason: stable, for programs.
    text: what the caller reads; None: the error's own words, where they hold only what the caller
        said or may know. Errors about files name paths of the server, so they are reworded.
    """

    code: grpc.StatusCode
    reason: str
    text: str | None = None


STATUS: dict[type[RecommenderError], Status] = {
    InputDataError: Status(
        grpc.StatusCode.INTERNAL, "INPUT_DATA", "the server's data cannot be used"
    ),
    InvalidArgumentError: Status(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT"),
    PersonNotFoundError: Status(grpc.StatusCode.NOT_FOUND, "PERSON_NOT_FOUND"),
    VersionNotFoundError: Status(
        grpc.StatusCode.NOT_FOUND,
        "MODEL_NOT_FOUND",
        "this server has no such model; ListModels names those it has",
    ),
    CorruptVersionError: Status(
        grpc.StatusCode.FAILED_PRECONDITION,
        "MODEL_REFUSED",
        "the model does not pass its checks; the server's log says why",
    ),
    AddressInUseError: Status(
        grpc.StatusCode.UNAVAILABLE, "ADDRESS_IN_USE", "the server cannot listen"
    ),
    GateError: Status(
        grpc.StatusCode.FAILED_PRECONDITION,
        "GATE_NOT_PASSED",
        "the model falls short of its gate; the server's log says where",
    ),
    StoreUnavailableError: Status(
        grpc.StatusCode.UNAVAILABLE,
        "STORE_UNAVAILABLE",
        "the learner store cannot be reached or written now; nothing was done, try again later",
    ),
    NoStoreError: Status(
        grpc.StatusCode.FAILED_PRECONDITION,
        "STORE_NOT_CONFIGURED",
        "this server runs without a learner store (serve.store)",
    ),
    RequestReusedError: Status(grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED"),
    EtagMismatchError: Status(grpc.StatusCode.ABORTED, "ETAG_MISMATCH"),
    BlockNotFoundError: Status(grpc.StatusCode.NOT_FOUND, "BLOCK_NOT_FOUND"),
    BusyError: Status(
        grpc.StatusCode.UNAVAILABLE, "BUSY", "another job is at work; try again later"
    ),
    EngineError: Status(grpc.StatusCode.INTERNAL, "ENGINE_FAILED", "an engine is not there"),
    OutputError: Status(grpc.StatusCode.INTERNAL, "EXPORT_FAILED", "lists could not be written"),
}
"""Every error of the domain; total, and held to be so by a test."""


@dataclass(frozen=True)
class _Told(grpc.Status):
    """A status with more metadata than grpc_status puts into its own."""

    code: grpc.StatusCode
    details: str
    trailing_metadata: Any


class RefusalError(Exception):
    """A call that ends with a status other than OK, and all that the caller is told of it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Refusal:
    """What the caller is told.

    field_path: the request field at fault, or empty.
    metadata: of the ErrorInfo.
    reference: names the log line that has the detail; empty where there is none.
    retry_seconds: after how long trying again is worth while; 0: nothing is said of that.
    """

    code: grpc.StatusCode
    reason: str
    message: str
    field_path: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    reference: str = ""
    retry_seconds: float = 0.0

    def to_status(self, request_id: str = "") -> grpc.Status:
        """The status for `ServicerContext.abort_with_status`, with details attached.

        request_id: goes along, where it is given, so that the caller can name the call.
        """
        number: int = self.code.value[0]
        status = status_pb2.Status(code=number, message=self.message)
        info = error_details_pb2.ErrorInfo(
            reason=self.reason, domain=DOMAIN, metadata=self.metadata
        )
        status.details.add().Pack(info)
        if self.field_path:
            violation = error_details_pb2.BadRequest.FieldViolation(
                field=self.field_path, description=self.message, reason=self.reason
            )
            status.details.add().Pack(error_details_pb2.BadRequest(field_violations=[violation]))
        if self.retry_seconds > 0:
            wait = duration_pb2.Duration()
            wait.FromNanoseconds(int(self.retry_seconds * 1e9))
            status.details.add().Pack(error_details_pb2.RetryInfo(retry_delay=wait))
        told = rpc_status.to_status(status)
        metadata = told.trailing_metadata
        if self.retry_seconds > 0:
            metadata = (*metadata, (_PUSHBACK, _pushback(self.retry_seconds)))
        if request_id:
            metadata = (*metadata, (REQUEST_ID, request_id))
        return _Told(told.code, told.details, metadata)


def _pushback(seconds: float) -> str:
    return str(math.ceil(1000 * seconds)) if seconds <= _SOON_SECONDS else "-1"


def refusal_of(error: Exception) -> Refusal:
    """What the caller is told about `error`; of an unforeseen one, only a reference."""
    if isinstance(error, RefusalError):
        return error.refusal
    if isinstance(error, RecommenderError) and type(error) in STATUS:
        return _foreseen(error)
    reference = secrets.token_hex(8)
    return Refusal(
        code=grpc.StatusCode.INTERNAL,
        reason="INTERNAL",
        message=f"the server failed; its log has the detail under reference {reference}",
        metadata={"reference": reference},
        reference=reference,
    )


def _foreseen(error: RecommenderError) -> Refusal:
    status = STATUS[type(error)]
    return Refusal(
        code=status.code,
        reason=status.reason,
        message=str(error) if status.text is None else status.text,
        field_path=error.field if isinstance(error, InvalidArgumentError) else "",
        metadata=_metadata(error),
    )


def _metadata(error: RecommenderError) -> dict[str, str]:
    if isinstance(error, PersonNotFoundError):
        return {"person_id": error.person_id}
    if isinstance(error, InvalidArgumentError):
        return {"field": error.field}
    return {}
