"""The examples run as they stand, against a server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import trustme

from recommender.domain.slate import Kind
from recommender.serving.access import DEFAULT, read_access
from recommender.serving.access_file import add_token
from recommender.serving.watching import Watched
from tests.databases import database
from tests.serving import reference
from tests.serving.fakes import CONFIG, PEOPLE, FakeRecommender, start, tenant_of
from tests.serving.stored import opened_store
from tests.serving.test_tls import write

EXAMPLES = Path(__file__).parents[2] / "examples"
LINES = [
    "Get to know:",
    "Person p001",
    "You have 3+ contacts in common.",
    "How is Topic one going?",
]


def run(*command, **keywords):
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **keywords
    )


def missing(reason):
    """Skip; but where everything should be there, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def packages(tmp_path_factory):
    """The folder of the Node example's packages, installed from its lock file."""
    if not (shutil.which("node") and shutil.which("npm")):
        missing("node and npm are not installed")
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(EXAMPLES / "node" / name, folder)
    options = ["--ignore-scripts", "--no-audit", "--prefer-offline", "--fetch-retries=0"]
    done = run("npm", "ci", *options, cwd=folder)
    if done.returncode != 0:
        missing(f"the packages cannot be had: {done.stderr}")
    return folder / "node_modules"


@pytest.fixture
def example(request):
    """How to run an example: its command, and the environment that it needs."""
    if request.param == "python":
        return [sys.executable, EXAMPLES / "python" / "afternoon.py"], {}
    packages = request.getfixturevalue("packages")
    return ["node", EXAMPLES / "node" / "afternoon.js"], {"NODE_PATH": str(packages)}


@pytest.mark.parametrize("example", ["python", "node"], indirect=True)
def test_an_example_shows_a_home_page(alone, example):
    """Lists with their reasons, openers and the network; and what the learner does is kept."""
    command, environ = example
    done = run(*command, alone.address, "p000", env={**os.environ, **environ})
    assert done.returncode == 0, done.stderr
    for line in LINES:
        assert line in done.stdout
    assert "REJECTED" not in done.stdout
    [(_, block)] = alone.store.blocks(DEFAULT, "p000", None, None, 10)
    assert (block.contact_id, block.kind) == ("p005", "dismiss")
    shown = alone.store.last_shown(DEFAULT, "p000", Kind.PEOPLE, datetime(2000, 1, 1))
    assert set(shown) == set(PEOPLE[1:6])


def test_the_python_example_tells_what_happened(alone):
    """A message and a turned dial, in the store; told twice, they count once."""
    command = [sys.executable, EXAMPLES / "python" / "afternoon.py", alone.address, "p010"]
    for told in ("WRITE_STATUS_ACCEPTED", "WRITE_STATUS_DUPLICATE"):
        done = run(*command)
        assert f"Events: {told}\n" in done.stdout, done.stderr
    assert alone.store.learner(DEFAULT, "p010").dials.diversity == 3


@pytest.mark.parametrize("example", ["python", "node"], indirect=True)
def test_an_example_says_what_was_wrong(alone, example):
    """The service's own words, and an exit code."""
    command, environ = example
    done = run(*command, alone.address, "nobody", env={**os.environ, **environ})
    assert done.returncode == 1
    assert "no lists for nobody: NOT_FOUND" in done.stderr


@pytest.fixture(scope="module")
def guarded(models, tmp_path_factory):
    """A server that asks for a token over TLS: its address, and the example's options for it."""
    folder, authority = tmp_path_factory.mktemp("guarded"), trustme.CA()
    access, token, ca = (folder / name for name in ("access.toml", "token", "ca.pem"))
    token.write_text(add_token(access, "acme", ["query", "feedback"], None, models)[1] + "\n")
    ca.write_bytes(authority.cert_pem.bytes())
    config = replace(CONFIG, **write(authority.issue_cert("127.0.0.1"), folder))
    with database("sqlite", folder) as url:
        tenant = replace(tenant_of(FakeRecommender(), models, name="acme"), store=opened_store(url))
        watched = Watched("access file", [access], lambda: read_access(access))
        running = start(tenant, config, access=watched)
        yield str(running.address), ["--token-file", token, "--ca", ca]
        running.stop()
        tenant.store.close()


@pytest.mark.parametrize("example", ["python", "node"], indirect=True)
def test_an_example_shows_a_token_over_tls(guarded, example):
    """Both from files, as a host platform would have them; without, it is refused."""
    command, environ = example
    address, options = guarded
    done = run(*command, address, "p000", *options, env={**os.environ, **environ})
    assert done.returncode == 0, done.stderr
    assert "Person p001" in done.stdout
    done = run(*command, address, "p000", *options[2:], env={**os.environ, **environ})
    assert done.returncode == 1
    assert "UNAUTHENTICATED" in done.stderr


@pytest.mark.parametrize("example", ["python", "node"], indirect=True)
@pytest.mark.parametrize(
    "words",
    [
        [],
        ["127.0.0.1:1"],
        ["127.0.0.1:1", "ada", "--token-file", "nothing"],
        ["lists.example:1", "ada", "--token-file", __file__],
    ],
    ids=["nothing", "no person", "no token", "not encrypted"],
)
def test_an_example_says_how_it_is_called(example, words):
    """In place of a trace: where too little is said, or a token cannot be had or sent so."""
    command, environ = example
    done = run(*command, *words, env={**os.environ, **environ})
    assert done.returncode == 2
    assert "usage: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "    at " not in done.stderr


class Deserted(FakeRecommender):
    """Has nobody to offer."""

    def answer(self, query):
        return [reference.written([], []) for _ in query.askers]


@pytest.fixture
def deserted(models, tmp_path):
    """The address of a server whose lists are empty."""
    with database("sqlite", tmp_path) as url:
        tenant = replace(tenant_of(Deserted(), models), store=opened_store(url))
        running = start(tenant, CONFIG)
        yield str(running.address)
        running.stop()
        tenant.store.close()


@pytest.mark.parametrize("example", ["python", "node"], indirect=True)
def test_an_example_of_somebody_with_an_empty_list_goes_on(deserted, example):
    """There is nothing to tell of it, and her network is shown all the same."""
    command, environ = example
    done = run(*command, deserted, "p000", env={**os.environ, **environ})
    assert done.returncode == 0, done.stderr
    assert "nobody for now" in done.stdout
    assert "Your network:" in done.stdout
    assert "Feedback" not in done.stdout


def test_the_lock_file_names_no_places():
    """Packages come from wherever whoever installs them gets packages."""
    text = (EXAMPLES / "node" / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    assert text.count('"integrity": "sha512-') == text.count('"node_modules/')
