"""What the README shows is run as it stands there."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import grpc
import pytest
import typer

from recommender.cli import app
from recommender.serving.rpcs import SCOPE
from tests.cli.conftest import run_here
from tests.cli.test_help import COMMANDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PLN = Path(sys.executable).parent / "pln"
BUF = Path(sys.executable).parent / "buf"
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
DOCS = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/**/*.md"))
ADDRESS = "127.0.0.1:50051"
CALLED = re.compile(r"(buf|grpcurl) ")
"""Lines for other programs than ours."""
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}


def blocks(language, page="README.md"):
    """A page's blocks in one language."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The smallest example, ingested and trained by the README's own lines; and the answers."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "tables").mkdir()
    for name, text in zip(("activities", "interactions"), blocks("csv"), strict=True):
        (folder / "tables" / f"{name}.csv").write_text(text)
    [script] = [block for block in blocks("sh") if "pln ingest" in block]
    answers = [run_here(*shlex.split(line)[1:], cwd=folder) for line in script.splitlines()]
    return folder, answers


def test_the_smallest_example_gives_ada_the_person_it_promises(example):
    """Ada is told of Eve, whom Bea knows, and not of Bea."""
    _, answers = example
    for done in answers:
        assert done.returncode == 0, done.stderr
    assert "eve" in answers[-1].stdout
    assert "bea" not in answers[-1].stdout


def free_port():
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(channel, server):
    """Wait for the server to answer, or fail at once where it has ended."""
    ready = grpc.channel_ready_future(channel)
    while True:
        assert server.poll() is None, "the server has ended"
        try:
            return ready.result(timeout=0.5)
        except grpc.FutureTimeoutError:
            continue


@pytest.fixture(scope="module")
def server(example):
    """The README's server line, on a port of our own, which ends as it should."""
    folder, _ = example
    address = f"127.0.0.1:{free_port()}"
    [line] = [block for block in blocks("sh") if "pln serve" in block]
    command = [PLN, *shlex.split(line.replace(ADDRESS, address))[1:]]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRON
    ) as process:
        try:
            with grpc.insecure_channel(address) as channel:
                wait_until_ready(channel, process)
            yield address
        finally:
            process.send_signal(signal.SIGTERM)
    assert process.returncode == 0


@pytest.mark.parametrize("page", ["README.md", "docs/clients.md"])
def test_the_client_talks_to_the_server(server, page):
    """The Python there gives Ada her list."""
    client = next(block for block in blocks("python", page) if "Client(" in block)
    here = re.sub(r'Client\(".*?"\)', f'Client("{server}")', client)
    command = [sys.executable, "-c", here]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRON)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 eve")


def test_the_server_can_be_called_from_a_shell(server):
    """With buf, the README's lines give the methods, Ada's list and her network."""
    lines = [line for block in blocks("sh") for line in block.splitlines() if CALLED.match(line)]
    of_buf = [shlex.split(line.replace(ADDRESS, server)) for line in lines if line[:4] == "buf "]
    commands = [[BUF, *words[1:]] for words in of_buf]
    answers = [
        subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRON)
        for command in commands
    ]
    assert [done.returncode for done in answers] == [0, 0, 0], answers
    methods, people, network = (done.stdout for done in answers)
    assert "recommender.v1.RecommendationService/RecommendPeople\n" in methods
    assert json.loads(people)["recommendations"][0]["personId"] == "eve"
    assert json.loads(network)["personId"] == "ada"


def test_grpcurl_is_told_the_same_as_buf():
    """Which is not at hand to be run: the same address, method and request."""
    [line] = [line for line in README.splitlines() if line.startswith("grpcurl ")]
    *_, request, address, method = shlex.split(line)
    assert f"buf curl --protocol grpc -d '{request}' http://{address}/{method}\n" in README


def test_every_command_is_in_the_table():
    """And the table names no command that is not there."""
    table = README.split("## The commands")[1].split("## ")[0]
    named = set(re.findall(r"\| `pln ([a-z]+)", table))
    assert named == {words[0] for words in COMMANDS}
    for words in COMMANDS:
        assert all(f"{word}" in table for word in words)


def test_every_rpc_is_in_the_table_with_its_scope():
    """Service by service; a row without a name goes on with the one before."""
    table = README.split("| service | scope of the token | calls |")[1].split("\n\n")[0]
    found, service = {}, ""
    for row in table.splitlines()[2:]:
        _, named, scope, calls, _ = row.split("|")
        service = re.findall(r"`(\w+)`", named)[0] if named.strip() else service
        for call in re.findall(r"`(\w+)`", calls):
            found[f"{service}/{call}"] = scope.strip()
    assert found == SCOPE


def test_every_option_that_is_named_exists():
    """Options in the README are options of some command."""
    told = (run_here(*words, "--help", environ={"COLUMNS": "200"}) for words in COMMANDS)
    helps = "".join(done.stdout for done in told)
    ours = "\n".join(line for line in README.splitlines() if not CALLED.match(line))
    for option in set(re.findall(r"--[a-z][a-z-]+", ours)):
        assert option in helps, option


@pytest.mark.parametrize("page", [*PAGES, *DOCS])
def test_links_within_the_repository_lead_somewhere(page):
    """Every relative link names a file or a folder."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            assert (ROOT / page).parent.joinpath(target).exists(), target


def test_make_alone_names_every_target():
    """The help is complete: whatever is phony is in it."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = set(re.search(r"\.PHONY: (.*)", makefile)[1].split())
    assert set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)) == phony


def test_the_names_in_contributing_are_there():
    """Files that CONTRIBUTING tells people to look at exist."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for path in re.findall(r"`((?:recommender|ingestion|tests|docs|proto)/[\w/.]*)`", text):
        assert (ROOT / path).exists(), path
    assert app.registered_groups


def test_the_commands_that_take_a_seed_are_named():
    """All of them, and no other: what takes none has nothing random."""
    [sentence] = re.findall(r"([^.]*?) take\s+`--seed`", README)
    seeded = {
        name
        for name, command in typer.main.get_command(app).commands.items()
        if any("--seed" in parameter.opts for parameter in command.params)
    }
    assert set(re.findall(r"`pln ([a-z]+)`", sentence)) == seeded


def test_the_import_laws_in_contributing_are_those_that_are_checked():
    """Line by line, from the top down to the vocabulary; what is not there yet may be."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = re.findall(r"\n\n((?:    [\w |,]+\n)+)\n", text.split("## The import law")[1])
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    checked = [c["layers"] for c in contracts["tool"]["importlinter"]["contracts"] if "layers" in c]
    for law, layers in zip(told, checked, strict=True):
        # Who may import a package from outside is another contract's; the law of recommender
        # names evaluation where it stands.
        lines = [line for line in law.splitlines() if line.strip() != "evaluation"]
        for line, layer in zip(lines, layers, strict=True):
            held = set(re.findall(r"(?<![(\w])\w+", layer)) - {"v1"}
            assert held <= set(re.findall(r"\w+", line)), layer
