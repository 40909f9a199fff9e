"""Where the client connects to, and how it shows who it is."""

from __future__ import annotations

import grpc
import pytest
import trustme

from recommender.client import CallError, Client, Tls
from recommender.client.channel import target
from tests.client.scripted import scripted


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def certificate(authority):
    """The server's, for a name that is not the one that is called."""
    return authority.issue_cert("lists.example")


def pem(certificate):
    """A certificate's chain and its key."""
    chain = b"".join(blob.bytes() for blob in certificate.cert_chain_pems)
    return chain, certificate.private_key_pem.bytes()


def credentials(authority, certificate, *, mutual=False):
    """What a server listens with; mutual: clients need a certificate of the same authority."""
    chain, key = pem(certificate)
    root = authority.cert_pem.bytes() if mutual else None
    return grpc.ssl_server_credentials([(key, chain)], root, require_client_auth=mutual)


@pytest.fixture
def tls(authority):
    return Tls(ca=authority.cert_pem.bytes(), server_name="lists.example")


def test_a_token_goes_along_on_this_machine():
    """Unencrypted, as nobody else can listen in."""
    with scripted() as server, Client(server.address, token="pln_1") as client:
        client.network("ada")
        list(client.stream(["ada"]))
    assert [call.metadata["authorization"] for call in server.calls] == ["Bearer pln_1"] * 2


def test_a_token_goes_along_encrypted(authority, certificate, tls):
    """As gRPC's own call credentials."""
    with (
        scripted(credentials=credentials(authority, certificate)) as server,
        Client(server.address, token="pln_1", tls=tls) as client,
    ):
        client.network("ada")
    assert server.calls[0].metadata["authorization"] == "Bearer pln_1"


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_token_that_is_renewed_is_sent_as_it_is_then(authority, certificate, tls, encrypted):
    """A function is asked at every call."""
    token = ["pln_1"]
    kind = credentials(authority, certificate) if encrypted else None
    with (
        scripted(credentials=kind) as server,
        Client(server.address, token=lambda: token[0], tls=tls if encrypted else None) as client,
    ):
        client.network("ada")
        token[0] = "pln_2"
        client.network("ada")
    assert [call.metadata["authorization"] for call in server.calls] == [
        "Bearer pln_1",
        "Bearer pln_2",
    ]


def test_a_token_that_cannot_be_had_ends_the_call(authority, certificate, tls):
    """With an error, and nothing sent."""
    with (
        scripted(credentials=credentials(authority, certificate)) as server,
        Client(server.address, token=iter(()).__next__, tls=tls) as client,
        pytest.raises(CallError),
    ):
        client.network("ada")
    assert server.calls == []


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("renewed", [False, True])
def test_space_around_a_token_does_not_count(authority, certificate, tls, encrypted, renewed):
    """Such as the end of the line, where it was read from a file."""
    kind = credentials(authority, certificate) if encrypted else None
    token = " pln_1\r\n"
    with (
        scripted(credentials=kind) as server,
        Client(
            server.address,
            token=(lambda: token) if renewed else token,
            tls=tls if encrypted else None,
        ) as client,
    ):
        client.network("ada")
    assert server.calls[0].metadata["authorization"] == "Bearer pln_1"


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("pln_ 1", "spaces"),
        ("pln\n1", "line"),
        ("plñ", "ASCII"),
    ],
)
def test_a_token_that_cannot_be_sent_is_refused_with_the_remedy(token, said):
    """And is not told itself, as errors end up in logs; one that is renewed, when it is asked."""
    with pytest.raises(ValueError, match=f"{said}.*as pln tokens add printed it") as caught:
        Client("127.0.0.1:1", token=token)
    assert not token.strip() or token.strip() not in str(caught.value)
    with (
        Client("127.0.0.1:1", token=lambda: token) as client,
        pytest.raises(ValueError, match=said),
    ):
        client.network("ada")


@pytest.mark.parametrize(
    "address",
    ["lists.example:50051", "10.0.0.1:50051", "dns:///localhost:1", ["127.0.0.1:1", "10.0.0.1:1"]],
)
def test_a_token_does_not_leave_this_machine_unencrypted(address):
    """Unless that is asked for by name."""
    with pytest.raises(ValueError, match="unencrypted; give tls"):
        Client(address, token="pln_1")
    Client(address, token="pln_1", insecure_token=True).close()


def test_a_server_of_another_authority_is_not_believed(certificate, authority):
    """And gets neither request nor token."""
    stranger = Tls(ca=trustme.CA().cert_pem.bytes(), server_name="lists.example")
    with (
        scripted(credentials=credentials(authority, certificate)) as server,
        Client(server.address, token="pln_1", tls=stranger) as client,
        pytest.raises(CallError),
    ):
        client.network("ada")
    assert server.calls == []


def test_a_client_shows_its_own_certificate_and_a_renewed_one_by_a_new_client(
    tmp_path, authority, certificate
):
    """Read from files when the client is made; the old one serves on till it is closed."""

    def client(server):
        chain, key = pem(authority.issue_cert("caller.example"))
        files = {"ca": authority.cert_pem.bytes(), "certificate": chain, "key": key}
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        paths = {name: tmp_path / name for name in files}
        return Client(server.address, tls=Tls.of_files(**paths, server_name="lists.example"))

    with (
        scripted(credentials=credentials(authority, certificate, mutual=True)) as server,
        client(server) as old,
        client(server) as new,
    ):
        old.network("ada")
        new.network("ada")
        old.network("ada")
    assert len(server.calls) == 3


def test_several_addresses_are_numbers_of_one_version():
    """As gRPC looks up one name only; what it cannot use is named."""
    assert target(["[::1]:1", "[::2]:2"]) == "ipv6:[::1]:1,[::2]:2"
    assert target(["lists.example:1"]) == "lists.example:1"
    for addresses, said in [
        ([], "no addresses"),
        (["10.0.0.1:1", "lists.example:2"], "'lists.example:2': of several addresses"),
        (["10.0.0.1:1", "[::1]:2"], "either all are IPv4"),
    ]:
        with pytest.raises(ValueError, match=said):
            Client(addresses)


def test_several_servers_share_the_calls():
    """In turn, on one client."""
    with scripted() as one, scripted() as other, Client([one.address, other.address]) as client:
        while not (one.calls and other.calls):
            client.network("ada")
        before = len(one.calls), len(other.calls)
        for _ in range(10):
            client.network("ada")
    assert (len(one.calls) - before[0], len(other.calls) - before[1]) == (5, 5)


@pytest.mark.parametrize("together", [list, lambda addresses: f"ipv4:{','.join(addresses)}"])
def test_several_servers_of_one_machine_are_believed_by_its_number(authority, together):
    """Their certificate has the number that all are called by; one of another is not believed."""
    number, name = (authority.issue_cert(host) for host in ("127.0.0.1", "lists.example"))
    tls = Tls(ca=authority.cert_pem.bytes())
    with (
        scripted(credentials=credentials(authority, number)) as one,
        scripted(credentials=credentials(authority, number)) as other,
        Client(together([one.address, other.address]), tls=tls) as client,
    ):
        while not (one.calls and other.calls):
            client.network("ada")
    with (
        scripted(credentials=credentials(authority, name)) as one,
        scripted(credentials=credentials(authority, name)) as other,
        Client(together([one.address, other.address]), tls=tls) as client,
        pytest.raises(CallError),
    ):
        client.network("ada")
    assert one.calls == other.calls == []


def test_several_servers_of_several_machines_need_the_name_in_their_certificate(
    authority, certificate, tls
):
    """Else all numbers would be looked for in one name, which no certificate has."""
    with (
        scripted(credentials=credentials(authority, certificate)) as one,
        scripted(credentials=credentials(authority, certificate)) as other,
    ):
        addresses = [one.address, other.address.replace("127.0.0.1", "127.0.0.2")]
        for together in (addresses, f"ipv4:{','.join(addresses)}"):
            with pytest.raises(ValueError, match=r"Tls\(server_name="):
                Client(together, tls=Tls(ca=tls.ca))
        with Client(addresses, tls=tls) as client:
            client.network("ada")
