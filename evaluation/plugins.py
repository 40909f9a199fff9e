"""Baselines of other packages, found by entry point.

A package offers one in its own pyproject.toml, naming a function that takes a `Known`:

    [project.entry-points."pln.baselines"]
    my_idea = "my_package.my_module:scorer"
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from evaluation.known import Known
from evaluation.left_out import MissingExtraError
from recommender.domain.errors import InvalidArgumentError

Prepare = Callable[[Known], Any]


@dataclass(frozen=True, slots=True)
class Installed:
    """A baseline that is a function, in the shape of those that are modules."""

    scorer: Prepare


def installed(group: str, taken: Collection[str]) -> dict[str, Installed]:
    """What is installed under the entry points of `group`, in the order of the names.

    taken: names that are built in. A function whose packages are not all installed raises
    MissingExtraError when it is called, so that it is left out and the rest goes on.
    Raises InvalidArgumentError for a name that is taken, and for what cannot be loaded.
    """
    found: dict[str, Installed] = {}
    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        if point.name in taken or point.name in found:
            raise _error(point, "the name is taken; rename it, or uninstall one of the two")
        found[point.name] = Installed(_excusing(_load(point)))
    return found


def _load(point: EntryPoint) -> Prepare:
    try:
        loaded = point.load()
    except ModuleNotFoundError as error:
        if _its_own(point, error.name):
            raise _unloadable(point, error) from error
        return _raising(error)
    except Exception as error:
        raise _unloadable(point, error) from error
    if not callable(loaded):
        raise _error(point, "it is no function; name one, as in package.module:scorer")
    function: Prepare = loaded
    return function


def _excusing(prepare: Prepare) -> Prepare:
    """The same function, telling of a package that is not installed by MissingExtraError."""

    def excused(known: Known) -> Any:
        try:
            return prepare(known)
        except ModuleNotFoundError as error:
            raise MissingExtraError(f"needs {error.name}, which is not installed") from error

    return excused


def _raising(error: ModuleNotFoundError) -> Prepare:
    def prepare(_: Known) -> Any:
        raise error

    return prepare


def _its_own(point: EntryPoint, missing: str | None) -> bool:
    """Whether the module that is missing is the one the entry point names, or holds it."""
    return missing is None or f"{point.module}.".startswith(f"{missing}.")


def _unloadable(point: EntryPoint, error: Exception) -> InvalidArgumentError:
    return _error(point, f"it cannot be loaded ({error}); mend or uninstall its package")


def _error(point: EntryPoint, message: str) -> InvalidArgumentError:
    return InvalidArgumentError(f"entry point {point.group}:{point.name} = {point.value}", message)
