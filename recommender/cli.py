"""The command line: puts the commands together and turns errors into one line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import typer
from typer.exceptions import Abort, TyperException

from recommender.commands import (
    data,
    demo,
    evaluate,
    exporting,
    model_versions,
    models,
    nightly,
    people,
    store,
    tokens,
)
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

EXIT_CODES: dict[type[RecommenderError], int] = {
    InputDataError: 3,
    InvalidArgumentError: 2,
    PersonNotFoundError: 1,
    VersionNotFoundError: 3,
    CorruptVersionError: 3,
    AddressInUseError: 1,
    GateError: 1,
    StoreUnavailableError: 1,
    NoStoreError: 1,
    RequestReusedError: 1,
    EtagMismatchError: 1,
    BlockNotFoundError: 1,
    BusyError: 4,
    OutputError: 1,
    EngineError: 1,
}
"""What the shell is told: 1 failed, 2 misused, 3 input that is missing or cannot be used, 4 another
run is at work."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
for group in (demo, data, models, evaluate, nightly, people):
    app.add_typer(group.app)
app.add_typer(data.snapshots, name="snapshot")
app.add_typer(model_versions.app, name="models")
app.add_typer(exporting.group, name="export")
app.add_typer(store.store, name="store")
app.add_typer(tokens.app, name="tokens")


@app.callback(invoke_without_command=True, epilog="Example: pln demo")
def pln(
    context: typer.Context,
    show_version: Annotated[bool, typer.Option("--version", help="Say which version.")] = False,
) -> None:
    """Recommends people for personal learning networks, and says why."""
    if show_version:
        typer.echo(f"pln {version('pln-recommender')}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 done, 1 failed, 2 misused, 3 bad input, 4 busy, 130 interrupted."""
    try:
        code = app(arguments, prog_name="pln", standalone_mode=False)
        sys.stdout.flush()
    except RecommenderError as error:
        return _fail(_noted(error), EXIT_CODES[type(error)])
    except TyperException as error:
        return _fail(_usage(error), error.exit_code)
    except (KeyboardInterrupt, Abort):
        return 130
    except BrokenPipeError:
        return _reader_gone()
    except Exception as error:  # noqa: BLE001  (the last line of defence: no traceback for users)
        return _unexpected(error)
    return code if isinstance(code, int) else 0


def _fail(message: str, code: int) -> int:
    print("pln:", " ".join(message.split()), file=sys.stderr)  # noqa: T201
    return code


def _noted(error: Exception) -> str:
    """What went wrong, and what was noted about it on its way up."""
    return "; ".join([str(error), *_notes(error)])


def _notes(error: Exception) -> list[str]:
    return getattr(error, "__notes__", [])


def _usage(error: TyperException) -> str:
    """What was wrong, and where to read how it is right."""
    context = getattr(error, "ctx", None)
    place = f" (see {context.command_path} --help)" if context else ""
    message = error.format_message().replace("Value error, ", "")  # typer's way of checking
    return message.rstrip(".") + place


def _reader_gone() -> int:
    """Whoever read our output has left, as `head` does: end without a word."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _unexpected(error: Exception) -> int:
    """What the operating system refused, or an error of ours."""
    if os.environ.get("PLN_DEBUG") == "1":
        raise error
    message = f"unexpected {type(error).__name__}: {_noted(error)}"
    if isinstance(error, OSError) and error.filename:
        message = "; ".join([f"{error.filename}: {error.strerror}", *_notes(error)])
    return _fail(f"{message} (PLN_DEBUG=1 shows where it happened)", 1)


if __name__ == "__main__":
    main()
