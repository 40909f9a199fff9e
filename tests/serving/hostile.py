"""Requests that are wrong in one field, made from the contract's descriptors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import grpc
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from recommender.serving.answering import implemented, managing
from recommender.serving.rpcs import MODELS
from recommender.v1.event_service_pb2 import WRITE_STATUS_REJECTED
from tests.serving.fakes import Refused, read_refusal
from tests.serving.good_requests import GOOD, PARTS

METHODS = {
    f"{service.full_name}/{name}": service.methods_by_name[name]
    for service, methods in (implemented() | managing(None)).items()
    for name in methods
}
"""What the server answers, its admin listener too, by the path of the call."""
REFUSALS = {
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.ALREADY_EXISTS,
}
"""What a caller may be told of a request that is wrong."""
DEEPEST = 4
"""Levels of messages within messages that are gone through."""
MARK = "~#~"
"""Stands for half of a surrogate pair, which takes as many bytes and which no library writes."""
HALF = "\ud800".encode("utf-8", "surrogatepass")

STRINGS = {
    "empty": "",
    "a megabyte": "x" * 1_000_000,
    "NUL": "a\0b",
    "a newline": "a\nb",
    "backwards": "\u202eada",
    "in two forms": "e\u0301",
    "half a surrogate pair": MARK,
}
INTEGERS = {"negative": -1, "zero": 0, "largest": 2**31 - 1, "smallest": -(2**31)}
LONG = {"negative": -1, "zero": 0, "largest": 2**63 - 1, "smallest": -(2**63)}
NUMBERS = {
    "negative": -1.0,
    "zero": 0.0,
    "no number": float("nan"),
    "infinite": float("inf"),
    "minus infinite": float("-inf"),
    "largest": 3e38,
}
ENUMS = {"unknown": 99, "negative": -1, "largest": 2**31 - 1, "unspecified": 0}
VALUES = {
    FieldDescriptor.TYPE_STRING: STRINGS,
    FieldDescriptor.TYPE_INT32: INTEGERS,
    FieldDescriptor.TYPE_INT64: LONG,
    FieldDescriptor.TYPE_FLOAT: NUMBERS,
    FieldDescriptor.TYPE_DOUBLE: NUMBERS,
    FieldDescriptor.TYPE_ENUM: ENUMS,
    FieldDescriptor.TYPE_BOOL: {"true": True, "false": False},
}
TIMES = [1, 2, 10_000]
"""How often the elements of a list are repeated."""


@dataclass(frozen=True)
class Wrong:
    """A request with one field of another value. what: says which; content: as it is sent."""

    what: str
    content: bytes


class Server(Protocol):
    """Where calls go. admin: those of ModelService."""

    channel: grpc.Channel
    admin: grpc.Channel


def send(server: Server, path: str, content: bytes) -> Refused | list[bytes]:
    """What a caller is told of a refusal, or the messages of the answer."""
    method = METHODS[path]
    channel = server.admin if method.containing_service is MODELS else server.channel
    call = channel.unary_stream if method.server_streaming else channel.unary_unary
    try:
        answer = call(f"/{path}")(content)
        return list(answer) if method.server_streaming else [answer]
    except grpc.RpcError as error:
        return read_refusal(error)


def rejected(method: MethodDescriptor, content: bytes) -> list[str]:
    """The fields at fault in items of a write that were not taken."""
    answer: Any = GetMessageClass(method.output_type).FromString(content)
    if "outcomes" not in method.output_type.fields_by_name:
        return []
    return [one.field for one in answer.outcomes if one.status == WRITE_STATUS_REJECTED]


def paths(kind: Descriptor, depth: int = 1) -> Iterator[tuple[FieldDescriptor, ...]]:
    """Every field of a message and of the messages in it, as the fields that lead there."""
    for field in kind.fields:
        yield (field,)
        if field.message_type is not None and depth < DEEPEST:
            for rest in paths(field.message_type, depth + 1):
                yield field, *rest


def written(path: tuple[FieldDescriptor, ...]) -> str:
    """A path as errors name it, without places in lists."""
    return ".".join(field.name for field in path)


def wrongs(method: MethodDescriptor, path: tuple[FieldDescriptor, ...]) -> Iterator[Wrong]:
    """The method's good request with that field missing, and with each of its odd values."""
    *way, field = path
    if not way:
        request, holder = _reached(method, path)
        holder.ClearField(field.name)
        yield Wrong("missing", request.SerializeToString())
    for what, value in _values(field):
        for times in TIMES if field.is_repeated else [1]:
            if times > 1 and what == "a megabyte":
                continue  # gRPC itself would refuse it
            request, holder = _reached(method, path)
            _put(holder, field, value, times)
            content = request.SerializeToString().replace(MARK.encode(), HALF)
            yield Wrong(f"{what} × {times}" if times > 1 else what, content)


def _values(field: FieldDescriptor) -> list[tuple[str, object]]:
    if field.message_type is not None:
        return [("nothing set", None)]
    return list(VALUES[field.type].items())


def _reached(
    method: MethodDescriptor, path: tuple[FieldDescriptor, ...]
) -> tuple[Message, Message]:
    """A copy of the method's good request, and the message in it that has the path's last field."""
    request = GetMessageClass(method.input_type)()
    request.CopyFrom(GOOD[method.name])
    holder = request
    for field in path[:-1]:
        inner = getattr(holder, field.name)
        if not (len(inner) if field.is_repeated else holder.HasField(field.name)):
            inner = inner.add() if field.is_repeated else inner
            inner.SetInParent()
            if field.message_type.name in PARTS:
                inner.CopyFrom(PARTS[field.message_type.name])
        elif field.is_repeated:
            inner = inner[0]
        holder = inner
    return request, holder


def _put(holder: Message, field: FieldDescriptor, value: object, times: int) -> None:
    if field.message_type is not None and field.is_repeated:
        holder.ClearField(field.name)
        for _ in range(times):
            getattr(holder, field.name).add()
    elif field.message_type is not None:
        holder.ClearField(field.name)
        getattr(holder, field.name).SetInParent()
    elif field.is_repeated:
        holder.ClearField(field.name)
        getattr(holder, field.name).extend([value] * times)
    else:
        setattr(holder, field.name, value)


def related(named: str, path: tuple[FieldDescriptor, ...], kind: Descriptor) -> bool:
    """Whether an error names this field, or what it is in or holds; and names one that is there."""
    plain, own = re.sub(r"\[\d+\]", "", named), written(path)
    of_oneof = plain.rpartition(".")[0]
    return exists(named, kind) and (
        plain == own
        or plain.startswith(f"{own}.")
        or own.startswith(f"{plain}.")
        or (plain.endswith(".body") and own.startswith(of_oneof))
    )


def exists(named: str, kind: Descriptor | None) -> bool:
    """Whether a path in an error, such as `steering.goals[1].topic_id`, is one of the message."""
    for part in named.split("."):
        found = re.fullmatch(r"(\w+?)(\[\d+\])?", part)
        if found is None or kind is None:
            return False
        if found[1] in kind.oneofs_by_name:
            kind = None
            continue
        field = kind.fields_by_name.get(found[1])
        if field is None or (found[2] and not field.is_repeated):
            return False
        kind = field.message_type
    return True
