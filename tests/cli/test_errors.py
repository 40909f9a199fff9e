"""What goes wrong: one line on standard error, the right exit code, nothing half-written."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest

from recommender import cli
from tests.cli.conftest import ENVIRON, PLN

MISUSES = [
    (["nonsense"], "nonsense"),
    (["train"], "SNAPSHOT"),
    (["train", ".", "--out", "models", "--sed", "1"], "--seed"),
    (["sample", "--out", "tables", "--people", "9"], "--people"),
    (["sample", "--out", "tables", "--people", "many"], "--people"),
    (["ingest", ".", "--out", "snapshots", "--spark-master", "local"], "is for --engine spark"),
    (["ingest", ".", "--out", "snapshots", "--as-of", "yesterday"], "2025-03-01"),
    (["ingest", ".", "--out", "snapshots", "--as-of", "0001-01-01T00:00:00+05:00"], "--as-of"),
    (["ingest", ".", "--out", "snapshots", "--from", "telepathy"], "telepathy"),
    *(
        (["ingest", url, "--out", "snapshots"], "file:///PATH")
        for url in (
            "postgresql+psycopg://host/db",
            "gs://bucket/tables",
            "HTTP://[::1/x",
            "file://elsewhere/tables",
            "file:///tables#1",
            "file:///tab%00les",
        )
    ),
    (["recommend", "ada", "--model", ".", "--diversity", "-1"], "dials.diversity"),
    (["recommend", "ada", "--model", ".", "--kind", "foes"], "'--kind': 'foes' is not one of"),
    (["recommend", "ada", "--model", ".", "--top", "0"], "--top"),
    *(
        (["recommend", "ada", "--model", ".", "--min-silence-days", days], "--min-silence-days")
        for days in ("inf", "nan", "29.9", "-1", "36501")
    ),
    (["recommend", "ada", "--model", ".", "--config", "none.toml"], "none.toml"),
    (["export", "--model", ".", "--out", "lists", "--kinds", "people,foes"], "foes"),
    (["export", "--model", ".", "--out", "lists", "--top", "0"], "export.top"),
    (["serve", "--model", ".", "--workers", "0"], "serve.workers"),
]


def one_line(done):
    """The message, after checking that it is the last word on standard error and no traceback."""
    lines = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("pln: ")
    assert done.stdout == ""
    return lines[0]


@pytest.mark.parametrize(("arguments", "said"), MISUSES, ids=lambda v: " ".join(v)[:60])
def test_misuse_ends_with_2_and_names_what_was_wrong(here, tmp_path, arguments, said):
    """A wrong command, option or value is named, and nothing is written."""
    done = here(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in one_line(done)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_setting_ends_with_2_wherever_it_is(here, tmp_path):
    """The settings file in the working directory and the variables are read by every command."""
    environ = {"PLN_TRAIN_SEEDS": "1"}
    wrong = here("recommend", "ada", "--model", ".", cwd=tmp_path, environ=environ)
    assert wrong.returncode == 2
    assert "PLN_TRAIN_SEED" in one_line(wrong)
    (tmp_path / "pln.toml").write_text("[dials]\nkindness = 1\n")
    wrong = here("recommend", "ada", "--model", ".", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "kindness" in one_line(wrong)


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()])
def test_bad_input_data_ends_with_3(here, tmp_path, make):
    """A source that is not there or has no tables is bad data, and no snapshot is left."""
    make(tmp_path / "tables")
    done = here("ingest", tmp_path / "tables", "--out", tmp_path / "snapshots")
    assert done.returncode == 3
    assert "tables" in one_line(done)
    assert not (tmp_path / "snapshots" / "CURRENT").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["train", "here", "--out", "models"],
        ["recommend", "ada", "--model", "here"],
        ["network", "ada", "--model", "here"],
        ["export", "--model", "here", "--out", "lists"],
        ["serve", "--model", "here", "--listen", "127.0.0.1:0"],
        ["serve", "--model", "here", "--listen", "127.0.0.1:0", "--workers", "2"],
        ["snapshot", "list", "here"],
        ["snapshot", "verify", "here"],
        ["models", "list", "here"],
        ["models", "verify", "here"],
        ["models", "activate", "here", "it"],
        ["evaluate", "--against", "here", "here"],
        ["evaluate", "tables", "--out", "report", "--model", "here"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()])
def test_a_folder_that_is_no_version_ends_with_3(here, tmp_path, words, make):
    """Nor is one that is not there a snapshot or a model: input as bad as the host's may be."""
    make(tmp_path / "here")
    done = here(*words, cwd=tmp_path)
    assert done.returncode == 3
    assert "here" in one_line(done)


def test_a_file_with_ids_that_is_not_there_ends_with_3(here, demo, tmp_path):
    """And nothing is written."""
    out, _ = demo
    words = ("export", "--model", out / "models", "--out", "lists", "--people", "nobody.txt")
    done = here(*words, cwd=tmp_path)
    assert done.returncode == 3
    assert "nobody.txt" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words", [["ingest", "tables"], ["train", "snapshots"]], ids=lambda words: words[0]
)
def test_a_file_where_a_folder_is_to_be_written_is_told(here, demo, tmp_path, words):
    """With what to name in its stead."""
    out, _ = demo
    (tmp_path / "file").write_text("")
    done = here(words[0], out / words[1], "--out", tmp_path / "file")
    assert done.returncode == 1
    assert f"{tmp_path / 'file'} is a file; name a folder" in one_line(done)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("option", ["--listen", "--health-listen"])
def test_a_port_in_use_ends_with_1_however_many_workers_want_it(here, demo, workers, option):
    """Also where it is the last worker's; no worker is started to find that out."""
    out, _ = demo
    with socket.create_server(("127.0.0.1", 0)) as taken:
        first = taken.getsockname()[1] - (workers - 1)
        words = {"--listen": "127.0.0.1:0", option: f"127.0.0.1:{first}", "--workers": workers}
        options = [word for pair in words.items() for word in pair]
        done = here("serve", "--model", out / "models", *options)
    assert done.returncode == 1
    said = one_line(done)
    assert "in use" in said
    assert option[2:].replace("-", "_") in said
    assert "worker started" not in done.stderr


def test_a_person_who_is_not_there_ends_with_1(here, demo):
    """The message names the person and the model."""
    out, said = demo
    done = here("recommend", "nobody", "--model", out / "models")
    assert done.returncode == 1
    assert "'nobody'" in one_line(done)
    assert said["model"]["name"] in done.stderr


def test_an_unexpected_error_is_one_line_with_a_hint(monkeypatch, capsys):
    """Users see no traceback; those who want it are told how."""

    def fail(*arguments, **options):
        raise ZeroDivisionError("by zero")

    monkeypatch.delenv("PLN_DEBUG", raising=False)
    monkeypatch.setattr(cli, "app", fail)
    assert cli.run([]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "ZeroDivisionError" in error
    assert "PLN_DEBUG=1" in error
    monkeypatch.setenv("PLN_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli.run([])


def test_a_folder_that_cannot_be_made_is_one_line_too(here, tmp_path):
    """What the operating system refuses is said with the path, and is no bug of ours."""
    (tmp_path / "file").write_text("")
    done = here("sample", "--people", "10", "--out", tmp_path / "file" / "tables")
    assert done.returncode == 1
    assert "file/tables" in one_line(done)
    assert "unexpected" not in done.stderr


def test_an_interrupt_ends_with_130_and_leaves_nothing(tmp_path):
    """Control-C in the middle of a job: no message, no half-written table."""
    # Jobs in the background of a script start with interrupts ignored; this one must not.
    heard = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    command = [PLN, "sample", "--people", "3000000", "--out", tmp_path / "tables"]
    with subprocess.Popen(
        [sys.executable, "-c", heard + "os.execv(sys.argv[1], sys.argv[1:])", *command],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=ENVIRON,
    ) as process:
        assert "people" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        output, error = process.communicate()
    assert process.returncode == 130
    assert output == ""
    assert "Traceback" not in error
    assert list((tmp_path / "tables").iterdir()) == []


def test_a_reader_who_leaves_is_no_news(demo):
    """As in `pln … | head`: no traceback and no message when nobody reads on."""
    out, _ = demo
    reader, writer = os.pipe()
    os.close(reader)
    command = [PLN, "network", "p00002", "--model", out / "models", "--json"]
    done = subprocess.run(
        command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False, env=ENVIRON
    )
    os.close(writer)
    assert done.stderr == ""
    assert done.returncode == 1
