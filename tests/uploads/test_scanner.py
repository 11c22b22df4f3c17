"""Files are looked at by the shop's scanner before anybody keeps them."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer, ThreadingUnixStreamServer
from threading import Thread

import pytest
from werkzeug.datastructures import FileStorage

from marketplace.core.errors import InvalidInput
from marketplace.uploads.forms import read_file
from marketplace.uploads.gateways import Clamd, ScannerAway

# Half of what scanners are tried with everywhere, so that this file is taken for nothing.
BAD = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class _Looking(BaseRequestHandler):
    """As clamd answers (its manual, INSTREAM)."""

    def handle(self) -> None:
        assert self._read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(self._read(4), "big"):
            content += self._read(size)
        if b"unknown" in content:
            self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            return
        bad = b"Eicar-Test-Signature FOUND" if BAD in content else b"OK"
        self.request.sendall(b"stream: " + bad + b"\0")

    def _read(self, size: int) -> bytes:
        read = b""
        while len(read) < size:
            more = self.request.recv(size - len(read))
            assert more
            read += more
        return read


@pytest.fixture(params=["tcp", "unix"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    socket = str(tmp_path / "clamd.ctl")
    made = (
        ThreadingTCPServer(("127.0.0.1", 0), _Looking)
        if request.param == "tcp"
        else ThreadingUnixStreamServer(socket, _Looking)
    )
    serving = Thread(target=made.serve_forever, args=(0.05,))
    serving.start()
    yield (
        f"tcp://127.0.0.1:{made.server_address[1]}" if request.param == "tcp" else f"unix:{socket}"
    )
    made.shutdown()
    serving.join()
    made.server_close()


def test_what_the_scanner_finds_is_refused_by_its_field(address: str) -> None:
    scanner = Clamd(address)
    scanner.look("photo", b"a good photograph" * 100_000)
    scanner.look("photo", b"")
    with pytest.raises(InvalidInput) as refused:
        scanner.look("photo", b"x" * 300_000 + BAD)
    assert [error.field for error in refused.value.errors] == ["photo"]


def test_a_file_that_nobody_looked_at_is_not_taken(address: str, tmp_path: Path) -> None:
    with pytest.raises(ScannerAway):
        Clamd(address).look("photo", b"unknown")
    for gone in (f"unix:{tmp_path}/nobody", "tcp://127.0.0.1:1"):
        with pytest.raises(ScannerAway):
            Clamd(gone).look("photo", b"a")


def test_every_file_of_a_form_goes_past_the_scanner(make_app, address: str) -> None:
    app = make_app(virus_scanner=address)
    with app.app_context():
        given = read_file("photo", FileStorage(BytesIO(b"good"), "a.jpg"))
        assert given is not None
        assert given.content == b"good"
        with pytest.raises(InvalidInput):
            read_file("photo", FileStorage(BytesIO(BAD), "a.jpg"))


def test_a_shop_without_a_scanner_takes_files_all_the_same(app) -> None:
    with app.app_context():
        assert read_file("photo", FileStorage(BytesIO(BAD), "a.jpg")) is not None
