"""Who is let in: every RPC against every kind of token, and access files."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc
import pytest

from recommender.domain.errors import InvalidArgumentError
from recommender.serving.access import PREFIX, SCOPES, parse_access, read_access, token_hash
from recommender.serving.access_file import add_token, revoke_token
from recommender.serving.answering import implemented, managing
from recommender.serving.rpcs import SCOPE
from recommender.serving.watching import Watched
from recommender.v1.model_service_pb2 import GetModelRequest
from recommender.v1.model_service_pb2_grpc import ModelServiceStub
from recommender.v1.network_service_pb2 import GetNetworkRequest
from recommender.v1.network_service_pb2_grpc import NetworkServiceStub
from tests.serving.fakes import CONFIG, INFO, FakeRecommender, read_refusal, start, tenant_of
from tests.serving.hostile import METHODS

HEADER = "authorization"


@pytest.fixture(scope="module")
def file(tmp_path_factory, models):
    """An access file of two tenants with a token for every scope each."""
    return tmp_path_factory.mktemp("access") / "access.toml"


@pytest.fixture(scope="module")
def tokens(file, models):
    """Tokens by tenant and scope, as their owners have them."""
    found = {}
    for tenant in ("acme", "other"):
        for scope in SCOPES:
            model = models if scope == SCOPES[0] else None
            found[tenant, scope] = add_token(file, tenant, [scope], None, model)
    past = datetime.now(UTC) - timedelta(seconds=1)
    found["acme", "expired"] = add_token(file, "acme", SCOPES, past, None)
    return found


@pytest.fixture(scope="module")
def secured(file, tokens, models):
    """A server of two tenants that asks for tokens; its models tell the tenants apart."""
    tenants = [
        tenant_of(FakeRecommender(replace(INFO, snapshot=name)), models, name=name)
        for name in ("acme", "other")
    ]
    access = Watched("access file", [file], lambda: read_access(file))
    config = replace(CONFIG, admin_listen="127.0.0.1:0", reload="manual")
    found = start(tenants, config, access=access)
    yield found
    found.stop()


@pytest.fixture(scope="module")
def channels(secured):
    with (
        grpc.insecure_channel(str(secured.address)) as calls,
        grpc.insecure_channel(str(secured.admin_address)) as admin,
    ):
        yield {False: calls, True: admin}


def ask(channels, path: str, *metadata: tuple[str, str]) -> tuple[str, str]:
    """Code and reason of an empty request with this metadata."""
    channel = channels["ModelService" in path]
    streams = METHODS[path].server_streaming
    call = (channel.unary_stream if streams else channel.unary_unary)(f"/{path}")
    try:
        answer = call(b"", metadata=metadata)
        if streams:
            list(answer)
    except grpc.RpcError as error:
        refusal = read_refusal(error)
        return refusal.code.name, refusal.reason
    return "OK", ""


def bearer(token: str) -> tuple[str, str]:
    return HEADER, f"Bearer {token}"


def test_every_rpc_of_the_contract_needs_a_scope():
    """A new one that nobody thought of fails here."""
    contract = {
        f"{service.name}/{method.name}"
        for service in implemented() | managing(None)
        for method in service.methods
    }
    assert set(SCOPE) == contract
    assert set(SCOPE.values()) == set(SCOPES)


BAD = {
    "none": [],
    "empty": [(HEADER, "")],
    "no scheme": [(HEADER, "pln_x")],
    "another scheme": [(HEADER, "Basic pln_x")],
    "unknown": [bearer("pln_" + "x" * 43)],
    "without its start": [bearer("x")],
    "a kilobyte": [bearer("x" * 1000)],
    "not ASCII": [(HEADER, "Bearer " + "%C3")],
}


@pytest.mark.parametrize("path", METHODS)
def test_no_rpc_answers_without_a_good_token(channels, tokens, path):
    """Whatever is wrong with it, the caller is told the same."""
    for what, metadata in BAD.items():
        assert ask(channels, path, *metadata) == ("UNAUTHENTICATED", "TOKEN_INVALID"), what
    expired = tokens["acme", "expired"][1]
    assert ask(channels, path, bearer(expired)) == ("UNAUTHENTICATED", "TOKEN_INVALID")
    twice = bearer(tokens["acme", "query"][1]), bearer(tokens["acme", "query"][1])
    assert ask(channels, path, *twice) == ("UNAUTHENTICATED", "TOKEN_INVALID")


@pytest.mark.parametrize("path", METHODS)
def test_every_rpc_answers_its_scope_alone(channels, tokens, path):
    """Other scopes of the same tenant are refused, naming the one that lacks."""
    needed = SCOPE[path.removeprefix("recommender.v1.")]
    for scope in SCOPES:
        code, reason = ask(channels, path, bearer(tokens["acme", scope][1]))
        if scope == needed:
            assert code not in {"UNAUTHENTICATED", "PERMISSION_DENIED"}
        else:
            assert (code, reason) == ("PERMISSION_DENIED", "SCOPE_MISSING")


def test_the_tenant_is_the_tokens_and_nobody_elses(channels, tokens, secured):
    """The same request gets each tenant's own answer."""
    queries, models = NetworkServiceStub(channels[False]), ModelServiceStub(channels[True])
    for tenant in ("acme", "other"):
        metadata = (bearer(tokens[tenant, "query"][1]),)
        queries.GetNetwork(GetNetworkRequest(person_id="p000"), metadata=metadata)
        metadata = (bearer(tokens[tenant, "admin"][1]),)
        name = f"models/{INFO.name}"
        assert models.GetModel(GetModelRequest(name=name), metadata=metadata).snapshot == tenant
    counts = secured.counts.total().counts
    assert counts["calls", "NetworkService/GetNetwork", "OK", "acme"] == 1
    assert counts["calls", "NetworkService/GetNetwork", "OK", "other"] == 1


def test_health_needs_no_token(channels):
    """Whoever balances calls has none."""
    answer = channels[False].unary_unary("/grpc.health.v1.Health/Check")(b"")
    assert answer == b"\x08\x01"


def until(holds) -> None:
    """Return once it holds."""
    while not holds():
        time.sleep(0.02)


def test_tokens_come_and_go_while_the_server_runs(channels, file, tokens):
    """A new one works and a revoked one does not, without a restart."""
    path = "recommender.v1.NetworkService/GetNetwork"
    token_id, token = add_token(file, "acme", ["query"], None, None)
    until(lambda: ask(channels, path, bearer(token))[0] == "INVALID_ARGUMENT")
    assert ask(channels, path, bearer(tokens["acme", "query"][1]))[0] == "INVALID_ARGUMENT"
    revoke_token(file, token_id)
    until(lambda: ask(channels, path, bearer(token))[0] == "UNAUTHENTICATED")
    for every in METHODS:
        assert ask(channels, every, bearer(token)) == ("UNAUTHENTICATED", "TOKEN_INVALID")
    assert ask(channels, path, bearer(tokens["acme", "query"][1]))[0] == "INVALID_ARGUMENT"


def test_a_tenant_that_is_new_waits_for_the_next_start(channels, file, models, capsys):
    """Its tokens let nobody in until then, and the log says what to do."""
    path = "recommender.v1.NetworkService/GetNetwork"
    _, token = add_token(file, "newcomer", ["query"], None, models)
    said = []
    until(lambda: said.append(capsys.readouterr().out) or "tenant not served" in "".join(said))
    assert ask(channels, path, bearer(token)) == ("UNAUTHENTICATED", "TOKEN_INVALID")


def test_a_file_that_cannot_be_read_leaves_the_last_good_one_in_force(tmp_path, models, capsys):
    """It is said once, and the next good one is taken up."""
    path = tmp_path / "access.toml"
    _, token = add_token(path, "acme", ["query"], None, models)
    good = path.read_text()
    watched = Watched("access file", [path], lambda: read_access(path))
    for bad in ("[tenants", "", "[tenants.acme]\nmodel = 3\n"):
        path.write_text(bad)
        watched.look()
        watched.look()
        assert not watched.sound
        assert watched.value().grant(token, 0.0) is not None
        assert capsys.readouterr().out.count("access file refused") == 1
    path.write_text(good + "\n")
    watched.look()
    assert watched.sound
    assert watched.value().grant(token, 0.0).tenant == "acme"
    path.unlink()
    watched.look()
    assert watched.value().grant(token, 0.0) is not None


def test_a_change_that_fails_in_an_unforeseen_way_is_not_in_force_either(tmp_path):
    """Whoever watches must be told as of a file that is refused; the next good one mends it."""
    path, works = tmp_path / "file", [True]
    path.write_text("1")

    def read():
        return int(path.read_text())

    def told(_):
        if not works[0]:
            raise TypeError

    watched = Watched("file", [path], read)
    watched.changed.append(told)
    for text, works[0], error, value in (
        ("no number", True, ValueError, 1),
        ("22", False, TypeError, 22),
    ):
        path.write_text(text)
        with pytest.raises(error):
            watched.look()
        assert (watched.sound, watched.value()) == (False, value)
    works[0] = True
    path.write_text("333")
    watched.look()
    assert (watched.sound, watched.value()) == (True, 333)


def test_an_access_file_has_hashes_and_no_token(tmp_path):
    """Only its owner may read it, and what was written in it by hand stays."""
    path = tmp_path / "access.toml"
    first_id, first = add_token(path, "acme", ["query"], None, Path("models"))
    path.write_text("# by hand\n" + path.read_text() + "# at the end\n")
    path.chmod(0o640)
    later = datetime(2030, 1, 1, tzinfo=UTC)
    second_id, second = add_token(path, "acme", ["feedback", "admin"], later, None)
    text = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert "# by hand" in text
    assert "# at the end" in text
    for token in (first, second):
        assert token.startswith(PREFIX)
        assert len(token) == len(PREFIX) + 43
        assert token not in text
        assert token_hash(token).hex() in text
    access = read_access(path)
    assert access.grant(second, later.timestamp() - 1).scopes == {"feedback", "admin"}
    assert access.grant(second, later.timestamp()) is None
    assert revoke_token(path, first_id) == "acme"
    after = read_access(path)
    assert [grant.token_id for grant in after.grants.values()] == [second_id]
    assert "# by hand" in path.read_text()
    assert not list(tmp_path.glob(".*"))


HASHED = f"[tenants.a]\nmodel='m'\n[[tenants.a.tokens]]\nid='i'\nsha256='{'0' * 64}'\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1", "x: unknown"),
        ("[tenants.Acme]\nmodel='m'", "1 to 63 of a-z"),
        ("[tenants.a]", "tenants.a.model: missing"),
        ("[tenants.a]\nmodel='m'\nrate=1", "tenants.a.rate: unknown"),
        ("[tenants.a]\nmodel='m'\nburst=-1", "tenants.a.burst: is not between"),
        ("[tenants.a]\nmodel='m'\nburst=true", "tenants.a.burst: is not a number"),
        ("[tenants.a]\nmodel='m'\ntokens=1", "tenants.a.tokens: is not an array"),
        ("[tenants.a]\nmodel='m'\n[[tenants.a.tokens]]\nid='i'", "tokens[0].sha256: missing"),
        (f"[tenants.a]\nmodel='m'\nburst=0x{'f' * 9000}", "tenants.a.burst: is not between"),
        (f"x = {'[' * 3000}{']' * 3000}", "nested too deeply"),
        (f"{HASHED}scopes=['all']", "tokens[0].scopes"),
        (f"{HASHED}scopes=[['query']]", "tokens[0].scopes"),
        (f"{HASHED}scopes=[{{}}, 'query']", "tokens[0].scopes"),
        (f"{HASHED}scopes=['query']\nexpires=2030-01-01", "tokens[0].expires"),
    ],
)
def test_what_is_wrong_in_an_access_file_is_named(text, told):
    """With the file and the place."""
    with pytest.raises(InvalidArgumentError) as caught:
        parse_access(text, Path("some/access.toml"))
    assert told in str(caught.value)
    assert str(caught.value).startswith("some/access.toml")


def test_a_token_goes_to_a_tenant_that_is_there(tmp_path):
    """A new tenant needs a model, one that is there needs none, and names are plain."""
    path = tmp_path / "access.toml"
    with pytest.raises(InvalidArgumentError, match="name its model"):
        add_token(path, "acme", ["query"], None, None)
    with pytest.raises(InvalidArgumentError, match="--tenant"):
        add_token(path, "a]\n[b", ["query"], None, Path("m"))
    assert not path.exists()
    add_token(path, "acme", ["query"], None, Path("m"))
    with pytest.raises(InvalidArgumentError, match="has one"):
        add_token(path, "acme", ["query"], None, Path("m"))
    with pytest.raises(InvalidArgumentError, match="no token"):
        revoke_token(path, "nobody")


def test_an_inline_token_must_be_taken_out_by_hand(tmp_path):
    """The command changes no line that it does not understand."""
    path = tmp_path / "access.toml"
    path.write_text(
        "[tenants.a]\nmodel = 'm'\n"
        f"tokens = [{{id = 'i1', sha256 = '{'0' * 64}', scopes = ['query']}}]\n"
    )
    before = path.read_bytes()
    with pytest.raises(InvalidArgumentError, match="by hand"):
        revoke_token(path, "i1")
    assert path.read_bytes() == before
