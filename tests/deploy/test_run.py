"""`make run` starts everything, says where, and leaves nothing behind when it stops."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest

# The smallest thing that looks like the marketplace from outside, so that starting it is quick.
MARKETPLACE = """
import os, sys, time
from flask import Flask

app = Flask(__name__)

@app.get("/readyz")
def readyz():
    return "ready"

@app.cli.command("prepare")
def prepare():
    print("prepared", flush=True)
    sys.exit(int(os.environ.get("PREPARE_STATUS", "0")))

@app.cli.command("logins")
def logins():
    print("buyer@demo")

@app.cli.command("worker")
def worker():
    time.sleep(float(os.environ.get("WORKER_S", "600")))
    sys.exit(7)
"""
START = (
    "import sys; from pathlib import Path; from deploy import run;"
    "run.ROOT = Path(sys.argv[1]); run.STOP_WITHIN_S = 3; sys.exit(run.main(sys.argv[2:]))"
)


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def start(tmp_path, port):
    (tmp_path / "wsgi.py").write_text(MARKETPLACE)
    started = []

    def start_it(**environ):
        run = subprocess.Popen(
            [sys.executable, "-c", START, str(tmp_path), "--port", str(port)],
            env={**os.environ, "WEB_CONCURRENCY": "1", **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(run)
        return run

    yield start_it
    for run in started:
        with suppress(psutil.NoSuchProcess):
            for part in [*psutil.Process(run.pid).children(recursive=True), run]:
                part.kill()
        run.communicate()


def read_until(run, words):
    said = ""
    while words not in said:
        line = run.stdout.readline()
        assert line, said
        said += line
    return said


def parts_of(run):
    return psutil.Process(run.pid).children(recursive=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_says_where_and_who_and_stops_everything_when_asked(start, port, number):
    run = start()
    said = read_until(run, "Ctrl-C")
    parts = parts_of(run)
    run.send_signal(number)
    assert run.wait(10) == 0
    assert f"http://127.0.0.1:{port}" in said
    assert "buyer@demo" in said
    assert len(parts) == 3, "gunicorn, its one worker process, and ours"
    assert not any(part.is_running() for part in parts)


def test_one_part_that_ends_ends_all_with_its_status(start):
    run = start(WORKER_S="3")
    read_until(run, "Ctrl-C")
    parts = parts_of(run)
    said, _ = run.communicate(timeout=15)
    assert run.returncode == 7
    assert "worker ended by itself with status 7" in said
    assert not any(part.is_running() for part in parts)


def test_a_failed_preparation_opens_nothing(start):
    run = start(PREPARE_STATUS="3")
    said, _ = run.communicate(timeout=15)
    assert run.returncode == 3
    assert "prepare ended by itself with status 3" in said


def test_a_taken_port_is_named_before_anything_starts(start, port):
    with socket.create_server(("127.0.0.1", port)):
        said, _ = (run := start()).communicate(timeout=15)
    assert run.returncode == 1
    assert f"Port {port} is taken" in said
    assert "prepared" not in said


def test_nothing_outlives_a_killed_run(start):
    run = start()
    read_until(run, "Ctrl-C")
    parts = parts_of(run)
    run.kill()
    deadline = time.monotonic() + 15
    while any(part.is_running() for part in parts) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(part.is_running() for part in parts)
