"""What `pln` says about itself."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import typer

from recommender.cli import app

GROUPS = typer.main.get_command(app).commands
COMMANDS = [
    *((name,) for name, command in GROUPS.items() if not hasattr(command, "commands")),
    *((name, sub) for name, group in GROUPS.items() for sub in getattr(group, "commands", ())),
]

HEAVY = {
    "alembic",
    "duckdb",
    "faiss",
    "grpc",
    "ibis",
    "implicit",
    "numba",
    "numpy",
    "pyarrow",
    "scipy",
    "sqlalchemy",
}


def test_pln_alone_prints_help(pln):
    """No argument is a question, not a mistake."""
    done = pln()
    assert done.returncode == 0
    assert all(name in done.stdout for name in GROUPS)
    assert done.stderr == ""


def test_the_version_is_the_packages(pln):
    """`--version` says what is installed."""
    assert re.fullmatch(r"pln \d+\.\d+\.\d+\S*\n", pln("--version").stdout)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(here, words):
    """Help ends with a command line that uses only options that the command has."""
    done = here(*words, "--help", environ={"COLUMNS": "200"})
    assert done.returncode == 0
    example = re.search(r"Example: pln (.*)", done.stdout)
    assert example, done.stdout
    assert example[1].startswith(" ".join(words))
    for option in re.findall(r"--[a-z-]+", example[1]):
        assert done.stdout.count(option) >= 2, option


@pytest.mark.parametrize("words", [c for c in COMMANDS if c != ("serve",)], ids=" ".join)
def test_every_command_that_ends_speaks_json(here, words):
    """`--json` is everywhere but on the server, which speaks gRPC."""
    assert "--json" in here(*words, "--help").stdout


def test_lists_that_know_no_learner_store_say_so_with_the_remedy(here):
    """Somebody blocked or erased since training is on them, which nobody would expect."""
    told = here("recommend", "--help", environ={"COLUMNS": "300"}).stdout
    assert "learner store is not looked at" in told
    assert "pln ingest --learners and pln train" in told


def test_help_loads_nothing_heavy():
    """Numeric libraries are loaded only by the commands that need them."""
    code = "import sys, recommender.cli; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) <= {"numpy"}
