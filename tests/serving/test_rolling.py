"""Rolling restarts: one worker after the other, and no call lost."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import asdict, replace

from recommender.client import CallError, Client
from recommender.serving.ports import calls_address, worker_config
from tests.serving.fakes import CONFIG
from tests.serving.test_supervisor import ROOT, STEADY

SUPERVISE = """
import json, sys
from recommender.serving import logs, processes, supervisor
logs.configure()
processes.FIRST_BACK_OFF_SECONDS = 0
commands, drain_seconds, processes.FIRST_RETRY_SECONDS = json.loads(sys.argv[1])
sys.exit(supervisor.Supervisor(commands, drain_seconds).run())
"""
READY = """
import os
os.write(int(os.environ["RECOMMENDER_READY_FD"]), b"1")
"""
PAUSE = "\nwhile True: signal.pause()\n"


@contextmanager
def supervised(commands, drain_seconds=600, retry_seconds=0):
    """A supervisor over these commands, as a process; what it and they log, event by event."""
    asked = [sys.executable, "-c", SUPERVISE, json.dumps([commands, drain_seconds, retry_seconds])]
    with subprocess.Popen(asked, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process, map(json.loads, process.stderr)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.stderr.read()


def until(events, name, times=1):
    """The events of this name, once there have been so many; others go by."""
    found = []
    for event in events:
        if event["event"] == name:
            found.append(event)
            if len(found) == times:
                return found
    raise AssertionError(f"{name!r} never came {times} times")


def script(text):
    return [sys.executable, "-c", text]


def test_workers_are_restarted_one_after_the_other():
    """The second is asked to end only once the first has said that it takes calls again."""
    steady = script(STEADY + READY + PAUSE)
    with supervised([steady, steady]) as (process, events):
        until(events, "worker ready", 2)
        process.send_signal(signal.SIGHUP)
        until(events, "rolling restart")
        order = []
        for event in events:
            if event["event"] in {"worker ended", "worker started"}:
                order.append((event["event"], event["worker"]))
            if event["event"] == "rolling restart done":
                break
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
    assert order == [
        ("worker ended", 0),
        ("worker started", 0),
        ("worker ended", 1),
        ("worker started", 1),
    ]
    assert process.returncode == 0


def test_a_worker_that_does_not_come_back_leaves_the_others_in_peace(tmp_path):
    """The restart is given up, the other worker is not touched, and the service goes on."""
    lives = tmp_path / "lives"
    once = (
        f"open({str(lives)!r}, 'a').write('x')\n"
        f"if len(open({str(lives)!r}).read()) > 1: raise SystemExit(7)\n"
    )
    steady = STEADY + READY + PAUSE
    with supervised([script(once + steady), script(steady)]) as (process, events):
        until(events, "worker ready", 2)
        process.send_signal(signal.SIGHUP)
        until(events, "rolling restart given up")
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()
    assert "worker given up" not in rest
    assert process.returncode == 0


def test_a_worker_that_will_not_end_is_killed_and_replaced():
    """Late is late, also in a rolling restart."""
    stubborn = script(
        "import os, signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)" + READY + PAUSE
    )
    with supervised([stubborn], drain_seconds=0.2) as (process, events):
        until(events, "worker ready")
        process.send_signal(signal.SIGHUP)
        [ended] = until(events, "worker ended")
        until(events, "rolling restart done")
    assert ended["code"] == -signal.SIGKILL


def free_ports(number):
    """Ports that nobody has just now."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def test_a_rolling_restart_loses_no_call(models, tmp_path):
    """Two workers, a client that balances between them by health, and no call that fails."""
    os.mkfifo(tmp_path / "gate")
    commands = []
    for port in free_ports(2):
        config = replace(
            CONFIG, listen=f"127.0.0.1:{port}", lame_duck_seconds=0.5, log_calls="none"
        )
        commands.append(
            [
                *(sys.executable, "-m", "tests.serving.fake_server"),
                *(json.dumps(asdict(config)), str(models), str(tmp_path / "gate")),
            ]
        )
    answered, failed, over = [], [], threading.Event()

    def keep_calling(client):
        while not over.is_set():
            try:
                answered.append(client.network("p000").person_id)
                time.sleep(0.002)
            except CallError as error:
                failed.append(error)

    with supervised(commands) as (process, events):
        addresses = [event["address"] for event in until(events, "listening", 2)]
        with Client(addresses) as client:
            threads = [threading.Thread(target=keep_calling, args=(client,)) for _ in range(2)]
            for thread in threads:
                thread.start()
            process.send_signal(signal.SIGHUP)
            until(events, "rolling restart done")
            over.set()
            for thread in threads:
                thread.join()
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
    assert failed == []
    assert len(answered) > 100
    assert process.returncode == 0


def scraped(address):
    """The metrics of a worker."""
    with urllib.request.urlopen(f"http://{address}/metrics") as page:
        return page.read()


def test_workers_may_share_one_port(models, tmp_path):
    """Both listen there, each with probes of its own, and each answers."""
    os.mkfifo(tmp_path / "gate")
    (port,) = free_ports(1)
    config = replace(
        CONFIG,
        listen=f"127.0.0.1:{port}",
        metrics_listen="127.0.0.1:0",
        shared_port=True,
        workers=2,
    )
    commands = [
        [
            *(sys.executable, "-m", "tests.serving.fake_server"),
            *(json.dumps(asdict(each)), str(models), str(tmp_path / "gate")),
        ]
        for each in (worker_config(config, calls_address(config), index) for index in range(2))
    ]
    with supervised(commands) as (process, events):
        told = until(events, "listening", 2)
        answered = set()
        while answered != set(pages := [each["metrics_address"] for each in told]):
            # The kernel chooses a worker for every new connection.
            with Client(told[0]["address"]) as client:
                client.network("p000")
            answered = {page for page in pages if b'code="OK"' in scraped(page)}
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
    assert {each["address"] for each in told} == {f"127.0.0.1:{port}"}
    assert len({each["metrics_address"] for each in told}) == 2
    assert process.returncode == 0
