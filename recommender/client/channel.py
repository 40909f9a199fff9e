"""The connection: where it goes, how it is encrypted, and the settings that drain without loss."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import grpc

from recommender.client.policy import service_config

Token = str | Callable[[], str]
"""A token, or what gives the one that is valid now; the latter is asked at every call."""

OPTIONS: list[tuple[str, int]] = [
    ("grpc.enable_retries", 1),
    ("grpc.keepalive_time_ms", 60_000),  # the server allows one every 30 s
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.max_receive_message_length", 4 << 20),
    ("grpc.max_send_message_length", 1 << 20),  # the server takes no more
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 5_000),
]

_TOKEN = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """How the connection is encrypted. All in PEM.

    ca: who may have signed the server's certificate; None: whom gRPC trusts by itself.
    certificate, key: the client's own, where the server asks for one.
    server_name: the name in the servers' certificate, where it is not the one that is called.
    """

    ca: bytes | None = None
    certificate: bytes | None = None
    key: bytes | None = None
    server_name: str = ""

    @classmethod
    def of_files(
        cls,
        *,
        ca: str | Path | None = None,
        certificate: str | Path | None = None,
        key: str | Path | None = None,
        server_name: str = "",
    ) -> Tls:
        """The same from files, read now."""
        return cls(
            ca=_read(ca), certificate=_read(certificate), key=_read(key), server_name=server_name
        )


def target(addresses: str | Sequence[str]) -> str:
    """What gRPC is to resolve.

    addresses: one, by name or number, or anything that gRPC resolves by itself, such as
        `dns:///lists.example:50051`; or several, which must be numbers, as gRPC looks up one name
        only. Raises ValueError naming an address that cannot be used.

    >>> target(["127.0.0.1:50051", "127.0.0.1:50052"])
    'ipv4:127.0.0.1:50051,127.0.0.1:50052'
    """
    if isinstance(addresses, str):
        return addresses
    if not addresses:
        raise ValueError("no addresses: at least one is needed")
    if len(addresses) == 1:
        return addresses[0]
    versions = {_version(address) for address in addresses}
    if len(versions) > 1:
        raise ValueError(f"{', '.join(addresses)}: either all are IPv4 or all are IPv6")
    return f"ipv{versions.pop()}:{','.join(addresses)}"


def open_channel(
    addresses: str | Sequence[str],
    token: Token | None,
    tls: Tls | None,
    health_service: str,
) -> grpc.Channel:
    """A channel with the settings above. Connects when first used."""
    options: list[tuple[str, int | str]] = [
        *OPTIONS,
        ("grpc.service_config", service_config(health_service)),
    ]
    if tls is None:
        return grpc.insecure_channel(target(addresses), options)
    name = tls.server_name or certified_name(addresses)
    if name:
        options.append(("grpc.ssl_target_name_override", name))
    credentials = grpc.ssl_channel_credentials(tls.ca, tls.key, tls.certificate)
    if token is not None:
        calls = grpc.metadata_call_credentials(_Bearer(token))
        credentials = grpc.composite_channel_credentials(credentials, calls)
    return grpc.secure_channel(target(addresses), credentials, options)


def certified_name(addresses: str | Sequence[str]) -> str:
    """The name that a certificate must have at all of these addresses; empty: gRPC knows by itself.

    Of several, it would look for all of them in one name. Raises ValueError where they differ.

    >>> certified_name(["[::1]:50051", "[::1]:50052"]), certified_name("lists.example:50051")
    ('::1', '')
    """
    several = _listed(addresses)
    hosts = {_host(address) for address in several}
    if len(hosts) > 1:
        raise ValueError(
            f"{', '.join(several)}: of several machines the name in their certificate is needed; "
            "give Tls(server_name=...), or one name that stands for all, such as "
            "dns:///lists.example:50051"
        )
    return hosts.pop() if len(several) > 1 else ""


def is_local(addresses: str | Sequence[str]) -> bool:
    """Whether the addresses are all of this very machine, so that nobody can listen in.

    >>> is_local("127.0.0.1:50051"), is_local("unix:/run/pln.sock"), is_local("lists.example:1")
    (True, True, False)
    """
    return all(
        address.startswith("unix:") or _loopback(_host(address)) for address in _listed(addresses)
    )


def bearer(token: Token) -> tuple[str, str]:
    """The metadata that carries a token. Raises ValueError for one that cannot be sent."""
    return "authorization", f"Bearer {sound(token() if callable(token) else token)}"


def sound(token: str) -> str:
    """The token without what stands around it, such as the end of a file's line.

    Raises ValueError, which does not tell the token, where something else than one is there.
    """
    found = token.strip()
    if not _TOKEN.fullmatch(found):
        what = "has spaces, line breaks or letters beyond ASCII" if found else "is empty"
        raise ValueError(
            f"the token {what}; give it as pln tokens add printed it, and nothing else"
        )
    return found


class _Bearer(grpc.AuthMetadataPlugin):
    """Puts the token on every call; gRPC never lets it onto an unencrypted connection."""

    def __init__(self, token: Token) -> None:
        self.token = token

    def __call__(
        self,
        context: grpc.AuthMetadataContext,  # noqa: ARG002 - gRPC gives it by position
        callback: grpc.AuthMetadataPluginCallback,
    ) -> None:
        """Answer gRPC, which asks from a thread of its own."""
        try:
            found = (bearer(self.token),)
        except Exception as error:  # noqa: BLE001 - the caller's function; gRPC ends the call with it
            callback((), error)
        else:
            callback(found, None)


def _listed(addresses: str | Sequence[str]) -> Sequence[str]:
    """Each address by itself, also those that one text names as gRPC has it, `ipv4:A,B`."""
    if not isinstance(addresses, str):
        return addresses
    numbers = re.fullmatch(r"ipv[46]:(.*)", addresses)
    return numbers[1].split(",") if numbers else [addresses]


def _host(address: str) -> str:
    return address.rpartition(":")[0].removeprefix("ipv4:").removeprefix("ipv6:").strip("[]")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _version(address: str) -> int:
    try:
        return ipaddress.ip_address(_host(address)).version
    except ValueError:
        raise ValueError(
            f"{address!r}: of several addresses each must be a number and a port, such as "
            "10.0.0.1:50051; or give one name that stands for all, such as dns:///lists.example:50051"
        ) from None


def _read(path: str | Path | None) -> bytes | None:
    return None if path is None else Path(path).read_bytes()
