"""nginx as we configure it: what is sent to a second machine, and what never is."""

import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_connection
from threading import Thread

import pytest

from benchmarks.nodes_cluster import Cluster, Node
from tests.nodes.visitor import WITHIN_S, comes_true

KEY = {"Idempotency-Key": "once"}


class Machine(ThreadingHTTPServer):
    """Notes what comes. One that fails reads what it is sent and breaks off, as if killed."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.came: list[str] = []
        self.fails = False
        self.carries: tuple[str, ...] = ()


class _Answering(BaseHTTPRequestHandler):
    server: Machine
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.came.append(f"{self.command} {self.path}")
        if self.server.fails:
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("X-Forwarded-For", self.headers["X-Forwarded-For"])
        for name in self.server.carries:
            self.send_header(name, "ours")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def machines() -> Iterator[tuple[Machine, Machine]]:
    made = Machine(), Machine()
    serving = [Thread(target=one.serve_forever, args=(0.05,)) for one in made]
    for thread in serving:
        thread.start()
    yield made
    for one, thread in zip(made, serving, strict=True):
        one.shutdown()
        thread.join()
        one.server_close()


@pytest.fixture
def port(machines: tuple[Machine, Machine], tmp_path: Path, free_port: int) -> Iterator[int]:
    """Of an nginx before both."""
    nodes = tuple(Node(one.server_port, tmp_path, {}) for one in machines)
    cluster = Cluster(free_port, tmp_path, (nodes[0], nodes[1]), "")
    command = cluster.nginx_command()
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        assert comes_true(lambda: is_open(free_port))
        yield free_port
    finally:
        running.terminate()
        running.wait(WITHIN_S)


def is_open(port: int) -> bool:
    try:
        ask(port, "GET", "/healthz")
    except OSError:
        return False
    return True


def ask(port: int, method: str, path: str, headers: dict[str, str] | None = None) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=WITHIN_S)
    try:
        connection.request(method, path, "a=1" if method == "POST" else None, headers or {})
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("method", "path", "headers", "is_repeated"),
    [
        ("GET", "/", {}, True),
        ("GET", "/api/v1/products", {}, True),
        ("POST", "/api/v1/purchases", KEY, True),
        ("POST", "/api/v1/purchases", {}, False),
        ("POST", "/api/v1/purchases", {"Idempotency-Key": ""}, False),
        ("POST", "/basket", {}, False),
        ("POST", "/basket", KEY, False),
    ],
)
def test_what_a_machine_broke_off_is_sent_to_another_only_where_that_is_safe(
    machines: tuple[Machine, Machine],
    port: int,
    method: str,
    path: str,
    headers: dict[str, str],
    is_repeated: bool,
) -> None:
    for one in machines:
        one.fails = True
        one.came.clear()
    assert ask(port, method, path, headers) == 502
    came = [len(one.came) for one in machines]
    assert came == [1, 1] if is_repeated else sorted(came) == [0, 1]


def test_a_visitor_does_not_say_where_they_come_from(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=WITHIN_S)
    connection.request("GET", "/", headers={"X-Forwarded-For": "203.0.113.9"})
    assert connection.getresponse().headers["X-Forwarded-For"] == "127.0.0.1"
    connection.close()


CARRIED = (
    "Strict-Transport-Security",
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
)


def headers_of(port: int, path: str) -> list[list[str]]:
    connection = HTTPConnection("127.0.0.1", port, timeout=WITHIN_S)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return [answer.headers.get_all(name, []) for name in CARRIED]
    finally:
        connection.close()


def test_what_nginx_says_by_itself_carries_our_headers(
    machines: tuple[Machine, Machine], port: int
) -> None:
    for one in machines:
        one.fails = True
    away = headers_of(port, "/")
    assert [len(told) for told in away] == [1, 1, 1, 1]
    for one in machines:
        one.fails, one.carries = False, CARRIED
    assert comes_true(lambda: headers_of(port, "/") == [["ours"]] * len(CARRIED))


def test_trace_is_refused_at_the_door(machines: tuple[Machine, Machine], port: int) -> None:
    for one in machines:
        one.came.clear()
    assert ask(port, "TRACE", "/") == 405
    assert [one.came for one in machines] == [[], []]


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Transfer-Encoding: xchunked\r\n",
    ],
)
def test_a_request_with_two_ends_is_refused_at_the_door(
    machines: tuple[Machine, Machine], port: int, framing: bytes
) -> None:
    for one in machines:
        one.came.clear()
    with create_connection(("127.0.0.1", port), WITHIN_S) as line:
        line.sendall(b"POST /basket HTTP/1.1\r\nHost: shop\r\n" + framing + b"\r\n0\r\n\r\n")
        assert line.recv(100).split(b" ")[1] in (b"400", b"501")
    assert [one.came for one in machines] == [[], []]
