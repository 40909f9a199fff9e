"""`pln serve --check` and `pln tokens`, as the shell sees them."""

from __future__ import annotations

import json
import shutil
import socket

import pytest
import trustme

from recommender import cli
from recommender.serving.access import read_access
from tests.docs.test_readme import free_port
from tests.serving.test_tls import write


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Runs a command where there is no settings file; its exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        code = cli.run([str(each) for each in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def check(run, *arguments):
    return run("serve", "--check", "--listen", "127.0.0.1:0", *arguments)


def test_all_that_is_there_is_told_line_by_line(run, trained, tmp_path):
    """Settings, access, model, store, certificates, and the addresses of every worker."""
    # Other tests may have left a learner store beside the model.
    models = shutil.copytree(
        trained, tmp_path / "models", ignore=shutil.ignore_patterns("learners.db*")
    )
    code, out, err = check(run, "--model", models, "--workers", 2)
    lines = out.splitlines()
    heads = [line.partition(":")[0] for line in lines]
    assert (code, err) == (0, "")
    assert heads == [
        *("settings", "access", "tenant default", "store", "certificates"),
        *("addresses", "addresses"),
    ]
    assert "400 people" in lines[2]
    assert not (models / "learners.db").exists()


def test_tenants_and_certificates_are_told_too(run, trained, tmp_path, monkeypatch):
    """As many tenants as the access file has."""
    files = write(trustme.CA().issue_cert("localhost"), tmp_path)
    for name, value in files.items():
        monkeypatch.setenv(f"PLN_SERVE_{name.upper()}", value)
    path = tmp_path / "access.toml"
    run("tokens", "add", path, "--tenant", "acme", "--model", trained)
    run("tokens", "add", path, "--tenant", "other", "--model", trained, "--scope", "admin")
    code, out, _ = check(run, "--access", path, "--admin-listen", f"unix:{tmp_path}/admin.sock")
    assert code == 0
    assert "access: 2 tenants, 2 tokens" in out
    assert "tenant acme: model" in out
    assert "tenant other: model" in out
    assert "cert.pem" in out
    assert "admin.sock" in out


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "--model: missing"),
        (["--model", "nothing"], 3, "nothing is not there"),
        (["--model", "MODELS", "--access", "nothing"], 2, "nothing: cannot be read"),
        (["--model", "MODELS", "--admin-listen", "0.0.0.0:0"], 2, "serve.admin_listen"),
        (["--model", "MODELS", "--health-listen", "x"], 2, "serve.health_listen"),
        (["--model", "MODELS", "--metrics-listen", "192.0.2.1:0"], 2, "serve.metrics_listen"),
        (["--model", "MODELS", "--workers", "0"], 2, "serve.workers"),
        (["--model", "MODELS", "--admin-listen", "unix:/no/such/x"], 2, "no folder /no/such; make"),
        (
            ["--model", "MODELS", "--store", "sqlite:////no/such/x.db"],
            1,
            "no folder /no/such; make",
        ),
    ],
)
def test_what_is_wrong_ends_with_its_exit_code(run, trained, arguments, code, told):
    """In one line that names it."""
    given = [trained if each == "MODELS" else each for each in arguments]
    found, _, err = check(run, *given)
    assert found == code
    assert told in err
    assert err.count("\n") == 1


def test_a_taken_port_is_found_before_anything_starts(run, trained):
    """With exit code 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, err = run("serve", "--check", "--model", trained, "--listen", f"127.0.0.1:{port}")
    assert code == 1
    assert "in use by another program" in err


@pytest.mark.parametrize(
    ("variable", "value", "code", "told"),
    [
        ("STORE", "mysql://x", 2, "mysql is not known"),
        ("STORE", "postgresql://127.0.0.1:1/none", 1, "127.0.0.1"),
        ("TLS_CERT", "nothing.pem", 2, "tls_key: certificate and key go together"),
        ("SHARED_PORT", "true", 2, "a port to share must be named"),
        ("RELOAD", "never", 2, "serve.reload: 'never' is not one of auto, manual"),
        ("LOG_CALLS", "some", 2, "serve.log_calls"),
        ("LONGEST_SECONDS", "0", 2, "serve.longest_seconds"),
    ],
)
def test_what_is_wrong_in_a_variable_is_told(
    run, trained, monkeypatch, variable, value, code, told
):
    """With the setting's name."""
    monkeypatch.setenv(f"PLN_SERVE_{variable}", value)
    found, _, err = check(run, "--model", trained)
    assert found == code
    assert told in err


def test_a_model_is_named_once(run, trained, tmp_path):
    """By the access file, or by the flag."""
    path = tmp_path / "access.toml"
    run("tokens", "add", path, "--tenant", "acme", "--model", trained)
    code, _, err = check(run, "--model", trained, "--access", path)
    assert code == 2
    assert "leave it out" in err


def test_a_store_that_is_left_behind_is_told(run, trained, tmp_path):
    """As where tenants come to what was served for one: by the check, and in a line of the log."""
    models, path, port = tmp_path / "models", tmp_path / "access.toml", free_port()
    shutil.copytree(trained, models)
    (models / "learners.db").write_bytes(b"")
    run("tokens", "add", path, "--tenant", "acme", "--model", models)
    words = ("--access", path, "--listen", f"127.0.0.1:{port}")
    assert f"{models / 'learners.db'} is left behind" in run("serve", "--check", *words)[1]
    with socket.create_server(("127.0.0.1", port)):  # so that it ends
        _, _, err = run("serve", *words)
    assert err.count("learner store left behind") == 1
    url = f"sqlite:///{models / 'learners.db'}"
    assert "left behind" not in check(run, "--access", path, "--store", url)[1]


def test_a_token_for_a_model_that_is_yet_to_be_trained_is_made_with_a_warning(run, tmp_path):
    """One line on standard error; the token alone is on standard output."""
    words = ("tokens", "add", tmp_path / "access.toml", "--tenant", "acme", "--model")
    code, out, err = run(*words, tmp_path / "models")
    assert (code, len(out.split())) == (0, 1)
    assert "has no model yet" in err
    assert err.count("\n") == 1


def test_tokens_are_made_listed_and_revoked(run, trained, tmp_path):
    """The token itself is printed once, alone on its line."""
    path = tmp_path / "access.toml"
    code, out, _ = run("tokens", "add", path, "--tenant", "acme", "--model", trained)
    assert code == 0
    token = out.strip()
    assert read_access(path).grant(token, 0).scopes == {"query"}
    code, out, _ = run(
        *("tokens", "add", path, "--tenant", "acme", "--days", "2", "--json"),
        *("--scope", "feedback", "--scope", "admin"),
    )
    made = json.loads(out)
    assert (made["tenant"], made["scopes"]) == ("acme", ["feedback", "admin"])
    listed = json.loads(run("tokens", "list", path, "--json")[1])
    assert {each["id"]: each["expires"] is None for each in listed}[made["id"]] is False
    assert token not in str(listed)
    code, out, _ = run("tokens", "list", path)
    assert made["id"] in out
    assert run("tokens", "revoke", path, made["id"])[0] == 0
    assert len(read_access(path).grants) == 1
    code, _, err = run("tokens", "revoke", path, made["id"])
    assert code == 2
    assert "no token" in err
    code, _, err = run("tokens", "add", path, "--tenant", "acme", "--days", "0")
    assert (code, "--days" in err) == (2, True)
