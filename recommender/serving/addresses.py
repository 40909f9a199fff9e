"""Addresses to listen on: read, checked and tried before gRPC sees them. Free of gRPC."""

from __future__ import annotations

import errno
import ipaddress
import socket
from dataclasses import dataclass

from recommender.domain.errors import AddressInUseError, InvalidArgumentError
from recommender.domain.serve_config import AUTO

HEALTH_STEPS = 1000
METRICS_STEPS = 2000
"""From the port of calls to those of probes and metrics, where these are 'auto'."""


@dataclass(frozen=True, slots=True)
class Address:
    """A host, by name or number, and a port; port 0 stands for any that is free."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, field: str) -> Address:
        """Read `host:port` or `[ipv6]:port`; raises InvalidArgumentError naming `field`.

        >>> Address.parse("[::1]:50051", "serve.listen")
        Address(host='::1', port=50051)
        """
        host, colon, port = text.rpartition(":")
        bracketed = host.startswith("[") and host.endswith("]")
        host = host[1:-1] if bracketed else host
        if not (colon and host and port.isascii() and port.isdigit()) or (
            ":" in host and not bracketed
        ):
            raise InvalidArgumentError(field, f"{text!r} is not HOST:PORT, such as 127.0.0.1:50051")
        if int(port) > 65535:
            raise InvalidArgumentError(field, f"{text!r} has a port above 65535")
        return cls(host, int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def next(self, steps: int) -> Address:
        """The address of the worker `steps` after the first; port 0 stays 0."""
        return Address(self.host, self.port + steps if self.port else 0)

    def aside(self, steps: int) -> Address:
        """An address on this machine alone, so many ports after this one; port 0 stays 0.

        >>> str(Address("0.0.0.0", 50051).aside(1000))
        '127.0.0.1:51051'
        """
        return Address("127.0.0.1", self.port + steps if self.port else 0)

    def loopback(self, field: str) -> bool:
        """Whether only this machine can reach it."""
        return all(ipaddress.ip_address(a).is_loopback for _, a in self.resolve(field))

    def resolve(self, field: str) -> list[tuple[socket.AddressFamily, str]]:
        """The numbers that the host stands for."""
        try:
            found = socket.getaddrinfo(
                self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )
        except (OSError, UnicodeError) as error:
            raise InvalidArgumentError(field, f"{self} cannot be resolved: {error}") from None
        return [(family, str(address[0]).partition("%")[0]) for family, *_, address in found]

    def try_out(self, field: str) -> None:
        """Bind the address and let it go, for an error that says what is wrong.

        Raises AddressInUseError where it is taken, InvalidArgumentError where it cannot be had.
        """
        for family, number in self.resolve(field):
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                # As gRPC does: an address that only waits for late packets counts as free.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((number, self.port))
                    probe.listen()
                except OSError as error:
                    raise self.cannot_listen(field, error) from None

    def cannot_listen(self, field: str, error: OSError) -> AddressInUseError | InvalidArgumentError:
        """What a failed bind means for the operator."""
        if error.errno == errno.EADDRINUSE:
            return AddressInUseError(
                f"{field}: {self} is in use by another program; stop that or choose another port"
            )
        return InvalidArgumentError(field, f"cannot listen on {self}: {error.strerror}")


def checked(text: str, field: str, workers: int, *, allow_insecure: bool) -> Address:
    """The address for calls, which must not be reachable from elsewhere unless that is asked for.

    allow_insecure: it is asked for, or calls are encrypted. Raises InvalidArgumentError naming
    `field`.
    """
    address = Address.parse(text, field)
    _room(address, field, workers)
    if not allow_insecure and not address.loopback(field):
        raise InvalidArgumentError(
            field,
            f"{address} can be reached from other machines, and calls are not encrypted; "
            "listen on 127.0.0.1, name serve.tls_cert and tls_key, or say --allow-insecure",
        )
    return address


def beside(text: str, field: str, calls: Address, steps: int) -> Address | None:
    """The address of probes or metrics beside that of calls; None where there is to be none.

    text: as in the settings: an address, 'auto' or empty. steps: from the calls' port to this one.
    Raises InvalidArgumentError naming `field`.
    """
    if not text:
        return None
    if text != AUTO:
        return Address.parse(text, field)
    address = calls.aside(steps)
    if address.port > 65535:
        raise InvalidArgumentError(field, f"{address} has a port above 65535; name another address")
    return address


def _room(address: Address, field: str, workers: int) -> None:
    if address.port + workers - 1 > 65535:
        raise InvalidArgumentError(field, f"{workers} workers from port {address.port} pass 65535")
