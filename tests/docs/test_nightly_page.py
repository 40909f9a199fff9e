"""The page on the nightly run says what the program does, and its examples are sound."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from types import SimpleNamespace

import pytest

from recommender.cli import EXIT_CODES
from recommender.commands.nightly.document import State
from recommender.commands.nightly.plan import plan_of
from recommender.commands.nightly.run import CHECK
from recommender.commands.nightly.steps import STEPS
from recommender.domain.settings import all_settings, load_settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "nightly.md").read_text(encoding="utf-8")
DEPLOY = ROOT / "deploy" / "nightly"
SAYS = re.compile(r'log\.(?:info|warning|error)\(\s*"([^"]+)"')


def test_the_steps_are_those_of_the_program_in_their_order():
    """With what is in force where one fails."""
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == [
        *(CHECK, *(step.name for step in STEPS)),
    ]


def test_every_setting_that_is_named_exists():
    """Those in code quotes."""
    named = set(re.findall(r"`(nightly\.[a-z_]+)`", PAGE))
    assert len(named) >= 4
    assert named <= all_settings().keys()


@pytest.mark.parametrize("page", ["docs/nightly.md", "README.md"])
def test_the_example_of_settings_can_be_used_as_it_stands(tmp_path, page):
    """Nothing is missing, and nothing wrong."""
    text = (ROOT / page).read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "pln.toml").write_text(example)
    plan = plan_of(load_settings(tmp_path / "pln.toml", {}, {}))
    assert plan.nightly.lists.endswith("out/lists")


def test_every_exit_code_is_explained():
    """Whether to try again, too."""
    told = set(re.findall(r"^\| (\d+)[ ,]", PAGE, re.MULTILINE))
    assert told == {str(code) for code in EXIT_CODES.values()} | {"0", "130"}


def test_every_state_and_event_is_explained():
    """Those in the report, and those in the log."""
    assert all(f"`{state}`" in PAGE for state in State)
    sources = (ROOT / "recommender" / "commands" / "nightly").glob("*.py")
    events = {e for path in sources for e in SAYS.findall(path.read_text(encoding="utf-8"))}
    assert len(events) >= 7
    assert all(f"`{event}`" in PAGE for event in events)


def test_the_units_are_what_systemd_takes(tmp_path):
    """Checked by itself where it is there; the program is elsewhere here."""
    for name in ("pln-nightly.service", "pln-nightly.timer"):
        text = (DEPLOY / name).read_text().replace("/opt/pln/bin/pln", sys.executable)
        (tmp_path / name).write_text(text)
        unit = ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str
        unit.read_string(text)
        assert unit["Unit"]["Description"]
    if shutil.which("systemd-analyze"):
        units = sorted(tmp_path.iterdir())
        command = ["systemd-analyze", "verify", *units]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        told = [line for line in done.stderr.splitlines() if "pln-nightly" in line]
        assert told == []


def test_systemd_tries_again_only_what_may_help():
    """Not misuse, not bad data; and a run at work elsewhere is no failure."""
    unit = ConfigParser(strict=False, interpolation=None)
    unit.read_string((DEPLOY / "pln-nightly.service").read_text())
    assert unit["Service"]["Restart"] == "on-failure"
    assert unit["Service"]["RestartPreventExitStatus"] == "2 3"
    assert unit["Service"]["SuccessExitStatus"] == "4"


def test_the_crontab_has_a_time_a_user_and_a_command():
    """As files in /etc/cron.d have them, on each line that sets nothing."""
    lines = (DEPLOY / "pln-nightly.cron").read_text().splitlines()
    jobs = [each for each in lines if each and not re.match(r"#|\w+=", each)]
    assert [re.fullmatch(r"(?:[\d*/,-]+ ){5}(\w+) (/\S+) .*", job).groups() for job in jobs] == [
        ("pln", "/usr/local/bin/pln-nightly.sh")
    ]


ATTEMPTS = [([0], 0), ([1, 1, 0], 0), ([137, 0], 0), ([3], 3), ([2], 2), ([4], 0), ([1] * 4, 1)]


@pytest.mark.parametrize(("codes", "end"), ATTEMPTS, ids=str)
def test_the_script_for_cron_tries_again_what_may_help(tmp_path, codes, end):
    """And says what was said last, without progress, where it gives up; else nothing."""
    (tmp_path / "codes").write_text("\n".join(map(str, codes)) + "\n")
    fake = tmp_path / "pln"
    fake.write_text(
        '#!/bin/sh\ncd "$(dirname "$0")"\ncode=$(head -n 1 codes)\nsed -i 1d codes\n'
        'echo "{}" >&2; echo "pln: $* $code" >&2\nexit "$code"\n'
    )
    fake.chmod(0o755)
    environ = os.environ | {"PLN": str(fake), "PAUSES": "0 0 0 0"}
    command = [DEPLOY / "pln-nightly.sh", "--config", "pln.toml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    assert done.returncode == end
    assert (tmp_path / "codes").read_text() == ""
    assert done.stdout == (f"pln: nightly --config pln.toml {codes[-1]}\n" if end else "")


class FailedError(Exception):
    pass


class SkippedError(Exception):
    pass


@pytest.fixture
def dag(monkeypatch):
    """The task of the DAG, as Airflow would call it; and what it was given."""
    given = {}

    def task(**options):
        given.update(options)
        return lambda function: function

    def dag(**options):
        given.update(options)
        return lambda function: lambda: None

    errors = SimpleNamespace(AirflowFailException=FailedError, AirflowSkipException=SkippedError)
    monkeypatch.setitem(sys.modules, "airflow", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "airflow.exceptions", errors)
    monkeypatch.setitem(sys.modules, "airflow.sdk", SimpleNamespace(dag=dag, task=task))
    path = ROOT / "examples" / "airflow" / "pln_nightly.py"
    names = {"__name__": "pln_nightly"}
    exec(compile(path.read_text(), path, "exec"), names)
    assert given["retries"]
    assert given["max_active_runs"] == 1
    return names


OUTCOMES = [
    (0, None),
    (1, RuntimeError),
    (2, FailedError),
    (3, FailedError),
    (4, SkippedError),
    (-9, RuntimeError),
]


@pytest.mark.parametrize(("code", "error"), OUTCOMES, ids=str)
def test_the_task_of_airflow_fails_skips_or_tries_again(tmp_path, dag, code, error):
    """By the exit code of the run."""
    fake = tmp_path / "pln"
    fake.write_text(f"#!/bin/sh\n{'kill -9 $$' if code < 0 else f'exit {code}'}\n")
    fake.chmod(0o755)
    dag["PLN"] = str(fake)
    if error is None:
        dag["nightly"]()
    else:
        with pytest.raises(error):
            dag["nightly"]()
