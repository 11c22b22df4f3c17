"""A library with a known hole fails the look, and so does a list that nobody could ask."""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from deploy.known_holes import FOUND, LOCKED, NOT_ASKED, main
from tests.structure.house import ROOT

HASH = "--hash=sha256:" + "0" * 64


class List(BaseHTTPRequestHandler):
    """Answers as the list does, on this machine: its form is that of https://google.github.io/osv.dev."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server
        assert isinstance(server, Server)
        package = asked["package"]
        server.asked.append((package["ecosystem"], package["name"], asked["version"]))
        answer = {"vulns": [hole] if (hole := server.holes.get(package["name"])) else []}
        self.send_response(server.status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer if answer["vulns"] else {}).encode())

    def log_message(self, *_words: object) -> None:
        """Nothing of it belongs on the terminal."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), List)
        self.asked: list[tuple[str, str, str]] = []
        self.holes: dict[str, dict[str, Any]] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/query"

    def knows(self, ecosystem: str, name: str, fixed: str) -> None:
        events = [{"introduced": "0"}, {"fixed": fixed}]
        affected = {"package": {"ecosystem": ecosystem, "name": name}, "ranges": [
            {"type": "ECOSYSTEM", "events": events}]}  # fmt: skip
        self.holes[name] = {"id": "TEST-2026-1", "details": "a hole", "affected": [affected]}


@pytest.fixture
def known() -> Iterator[Server]:
    server = Server()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    file = tmp_path / "requirements.txt"
    file.write_text(f"flask==3.1.0 {HASH}\njinja2==3.1.0 {HASH}\n")
    return file


def test_everything_is_asked_about_and_nothing_is_known(
    known: Server, locked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--osv-url", known.address, str(locked)]) == 0
    assert capsys.readouterr().out == "No known holes.\n"
    asked = {(ecosystem, name) for ecosystem, name, _version in known.asked}
    assert {("PyPI", "flask"), ("PyPI", "jinja2"), ("npm", "htmx.org")} <= asked


@pytest.mark.parametrize(("ecosystem", "name"), [("PyPI", "jinja2"), ("npm", "htmx.org")])
def test_a_known_hole_fails_the_look_and_is_named(
    known: Server, locked: Path, capsys: pytest.CaptureFixture[str], ecosystem: str, name: str
) -> None:
    known.knows(ecosystem, name, "99.1")
    assert main(["--osv-url", known.address, str(locked)]) == FOUND
    said = capsys.readouterr().out
    assert re.search(rf"{name} [\d.]+: TEST-2026-1, ", said)
    assert said.endswith("1 known holes.\n")


@pytest.mark.parametrize("away", ["nobody answers", "it is broken"])
def test_a_list_that_cannot_be_asked_is_no_good_answer(
    known: Server, locked: Path, capsys: pytest.CaptureFixture[str], away: str
) -> None:
    known.status = 503
    address = known.address if away == "it is broken" else "http://127.0.0.1:9/v1/query"
    assert main(["--osv-url", address, str(locked)]) == NOT_ASKED
    said = capsys.readouterr()
    assert "The list of known holes could not be asked: " in said.err
    assert said.out == ""


def test_a_library_without_a_version_is_no_good_answer(
    known: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loose.txt").write_text("flask>=3\n")
    assert main(["--osv-url", known.address, str(tmp_path / "loose.txt")]) == NOT_ASKED
    assert "could not be asked" in capsys.readouterr().err


def test_every_locked_file_of_ours_is_looked_at() -> None:
    assert set(LOCKED) == {path.name for path in ROOT.glob("requirements*.txt")}
