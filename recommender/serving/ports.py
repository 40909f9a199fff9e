"""The addresses of every worker: checked, tried and told before anything starts. Free of gRPC."""

from __future__ import annotations

import dataclasses
import socket
import stat
from contextlib import suppress
from pathlib import Path

from recommender.domain.errors import AddressInUseError, InvalidArgumentError
from recommender.domain.serve_config import ServeConfig
from recommender.serving.addresses import HEALTH_STEPS, METRICS_STEPS, Address, beside, checked

UNIX = "unix:"
ADMIN = "serve.admin_listen"


def calls_address(config: ServeConfig) -> Address:
    """The first worker's address.

    Raises InvalidArgumentError where calls must not be taken there.
    """
    open_to_all = config.allow_insecure or config.encrypted
    workers = 1 if config.shared_port else config.workers
    address = checked(config.listen, "serve.listen", workers, allow_insecure=open_to_all)
    if config.shared_port and not address.port:
        raise InvalidArgumentError("serve.listen", "a port to share must be named; 0 names none")
    return address


def try_out(config: ServeConfig) -> None:
    """Bind every address of a worker and let it go.

    Raises AddressInUseError or InvalidArgumentError for the first that cannot be had.
    """
    calls = Address.parse(config.listen, "serve.listen")
    calls.try_out("serve.listen")
    for field, address in _beside(config):
        address.try_out(field)
    if config.admin_listen.startswith(UNIX):
        clear_socket(Path(config.admin_listen.removeprefix(UNIX)), ADMIN)
    elif config.admin_listen:
        admin_address(config.admin_listen).try_out(ADMIN)


def addresses(config: ServeConfig) -> list[str]:
    """What a worker listens on, in words."""
    calls = Address.parse(config.listen, "serve.listen")
    found = [f"calls {calls}"]
    names = {"serve.health_listen": "health", "serve.metrics_listen": "metrics"}
    found += [f"{names[field]} {address}" for field, address in _beside(config)]
    return [*found, f"admin {config.admin_listen}"] if config.admin_listen else found


def health_address(config: ServeConfig) -> Address | None:
    """Where a worker's health service listens; None: nowhere."""
    calls = Address.parse(config.listen, "serve.listen")
    return beside(config.health_listen, "serve.health_listen", calls, HEALTH_STEPS)


def metrics_address(config: ServeConfig) -> Address | None:
    """Where a worker's metrics are; None: nowhere."""
    calls = Address.parse(config.listen, "serve.listen")
    return beside(config.metrics_listen, "serve.metrics_listen", calls, METRICS_STEPS)


def _beside(config: ServeConfig) -> list[tuple[str, Address]]:
    """The addresses beside that of calls, with the settings that name them."""
    found = {
        "serve.health_listen": health_address(config),
        "serve.metrics_listen": metrics_address(config),
    }
    return [(field, address) for field, address in found.items() if address is not None]


def worker_config(config: ServeConfig, address: Address, index: int) -> ServeConfig:
    """The settings of one of several workers, which has ports of its own.

    Only the first has the admin listener: what is activated there reaches all by way of the disk.
    """
    return dataclasses.replace(
        config,
        listen=str(address if config.shared_port else address.next(index)),
        admin_listen=config.admin_listen if index == 0 else "",
        workers=1,
        health_listen=_own(
            config.health_listen, "serve.health_listen", address, HEALTH_STEPS, index
        ),
        metrics_listen=_own(
            config.metrics_listen, "serve.metrics_listen", address, METRICS_STEPS, index
        ),
    )


def _own(text: str, field: str, calls: Address, steps: int, index: int) -> str:
    """A worker's own address beside that of its calls, as text."""
    first = beside(text, field, calls, steps)
    if first is None:
        return ""
    found = first.next(index)
    if found.port > 65535:
        raise InvalidArgumentError(field, f"worker {index} would need port {found.port}")
    return str(found)


def admin_address(text: str) -> Address:
    """The port that the setting names. Raises InvalidArgumentError where others could reach it."""
    address = Address.parse(text, ADMIN)
    if not address.loopback(ADMIN):
        raise InvalidArgumentError(
            ADMIN, f"{address} can be reached from other machines; use 127.0.0.1 or unix:PATH"
        )
    return address


def clear_socket(path: Path, field: str) -> None:
    """Make room at `path` for a socket.

    Raises AddressInUseError where somebody listens there, InvalidArgumentError where it is no
    socket or the folder cannot be had.
    """
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        if not path.parent.is_dir():
            told = f"{path}: there is no folder {path.parent}; make it first, or name another"
            raise InvalidArgumentError(field, told) from None
        return
    except OSError as error:
        raise InvalidArgumentError(field, f"{path}: {error.strerror}") from None
    if not stat.S_ISSOCK(mode):
        raise InvalidArgumentError(field, f"{path} is there and is no socket")
    with socket.socket(socket.AF_UNIX) as probe, suppress(ConnectionRefusedError):
        probe.connect(str(path))
        raise AddressInUseError(f"{field}: {path} is in use by another program")
    path.unlink()
