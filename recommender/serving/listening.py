"""Binds gRPC servers to addresses, and says in one line why that cannot be."""

from __future__ import annotations

import os
from pathlib import Path

import grpc

from recommender.domain.errors import AddressInUseError, InvalidArgumentError
from recommender.serving.addresses import Address
from recommender.serving.ports import ADMIN, UNIX, admin_address, clear_socket


def listen(
    server: grpc.Server,
    address: Address,
    field: str,
    credentials: grpc.ServerCredentials | None = None,
    *,
    shared: bool = False,
) -> Address:
    """Bind `server` to `address`; returns it with the port that it got.

    credentials: for TLS; None for none. shared: others of us listen there too.
    Raises AddressInUseError or InvalidArgumentError naming `field`.
    """
    if not shared:
        address.try_out(field)
    try:
        if credentials is None:
            port = server.add_insecure_port(str(address))
        else:
            port = server.add_secure_port(str(address), credentials)
    except RuntimeError:
        port = 0
    if port == 0:
        raise AddressInUseError(f"{field}: {address} is in use by another program")
    return Address(address.host, port)


def listen_privately(server: grpc.Server, text: str) -> Address | None:
    """Bind the admin server where the setting says: a port of this machine, or unix:PATH.

    Returns the address with its port; None for a path. Raises as `listen`.
    """
    if text.startswith(UNIX):
        listen_on_file(server, Path(text.removeprefix(UNIX)), ADMIN)
        return None
    return listen(server, admin_address(text), ADMIN)


def listen_on_file(server: grpc.Server, path: Path, field: str) -> None:
    """Bind `server` to a Unix socket at `path`, for this user alone.

    A socket that nobody listens on any more is replaced. Raises as `listen`.
    """
    clear_socket(path, field)
    before = os.umask(0o177)  # so that there is no moment at which others could connect
    try:
        server.add_insecure_port(f"{UNIX}{path}")
    except RuntimeError:
        raise InvalidArgumentError(field, f"cannot listen on {path}") from None
    finally:
        os.umask(before)
    path.chmod(0o600)
