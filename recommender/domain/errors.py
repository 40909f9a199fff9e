"""Every error a caller can meet. Each names the value at fault, the place, and the remedy.

RecommenderError
├── InputDataError         host data that cannot be used              exit code 3
├── InvalidArgumentError   a request field or setting out of range    exit code 2
├── PersonNotFoundError    a person the model has not seen            exit code 1
├── VersionNotFoundError   no such model or snapshot                  exit code 3
├── CorruptVersionError    a model or snapshot that fails its checks  exit code 3
├── AddressInUseError      the port is taken                          exit code 1
├── GateError              a model that falls short of its gate       exit code 1
├── StoreUnavailableError  a learner store that cannot be used now    exit code 1
├── NoStoreError           a call for what only a store has          exit code 1
├── RequestReusedError     a request id used again for another thing  exit code 1
├── EtagMismatchError      a change to a state that is gone           exit code 1
├── BlockNotFoundError     a block that is not there                  exit code 1
├── BusyError              another run of the same job is at work     exit code 4
├── OutputError            something that could not be written        exit code 1
└── EngineError            an engine that is not there or broke down  exit code 1

One table in `serving/` maps them to gRPC codes, one in `cli.py` to exit codes; a test holds both
to this list.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any


class RecommenderError(Exception):
    """The base of every error that is a caller's or an operator's to mend."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors come out of worker processes as what they were, whatever makes them."""
        return _again, (type(self), self.args), self.__dict__


def _again(kind: type[RecommenderError], args: tuple[Any, ...]) -> RecommenderError:
    """An error of what it says, not of what it was said of."""
    return kind.__new__(kind, *args)


class InputDataError(RecommenderError):
    """Host data that cannot be used: a missing table or column, an unreadable file."""


class InvalidArgumentError(RecommenderError):
    """A request field or a setting that is out of its range.

    field: the name of the field as the caller wrote it.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class PersonNotFoundError(RecommenderError):
    """A person id that the model has not seen."""

    def __init__(self, person_id: str, model: str) -> None:
        super().__init__(
            f"person {shorten(person_id)!r} is not in model {model}; "
            "check the id, or train on data that has this person"
        )
        self.person_id = person_id


class VersionNotFoundError(RecommenderError):
    """A model or snapshot that is not there."""


class CorruptVersionError(RecommenderError):
    """A model or snapshot whose files do not match its manifest."""


class AddressInUseError(RecommenderError):
    """The address to listen on is taken."""


class GateError(RecommenderError):
    """A model that falls short of what its gate demands; the message says where."""


class StoreUnavailableError(RecommenderError):
    """A learner store that cannot be used now; the message may name its place."""


class NoStoreError(RecommenderError):
    """What needs a learner store, on a server that runs without one: for ever, not for now."""


class RequestReusedError(RecommenderError):
    """A request id that came before with another request."""

    def __init__(self, request_id: str) -> None:
        super().__init__(
            f"request_id: {shorten(request_id)!r} named another request before; use a new one"
        )


class EtagMismatchError(RecommenderError):
    """A change that was meant for a state which has changed since it was read."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field}: the state has changed since; read it again")


class BlockNotFoundError(RecommenderError):
    """A decision about a person that is not there, so cannot be taken back."""

    def __init__(self, person_id: str, contact_id: str) -> None:
        super().__init__(
            f"{shorten(person_id)!r} keeps {shorten(contact_id)!r} off no list; "
            "ListBlocks has those that there are"
        )


class BusyError(RecommenderError):
    """Another run of the same job is at work; the message says who, and since when."""


class OutputError(RecommenderError):
    """A snapshot, a model or lists that could not be written."""


class EngineError(RecommenderError):
    """What was asked to compute, as Spark is, is not there or could not go on."""


def shorten(value: str, limit: int = 80) -> str:
    """Cut `value` for a message, so that a 10 kB id does not fill the terminal.

    >>> shorten("x" * 100, limit=5)
    'xxxxx…'
    """
    return value if len(value) <= limit else value[:limit] + "…"


def nearest(name: str, valid: Iterable[str]) -> str:
    """The nearest valid name as a question, or the list of all where nothing is near.

    >>> nearest("peple", ["people", "topics"])
    '; did you mean people?'
    """
    names = list(valid)
    near = difflib.get_close_matches(name[:200], names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; there are: {', '.join(names)}"
