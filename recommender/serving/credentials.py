"""TLS as gRPC wants it."""

from __future__ import annotations

import grpc

from recommender.serving.certificates import Certificates
from recommender.serving.watching import Watched


def server_credentials(found: Watched[Certificates]) -> grpc.ServerCredentials:
    """Credentials that follow the files: every handshake gets the certificates of that moment."""
    in_force = found.value()

    def fetch() -> grpc.ServerCertificateConfiguration | None:
        nonlocal in_force
        now = found.value()
        if now is in_force:
            return None  # as it was
        in_force = now
        return _configuration(now)

    return grpc.dynamic_ssl_server_credentials(
        _configuration(in_force),
        fetch,  # type: ignore[arg-type]  # None is allowed, whatever the stubs say
        require_client_authentication=bool(in_force.client_ca),
    )


def _configuration(found: Certificates) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration(
        [(found.key, found.chain)], root_certificates=found.client_ca or None
    )
