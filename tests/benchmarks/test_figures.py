"""The harness itself: what it reads from clients and how it sums up."""

import os
import socket
import subprocess
import time
from pathlib import Path

import pytest

from benchmarks import client
from benchmarks.ceiling import app as ceiling
from benchmarks.client import load_of
from benchmarks.measure import Run, figures_of
from benchmarks.report import table
from benchmarks.server import Server, cpu_s_of

# As wrk 4.1 prints it: the line of averages also holds a percentage.
WRK = """Running 4s test @ http://127.0.0.1:5301/
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    33.50ms   12.34ms 180.22ms   80.50%
    Req/Sec   240.11     30.02   300.00     75.00%
  Latency Distribution
     50%  812.00us
     75%   40.00ms
     90%   55.10ms
     99%    1.20s
  964 requests in 4.01s, 23.91MB read
Requests/sec:    240.40
Transfer/sec:      5.96MB
"""


def test_wrk_is_read_to_the_letter(monkeypatch):
    class Said:
        stdout = WRK

    monkeypatch.setattr(subprocess, "run", lambda *_args, **_options: Said)
    load = client._drive_with_wrk("http://127.0.0.1:5301/", "", 4)
    assert (load.requests, load.requests_per_s) == (964, 240.40)
    assert (load.p50_ms, load.p99_ms) == (0.812, 1200.0)


def test_single_waits_add_up_to_a_load():
    load = load_of([float(number) for number in range(1, 201)], 2.0)
    assert (load.requests, load.requests_per_s) == (200, 100.0)
    assert (load.p50_ms, load.p99_ms) == (100.5, 199.0)


def test_figures_are_medians_so_that_one_bad_run_does_not_count():
    runs = [Run(5.0, 200, 30, 90), Run(5.2, 190, 31, 95), Run(50.0, 10, 300, 900)]
    figures = figures_of("home", runs)
    assert (figures.cpu_ms, figures.requests_per_s, figures.p99_ms) == (5.2, 190, 95)


def test_a_table_has_one_line_for_each_scenario():
    lines = table([figures_of("home", [Run(5.0, 200, 30, 90)])]).splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("home")
    assert "5.00" in lines[1]


def test_the_ceiling_has_exactly_the_bytes_that_were_asked_for():
    assert len(ceiling.test_client().get("/30000").data) == 30_000


def test_processor_time_of_a_process_is_read():
    mine, read, later = time.process_time(), cpu_s_of(os.getpid()), time.process_time()
    assert mine <= read <= later


def test_a_server_that_was_never_started_can_be_left():
    server = Server("nothing:app", 1, {}, probe="/", log=Path(os.devnull))
    server.__exit__(None, None, None)
    assert server.process is None


def test_a_port_that_is_taken_is_named_and_never_measured(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        server = Server("benchmarks.ceiling:app", port, {}, probe="/1", log=tmp_path / "log")
        with pytest.raises(SystemExit, match=f"port {port} is taken"):
            server.__enter__()
    assert not (tmp_path / "log").exists()
