"""Certificates for TLS, from files that may be replaced while the server runs. Free of gRPC."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from recommender.domain.errors import InvalidArgumentError
from recommender.domain.serve_config import ServeConfig
from recommender.serving.watching import Watched


@dataclass(frozen=True, slots=True)
class Certificates:
    """A certificate chain, its key, and the authorities of clients; all PEM. client_ca: or b''."""

    chain: bytes
    key: bytes
    client_ca: bytes


def watched_certificates(config: ServeConfig) -> Watched[Certificates]:
    """The certificates of the settings, read again when a file changes.

    Raises InvalidArgumentError where they cannot be used.
    """
    named = (config.tls_cert, config.tls_key, config.tls_client_ca)
    paths = [Path(name) for name in named if name]
    return Watched("certificates", paths, lambda: read_certificates(config))


def read_certificates(config: ServeConfig) -> Certificates:
    """Read the files that the settings name.

    Raises InvalidArgumentError, naming the setting, where one cannot be read or parsed, or where
    the key is not the certificate's.
    """
    found = Certificates(
        chain=_read(config.tls_cert, "serve.tls_cert"),
        key=_read(config.tls_key, "serve.tls_key"),
        client_ca=_read(config.tls_client_ca, "serve.tls_client_ca"),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # A key behind a passphrase would be asked for on the terminal.
        context.load_cert_chain(config.tls_cert, config.tls_key, password=lambda: b"")
    except (ssl.SSLError, OSError, ValueError) as error:
        raise InvalidArgumentError(
            "serve.tls_cert",
            f"{config.tls_cert} and {config.tls_key} are no pair of certificate and key: {error}",
        ) from None
    if config.tls_client_ca:
        try:
            context.load_verify_locations(cadata=found.client_ca.decode("ascii"))
        except (ssl.SSLError, ValueError) as error:
            raise InvalidArgumentError(
                "serve.tls_client_ca", f"{config.tls_client_ca} has no certificates: {error}"
            ) from None
    return found


def _read(path: str, field: str) -> bytes:
    if not path:
        return b""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InvalidArgumentError(field, f"{path} cannot be read: {error.strerror}") from None
