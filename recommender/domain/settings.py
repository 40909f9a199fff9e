"""Reads settings: flags over `PLN_*` variables over `pln.toml` over the defaults in `config`.

A setting is named `section.field`, as in `train.embedding_size`: `[train] embedding_size = 64` in
`pln.toml`, `PLN_TRAIN_EMBEDDING_SIZE=64` in the environment. A table, as `source.sql` is,
can only stand in the file, as a table of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from recommender.domain.config import Settings
from recommender.domain.errors import InvalidArgumentError, nearest, shorten

NOT_SETTINGS = frozenset({"PLN_DEBUG"})
"""Variables that start as settings do but steer only how the command line reports errors."""

_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_KINDS = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "a text",
    dict: "a table",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting: its name, `section.field`, the type of its value, and its default."""

    name: str
    kind: type
    default: object
    item: type | None = None
    """Of a table: the type of its values."""

    @property
    def variable(self) -> str | None:
        """The environment variable that sets it; None for a table, which no variable holds."""
        return None if self.kind is dict else _variable(self.name)


def all_settings() -> dict[str, Setting]:
    """Every setting by name, in the order of `Settings`."""
    found: dict[str, Setting] = {}
    defaults = Settings()
    for section, config in get_type_hints(Settings).items():
        kinds = get_type_hints(config)
        for field in fields(config):
            name = f"{section}.{field.name}"
            default = getattr(getattr(defaults, section), field.name)
            kind = kinds[field.name]
            if get_origin(kind) is Mapping:
                item = get_args(kind)[1]
                found[name] = Setting(name=name, kind=dict, default=default, item=item)
            else:
                found[name] = Setting(name=name, kind=kind, default=default)
    return found


def _variable(name: str) -> str:
    return "PLN_" + name.replace(".", "_").upper()


def load_settings(
    path: Path | None, environ: Mapping[str, str], overrides: Mapping[str, object]
) -> Settings:
    """The settings in force.

    path: a TOML file, or None for none.
    environ: variables; those that do not start with `PLN_` are not looked at.
    overrides: values by setting name; None stands for "not given".

    Raises InvalidArgumentError, naming the setting and where it was set, where a name is unknown
    (and says the nearest that is not), a value has the wrong type or is out of range.
    """
    known = all_settings()
    values: dict[str, tuple[object, str]] = {}
    if path is not None:
        values |= _from_file(path, known)
    values |= _from_environ(environ, known)
    for name, value in overrides.items():
        _require_known(name, known, "the flags")
        if value is not None:
            values[name] = value, "the flags"
    return _build(values, known)


def _from_file(path: Path, known: Mapping[str, Setting]) -> dict[str, tuple[object, str]]:
    """Values by setting name, each with the file's name."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidArgumentError(str(path), f"cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise InvalidArgumentError(str(path), f"is not TOML: {error}") from None
    except RecursionError:
        raise InvalidArgumentError(str(path), "is nested too deeply") from None
    values: dict[str, tuple[object, str]] = {}
    sections = list(dict.fromkeys(name.split(".")[0] for name in known))
    for section, table in document.items():
        if section not in sections or not isinstance(table, dict):
            raise InvalidArgumentError(
                f"[{shorten(section)}]", f"no such section in {path}{nearest(section, sections)}"
            )
        for key, value in table.items():
            _require_known(f"{section}.{key}", known, str(path))
            values[f"{section}.{key}"] = value, str(path)
    return values


def _from_environ(
    environ: Mapping[str, str], known: Mapping[str, Setting]
) -> dict[str, tuple[object, str]]:
    """Values by setting name, each with the variable's name."""
    variables = {s.variable: s for s in known.values() if s.variable}
    tables = {_variable(s.name): s.name for s in known.values() if not s.variable}
    values: dict[str, tuple[object, str]] = {}
    for variable in sorted(environ):
        if not variable.startswith("PLN_") or variable in NOT_SETTINGS:
            continue
        if variable in tables:
            raise InvalidArgumentError(
                variable, f"is no text; set it in the settings file, as [{tables[variable]}]"
            )
        if variable not in variables:
            raise InvalidArgumentError(
                shorten(variable), f"no such setting{nearest(variable, variables)}"
            )
        setting = variables[variable]
        text = environ[variable]
        values[setting.name] = _parse(text, setting, variable), variable
    return values


def _parse(text: str, setting: Setting, variable: str) -> object:
    """The value that `text` writes. Raises InvalidArgumentError where it writes none."""
    try:
        return _WORDS[text.lower()] if setting.kind is bool else setting.kind(text)
    except (KeyError, ValueError):
        raise InvalidArgumentError(
            variable, f"{shorten(text)!r} is not {_KINDS[setting.kind]}"
        ) from None


def _build(values: Mapping[str, tuple[object, str]], known: Mapping[str, Setting]) -> Settings:
    """Check types, then let each section check its ranges."""
    sections: dict[str, dict[str, Any]] = {}
    for name, (value, origin) in values.items():
        section, field = name.split(".")
        sections.setdefault(section, {})[field] = _typed(value, known[name], origin)
    configs = get_type_hints(Settings)
    built = {}
    for section, arguments in sections.items():
        try:
            built[section] = configs[section](**arguments)
        except InvalidArgumentError as error:
            raise _with_origin(error, section, values) from None
    return Settings(**built)


def _typed(value: object, setting: Setting, origin: str) -> object:
    """`value`, if it has the setting's type."""
    found = _of_kind(value, setting.kind, setting.name, origin)
    if setting.item is None or not isinstance(found, dict):
        return found
    return {
        key: _of_kind(item, setting.item, f"{setting.name}.{shorten(key)}", origin)
        for key, item in found.items()
    }


def _of_kind(value: object, kind: type, name: str, origin: str) -> object:
    """`value`, if it is of this kind; a whole number will do for a number."""
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise InvalidArgumentError(
            name, f"{shorten(repr(value))} is not {_KINDS[kind]} (set in {origin})"
        )
    return value


def _with_origin(
    error: InvalidArgumentError, section: str, values: Mapping[str, tuple[object, str]]
) -> InvalidArgumentError:
    """The same error, saying where the value at fault was set."""
    named = [name for name in values if f"{error.field}.".startswith(f"{name}.")]
    at_fault = named or [name for name in values if name.startswith(f"{section}.")]
    places = " and ".join(sorted({values[name][1] for name in at_fault}))
    reason = str(error).removeprefix(f"{error.field}: ")
    return InvalidArgumentError(error.field, f"{reason} (set in {places})")


def _require_known(name: str, known: Mapping[str, Setting], origin: str) -> None:
    if name not in known:
        raise InvalidArgumentError(
            shorten(name), f"no such setting in {origin}{nearest(name, known)}"
        )
