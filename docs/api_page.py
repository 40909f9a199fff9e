"""The page of the contract: what proto/ says, in an order for reading, with links."""

from __future__ import annotations

import re
from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)

from docs.contract import Contract, read

HEAD = """# The API

Made from `proto/recommender/v1`, the contract, by `make docs`. Package `recommender.v1`; make stubs
for any language from the protos, or call it from Python with `recommender.client`. Fields that have
the type of another message may be absent, as those marked `optional` may; all others then have the
zero of their type.
"""
ENDS = ("Request", "Response")
"""What a method's own messages are called after it."""
ERROR = re.compile(
    r"\b(INVALID_ARGUMENT|NOT_FOUND|FAILED_PRECONDITION|ALREADY_EXISTS|ABORTED|UNAVAILABLE"
    r"|PERMISSION_DENIED|UNAUTHENTICATED|RESOURCE_EXHAUSTED|DEADLINE_EXCEEDED|INTERNAL)\b"
    r"(?:[^.;,]{0,40}?\breason ([A-Z][A-Z_]+))?"
)
"""A code in a comment, with the reason that is named soon after it."""


def page(contract: Contract) -> str:
    """The whole page, as Markdown."""
    own = {f"{m.name}{end}" for s in contract.services.values() for m in s.method for end in ENDS}
    shared = [each for name, each in contract.messages.items() if name not in own]
    sections = [
        HEAD,
        _contents(contract),
        *(_service(each, contract) for each in contract.services.values()),
        "## Messages\n",
        *(_message(each, contract) for each in sorted(shared, key=lambda each: each.name)),
        "## Enums\n",
        *(_enum(contract.enums[name], contract) for name in sorted(contract.enums)),
    ]
    return "\n".join(sections)


def _contents(contract: Contract) -> str:
    lines = ["| service | RPCs |", "|---|---|"]
    for service in contract.services.values():
        methods = ", ".join(link(method.name) for method in service.method)
        lines.append(f"| {link(service.name)} | {methods} |")
    return "\n".join(lines) + "\n"


def _service(service: ServiceDescriptorProto, contract: Contract) -> str:
    head = f"## {service.name}\n\n{prose(service.name, contract)}\n"
    methods = (_method(service, method, contract) for method in service.method)
    return "\n".join([head, *methods])


def _method(
    service: ServiceDescriptorProto, method: MethodDescriptorProto, contract: Contract
) -> str:
    asked, given = (name.rpartition(".")[2] for name in (method.input_type, method.output_type))
    stream = "a stream of " if method.server_streaming else ""
    errors = _errors(f"{service.name}.{method.name}", contract.messages[asked], contract)
    lines = [
        f"### {method.name}\n",
        prose(f"{service.name}.{method.name}", contract) + "\n",
        f"Takes {link(asked)}, gives {stream}{link(given)}.\n",
        *([f"Besides the errors of the service: {errors}.\n"] if errors else []),
    ]
    wanted = {method.name + end for end in ENDS}
    own = [contract.messages[name] for name in (asked, given) if name in wanted]
    return "\n".join([*lines, *(_message(each, contract) for each in own)])


def _errors(name: str, request: DescriptorProto, contract: Contract) -> str:
    """The codes, with their reasons, that the words on a method and on its request name."""
    texts = [contract.notes[name], *_words(request, contract, set())]
    found: dict[str, set[str]] = {}
    for text in texts:
        for code, reason in ERROR.findall(" ".join(text.split())):
            found.setdefault(code, set()).update({reason} - {""})
    return ", ".join(
        f"{code} ({', '.join(sorted(reasons))})" if reasons else code
        for code, reasons in sorted(found.items())
    )


def _words(message: DescriptorProto, contract: Contract, seen: set[str]) -> Iterator[str]:
    seen.add(message.name)
    yield contract.notes[message.name]
    for field in message.field:
        note = contract.notes[f"{message.name}.{field.name}"]
        yield note
        for other in re.findall(r"as in `(\w+)`", note):
            yield contract.notes.get(f"{other}.{field.name}", "")
        inner = field.type_name.rpartition(".")[2]
        if inner in contract.messages and inner not in seen:
            yield from _words(contract.messages[inner], contract, seen)


def _message(message: DescriptorProto, contract: Contract) -> str:
    text = f"#### {message.name}\n\n{prose(message.name, contract)}\n"
    if not message.field:
        return text
    rows = ["| field | type | number | meaning |", "|---|---|---|---|"]
    for field in message.field:
        meaning = cell(f"{message.name}.{field.name}", contract)
        rows.append(f"| `{field.name}` | {_type(message, field)} | {field.number} | {meaning} |")
    return text + "\n" + "\n".join(rows) + "\n"


def _type(message: DescriptorProto, field: FieldDescriptorProto) -> str:
    scalar = FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()
    name = field.type_name.removeprefix(".")
    text = link(name.rpartition(".")[2]) if name.startswith("recommender.") else name or scalar
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        return f"repeated {text}"
    if field.proto3_optional:
        return f"optional {text}"
    if field.HasField("oneof_index"):
        return f"{text}, one of `{message.oneof_decl[field.oneof_index].name}`"
    return text


def _enum(enum: EnumDescriptorProto, contract: Contract) -> str:
    rows = ["| value | number | meaning |", "|---|---|---|"]
    for value in enum.value:
        meaning = cell(f"{enum.name}.{value.name}", contract)
        rows.append(f"| `{value.name}` | {value.number} | {meaning} |")
    return f"#### {enum.name}\n\n{prose(enum.name, contract)}\n\n" + "\n".join(rows) + "\n"


def link(name: str) -> str:
    """A link to the heading of `name`."""
    return f"[{name}](#{name.lower()})"


def prose(name: str, contract: Contract) -> str:
    """The comment on `name` in paragraphs, with links where it names something else."""
    paragraphs = contract.notes[name].strip().split("\n\n")
    joined = (" ".join(paragraph.split()) for paragraph in paragraphs)
    return _linked("\n\n".join(joined), name, contract)


def cell(name: str, contract: Contract) -> str:
    """The comment on `name` on one line, for a table."""
    text = " ".join(contract.notes[name].split()).replace("|", "\\|")
    return _linked(text, name, contract)


def _linked(text: str, name: str, contract: Contract) -> str:
    others = contract.names() - {name, name.partition(".")[0]}

    def linked(found: re.Match[str]) -> str:
        return f"[`{found[1]}{found[2]}`](#{found[1].lower()})" if found[1] in others else found[0]

    return re.sub(r"`(\w+)((?:\.\w+)?)`", linked, text)


def api_page() -> str:
    """The page as it should be now."""
    return page(read())
