"""What the pages show of servers with tokens and TLS is run as it stands there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import trustme

from recommender.serving.access import read_access
from recommender.serving.access_file import add_token
from recommender.serving.watching import Watched
from tests.docs.test_readme import BUF, ENVIRON, ROOT, blocks
from tests.serving.fakes import CONFIG, MODEL, PEOPLE, FakeRecommender, start, tenant_of
from tests.serving.test_tls import write


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A server that asks for tokens over TLS, and a folder with what its callers have."""
    folder, authority = tmp_path_factory.mktemp("guarded"), trustme.CA()
    models, access = folder / "models", folder / "access.toml"
    (models / MODEL).mkdir(parents=True)
    (models / MODEL / "manifest.json").write_text("{}")
    for name, scope in (("token", "query"), ("admin-token", "admin")):
        made = add_token(access, "acme", [scope], None, models if name == "token" else None)
        (folder / name).write_text(made[1] + "\n")
    (folder / "ca.pem").write_bytes(authority.cert_pem.bytes())
    files = write(authority.issue_cert("127.0.0.1"), folder)
    config = replace(CONFIG, admin_listen=f"unix:{folder / 'admin.sock'}", **files)
    watched = Watched("access file", [access], lambda: read_access(access))
    tenant = tenant_of(FakeRecommender(), models, name="acme")
    running = start(tenant, config, access=watched)
    yield SimpleNamespace(folder=folder, address=str(running.address), admin=config.admin_listen)
    running.stop()


def run(command, folder):
    environ = {**ENVIRON, "PYTHONPATH": str(ROOT), "PATH": f"{BUF.parent}:{os.environ['PATH']}"}
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=environ
    )


@pytest.mark.parametrize(
    ("page", "called", "said"),
    [("clients", "lists.example", "1 p001\n"), ("operate", "unix:", f"models/{MODEL} 250\n")],
)
def test_the_python_for_a_guarded_server_is_answered(guarded, page, called, said):
    """A list, and the models on the admin listener; tokens and authority are read from files."""
    shown = blocks("python", f"docs/{page}.md")
    [script] = [block for block in shown if "token=token" in block]
    assert f'Client("{called}' in script
    address = guarded.admin if page == "operate" else guarded.address
    here = re.sub(r'Client\(".*?"', f'Client("{address}"', script).replace('"ada"', '"p000"')
    done = run([sys.executable, "-c", here], guarded.folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(said)


def test_a_guarded_server_can_be_called_from_a_shell(guarded):
    """By the contract in a clone, so that the server need not describe it."""
    lines = [line for block in blocks("sh", "docs/clients.md") for line in block.splitlines()]
    [line] = [line for line in lines if line.startswith("buf ")]
    here = line.replace("lists.example:50051", guarded.address).replace("ada", PEOPLE[0])
    here = here.replace("--schema .", f"--schema {shlex.quote(str(ROOT))}")
    done = run(["sh", "-c", here], guarded.folder)
    assert done.returncode == 0, done.stderr
    assert '"personId": "p001"' in done.stdout.replace('":"', '": "')
    [other] = [line for line in lines if line.startswith("grpcurl ")]
    proto = re.search(r"-import-path (\S+) -proto (\S+)", other)
    assert Path(ROOT, proto[1], proto[2]).is_file()
