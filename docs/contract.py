"""The contract as proto/ has it, comments included, by name."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
)

from proto.generate import PACKAGE, PROTO, protoc

FILE_MESSAGES, FILE_ENUMS, FILE_SERVICES = 4, 5, 6
"""Numbers of these fields in a FileDescriptorProto, which is how comments find what they are on."""
INNER = 2
"""Number of the fields of a message, the methods of a service and the values of an enum."""
ORDER = ["RecommendationService", "NetworkService", "LearnerService", "EventService"]
"""Services in the order of a reader's questions; others follow by name."""

Element = DescriptorProto | EnumDescriptorProto | ServiceDescriptorProto


@dataclass(frozen=True)
class Contract:
    """All services, messages and enums by name, and the comments by what they are on."""

    services: dict[str, ServiceDescriptorProto]
    messages: dict[str, DescriptorProto]
    enums: dict[str, EnumDescriptorProto]
    notes: dict[str, str]

    def names(self) -> set[str]:
        """Everything that has a heading of its own."""
        methods = {method.name for service in self.services.values() for method in service.method}
        return {*self.services, *self.messages, *self.enums, *methods}


def read() -> Contract:
    """The contract as it stands in proto/, comments included."""
    names = sorted(str(path.relative_to(PROTO)) for path in (PROTO / PACKAGE).glob("*.proto"))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "contract.binpb"
        protoc(names, ["--include_source_info", f"--descriptor_set_out={out}"])
        files = FileDescriptorSet.FromString(out.read_bytes()).file
    services = {each.name: each for file in files for each in file.service}
    return Contract(
        services={name: services[name] for name in [*ORDER, *sorted(services.keys() - ORDER)]},
        messages={each.name: each for file in files for each in file.message_type},
        enums={each.name: each for file in files for each in file.enum_type},
        notes={name: note for file in files for name, note in _notes(file)},
    )


def _notes(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    comments = {tuple(at.path): at.leading_comments for at in file.source_code_info.location}
    kinds: list[tuple[int, Iterable[Element]]] = [
        (FILE_MESSAGES, file.message_type),
        (FILE_ENUMS, file.enum_type),
        (FILE_SERVICES, file.service),
    ]
    for kind, elements in kinds:
        for place, element in enumerate(elements):
            yield element.name, comments[kind, place]
            for number, part in enumerate(parts(element)):
                yield f"{element.name}.{part.name}", comments[kind, place, INNER, number]


def parts(element: Element) -> Iterable[Any]:
    """Fields, values or methods."""
    if isinstance(element, DescriptorProto):
        return element.field
    return element.value if isinstance(element, EnumDescriptorProto) else element.method
