"""A node that is told to stop says so first, and finishes what it was asked."""

import json
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from benchmarks.server import Server


@pytest.fixture
def start(database_url, tmp_path, session):
    session.commit()
    started: list[Server] = []

    def begin(**environ: str) -> Server:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        given = {
            "DATABASE_URL": database_url,
            "INSTANCE": str(tmp_path),
            "SECRET_KEY": "k" * 40,
            **environ,
        }
        server = Server("wsgi:app", port, given, probe="/healthz", log=Path(tmp_path) / "log")
        started.append(server.__enter__())
        return server

    yield begin
    for server in started:
        server.__exit__(None, None, None)


def ask(server: Server, path: str) -> tuple[int, dict[str, Any]]:
    try:
        with urlopen(server.address + path, timeout=5) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refused:
        return refused.code, json.load(refused)


@pytest.mark.slow
def test_a_node_that_closes_is_not_ready_and_still_answers(start):
    server = start(DRAIN_SECONDS="3", PRODUCTION="1")
    assert ask(server, "/readyz")[1]["parts"]["database"] is True
    process: subprocess.Popen[bytes] = server.process
    process.send_signal(signal.SIGTERM)
    # Both workers are told at once, and the signal is on its way for an instant.
    answers = iter(lambda: ask(server, "/readyz"), None)
    status, said = next(one for one in answers if one[1]["parts"].get("open") is False)
    assert (status, said["ready"]) == (503, False)
    assert ask(server, "/healthz") == (200, {"up": True})
    assert process.wait(15) == 0


@pytest.mark.slow
def test_without_drain_a_node_closes_at_once(start):
    server = start()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(8) == 0


@pytest.mark.slow
def test_what_gunicorn_says_in_production_is_json_without_addresses(start):
    server = start(PRODUCTION="1")
    for wrong in (
        b"13800000000 /secret-words HTTP/9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: shop\r\nsecret-words 13800000000: a\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: secret-words\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", server.port)) as visitor:
            visitor.sendall(wrong)
            assert b" 400 " in (said := visitor.recv(4096)) or b" 501 " in said
    ask(server, "/healthz")
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(15)
    lines = server.log.read_text().splitlines()
    assert [json.loads(line)["event"] for line in lines]
    assert "13800000000" not in server.log.read_text()
    assert "secret-words" not in server.log.read_text()
    assert "127.0.0.1" not in server.log.read_text()
