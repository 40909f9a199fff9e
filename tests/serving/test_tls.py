"""TLS and mutual TLS: who gets in, and certificates that are replaced while the server runs."""

from __future__ import annotations

import ssl
from dataclasses import replace

import grpc
import pytest
import trustme

from recommender.domain.errors import InvalidArgumentError
from recommender.domain.serve_config import ServeConfig
from recommender.serving.certificates import read_certificates
from recommender.serving.ports import calls_address
from recommender.v1.network_service_pb2 import GetNetworkRequest
from recommender.v1.network_service_pb2_grpc import NetworkServiceStub
from tests.serving.fakes import CONFIG, FakeRecommender, start, tenant_of


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def stranger():
    return trustme.CA()


def write(issued: trustme.LeafCert, folder) -> dict[str, str]:
    """A certificate and its key as files, and the settings that name them."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    return {"tls_cert": str(cert), "tls_key": str(key)}


@pytest.fixture
def encrypted(authority, models, tmp_path):
    """Starts a server with a certificate of the authority for localhost."""
    running = []

    def run(**settings):
        files = write(authority.issue_cert("localhost"), tmp_path)
        config = replace(CONFIG, listen="localhost:0", **files, **settings)
        running.append(start(tenant_of(FakeRecommender(), models), config))
        return running[-1]

    yield run
    for each in running:
        each.stop()


def asked(address: str, trusted: trustme.CA, own: trustme.LeafCert | None = None) -> str:
    """The code of a call by a caller who trusts that authority and may have a certificate."""
    credentials = grpc.ssl_channel_credentials(
        trusted.cert_pem.bytes(),
        own.private_key_pem.bytes() if own else None,
        own.cert_chain_pems[0].bytes() if own else None,
    )
    with grpc.secure_channel(address, credentials) as channel:
        try:
            NetworkServiceStub(channel).GetNetwork(GetNetworkRequest(person_id="p000"))
        except grpc.RpcError as error:
            return error.code().name
    return "OK"


def test_who_trusts_the_authority_is_answered_and_others_turn_away(encrypted, authority, stranger):
    """Also nobody without TLS is answered."""
    address = str(encrypted().address)
    assert asked(address, authority) == "OK"
    assert asked(address, stranger) == "UNAVAILABLE"
    with grpc.insecure_channel(address) as channel, pytest.raises(grpc.RpcError) as caught:
        NetworkServiceStub(channel).GetNetwork(GetNetworkRequest(person_id="p000"))
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


def test_where_clients_need_certificates_only_those_of_their_authority_do(
    encrypted, authority, stranger, tmp_path
):
    """None, and one that somebody else has signed, end at the handshake."""
    ca = tmp_path / "clients.pem"
    ca.write_bytes(authority.cert_pem.bytes())
    address = str(encrypted(tls_client_ca=str(ca)).address)
    assert asked(address, authority, authority.issue_cert("host")) == "OK"
    assert asked(address, authority) == "UNAVAILABLE"
    assert asked(address, authority, stranger.issue_cert("host")) == "UNAVAILABLE"


def presented(address: str) -> str:
    """The certificate that the server shows now."""
    host, _, port = address.rpartition(":")
    return ssl.get_server_certificate((host, int(port)))


def test_certificates_are_replaced_while_the_server_runs(encrypted, authority, tmp_path):
    """New handshakes get the new one, and nothing bad is ever taken up."""
    server = encrypted()
    address = str(server.address)
    first = presented(address)
    second = authority.issue_cert("localhost")
    write(second, tmp_path)
    while (shown := presented(address)) == first:
        pass
    assert shown.strip() == second.cert_chain_pems[0].bytes().decode().strip()
    assert asked(address, authority) == "OK"
    (certificates,) = (each for each in server.watched if each.event == "certificates")
    for name, content in {"cert.pem": b"garbage", "key.pem": b""}.items():
        good = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(content)
        certificates.look()
        assert not certificates.sound
        assert asked(address, authority) == "OK"
        (tmp_path / name).write_bytes(good)
        certificates.look()
    other = authority.issue_cert("localhost")
    (tmp_path / "key.pem").write_bytes(other.private_key_pem.bytes())
    certificates.look()
    assert presented(address) == shown
    assert asked(address, authority) == "OK"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"tls_cert": "cert.pem"}, "tls_key: certificate and key go together"),
        ({"tls_key": "key.pem"}, "tls_cert: certificate and key go together"),
        ({"tls_client_ca": "ca.pem"}, "tls_client_ca: needs"),
    ],
)
def test_settings_that_are_but_half_are_refused(settings, told):
    """Naming what is missing."""
    with pytest.raises(InvalidArgumentError, match=told):
        ServeConfig(**settings)


def test_files_that_are_no_certificates_are_named(authority, tmp_path):
    """By the setting, with what is wrong."""
    files = write(authority.issue_cert("localhost"), tmp_path)
    bad = tmp_path / "bad.pem"
    bad.write_text("garbage")
    with pytest.raises(InvalidArgumentError, match="no pair of certificate and key"):
        read_certificates(ServeConfig(**files | {"tls_key": str(bad)}))
    with pytest.raises(InvalidArgumentError, match="has no certificates"):
        read_certificates(ServeConfig(**files, tls_client_ca=str(bad)))
    with pytest.raises(InvalidArgumentError, match=r"serve\.tls_key: .* cannot be read"):
        read_certificates(ServeConfig(**files | {"tls_key": str(tmp_path / "none")}))


def test_encrypted_calls_may_come_from_elsewhere(authority, tmp_path):
    """Without that, only where it is asked for by name."""
    files = write(authority.issue_cert("localhost"), tmp_path)
    everywhere = "0.0.0.0:50051"
    assert calls_address(ServeConfig(listen=everywhere, **files)).host == "0.0.0.0"
    with pytest.raises(InvalidArgumentError, match="not encrypted"):
        calls_address(ServeConfig(listen=everywhere))
