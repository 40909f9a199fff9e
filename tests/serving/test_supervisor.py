"""The supervisor, over workers that are a few lines of Python each."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from recommender.domain.serve_config import ServeConfig
from recommender.serving import processes, supervisor
from recommender.serving.addresses import Address
from recommender.serving.run import command, serve, worker_config

ROOT = Path(__file__).parents[2]
STEADY = """
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
"""
STUBBORN = """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
"""
END_ALL = "os.kill(os.getppid(), signal.{})\nwhile True: signal.pause()\n"
"""Asks the supervisor to end, and waits for the consequences."""


SUPERVISE = """
import json, sys
from recommender.serving import processes, supervisor
processes.FIRST_BACK_OFF_SECONDS = 0
commands, drain_seconds = json.loads(sys.argv[1])
found = supervisor.Supervisor(commands, drain_seconds)
code = found.run()
starts = [worker.starts for worker in found.workers]
left = sum(worker.process is not None for worker in found.workers)
print(json.dumps({"code": code, "starts": starts, "left": left}), file=sys.stderr)
"""


def supervise(*scripts: str, drain_seconds: float = 600):
    """Exit code, starts of each worker, and how many are left, of a supervisor over `scripts`.

    It is a process of its own, since the workers send their parent signals that end it.
    """
    commands = [[sys.executable, "-c", script] for script in scripts]
    asked = [sys.executable, "-c", SUPERVISE, json.dumps([commands, drain_seconds])]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stderr.splitlines()[-1])


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_workers_that_end_when_asked_make_a_clean_end(name):
    """Either signal reaches every worker as SIGTERM; all end well; the exit code is 0."""
    found = supervise(STEADY + "while True: signal.pause()", STEADY + END_ALL.format(name))
    assert found == {"code": 0, "starts": [1, 1], "left": 0}


def test_a_crashed_worker_is_started_again(tmp_path):
    """Its third life asks for the end, which is a clean one."""
    lives = tmp_path / "lives"
    script = (
        f"open({str(lives)!r}, 'a').write('x')\n"
        f"if len(open({str(lives)!r}).read()) < 3: os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    found = supervise(STEADY + script + END_ALL.format("SIGTERM"))
    assert found == {"code": 0, "starts": [3], "left": 0}


def test_a_worker_that_keeps_crashing_is_given_up():
    """After five crashes the others are asked to end, and the exit code is 1."""
    found = supervise("raise SystemExit(7)", STEADY + "while True: signal.pause()")
    assert found == {"code": 1, "starts": [5, 1], "left": 0}


def test_a_worker_that_is_refused_at_once_is_not_tried_again():
    """A model or an address that cannot be had will not come by trying."""
    found = supervise(f"raise SystemExit({supervisor.REFUSED})")
    assert found == {"code": 1, "starts": [1], "left": 0}


def test_a_worker_that_will_not_end_is_killed():
    """Late workers do not keep the service from ending; the exit code tells."""
    found = supervise(STUBBORN + END_ALL.format("SIGTERM"), drain_seconds=0)
    assert found["code"] == 1


def test_the_settings_of_workers_are_on_no_command_line(tmp_path, monkeypatch):
    """All users of a machine see those; passwords, and all else, come by a pipe."""
    found = []
    monkeypatch.setattr("recommender.serving.run.check_models", lambda *_: None)
    monkeypatch.setattr(supervisor.Supervisor, "run", lambda self: found.extend(self.workers) or 0)
    config = ServeConfig(
        listen="127.0.0.1:0",
        workers=2,
        store="postgresql://pln:TOPSECRET@db.invalid/pln",
        trace_endpoint="http://collector.invalid/?key=TOPSECRET",
    )
    assert serve(tmp_path, config) == 0
    for worker in found:
        assert "TOPSECRET" not in " ".join(worker.command)
        assert "TOPSECRET" not in repr(worker)
        asked = ServeConfig(**json.loads(worker.said))
        assert (asked.store, asked.trace_endpoint) == (config.store, config.trace_endpoint)


def test_a_worker_reads_its_settings_each_time_it_is_started(tmp_path, capfd):
    """As one without a model says, which has read where the access file is."""
    config = ServeConfig(access=str(tmp_path / "nowhere.toml"), store="none")
    worker = processes.Worker(0, command(None), json.dumps(asdict(config)).encode())
    for _ in range(2):
        worker.start()
        assert worker.process.wait() == supervisor.REFUSED
        assert "nowhere.toml" in capfd.readouterr().err
        worker.reap()


def test_a_worker_that_dies_before_it_has_read_anything_is_found_dead():
    """However much there is to tell it, the supervisor goes on."""
    worker = processes.Worker(0, [sys.executable, "-c", "import os; os._exit(3)"], bytes(1 << 20))
    worker.start()
    worker.process.wait()
    assert worker.reap() == 3


def test_crashes_of_long_ago_are_forgotten():
    """Only what happened within the window counts, and the delay grows with it."""
    worker = processes.Worker(0, [])
    assert all(worker.crashed(61.0 * count) for count in range(20))
    assert not all(worker.crashed(2000.0 + count) for count in range(5))


def test_the_delay_doubles_with_every_crash(monkeypatch):
    """A worker that dies at once does not keep the machine busy."""
    monkeypatch.setattr(processes, "FIRST_BACK_OFF_SECONDS", 0.5)
    worker = processes.Worker(0, [])
    delays = []
    for _ in range(4):
        worker.crashed(100.0)
        delays.append(worker.due - 100)
    assert delays == [0.5, 1, 2, 4]


def test_workers_die_with_the_supervisor():
    """Even where it is killed; each writes a NUL, and the pipe closes once no writer is left."""
    worker = (
        "import os, signal; from recommender.serving.signals import die_with_parent; "
        "die_with_parent(os.getppid()); os.write(1, bytes(1)); signal.pause()"
    )
    script = (
        "import sys; from recommender.serving.supervisor import Supervisor; "
        f"Supervisor([[sys.executable, '-c', {worker!r}]] * 2, 1).run()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE
    ) as process:
        up = 0
        while up < 2:
            read = os.read(process.stdout.fileno(), 4096)
            assert read, "the supervisor ended by itself"
            up += read.count(0)
        process.send_signal(signal.SIGKILL)
        process.stdout.read()  # ends only when both workers are gone


def test_the_supervisor_is_free_of_grpc():
    """Its process starts others, and gRPC must not be there when it does."""
    script = "import recommender.serving.run, sys; sys.exit('grpc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    ("listen", "health", "told"),
    [
        ("127.0.0.1:50051", "", ("127.0.0.1:50053", "")),
        ("[::1]:50051", "127.0.0.1:8080", ("[::1]:50053", "127.0.0.1:8082")),
        ("127.0.0.1:0", "127.0.0.1:0", ("127.0.0.1:0", "127.0.0.1:0")),
    ],
)
def test_every_worker_has_ports_of_its_own(listen, health, told):
    """The ports after the first; any free one stays any free one."""
    config = ServeConfig(listen=listen, health_listen=health, workers=3)
    found = worker_config(config, Address.parse(listen, "serve.listen"), 2)
    assert (found.listen, found.health_listen, found.workers) == (*told, 1)
