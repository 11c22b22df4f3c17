"""Who looks at files before anybody keeps them: clamd, where the shop has one."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol
from urllib.parse import urlsplit

import structlog

from marketplace.core.errors import N_, Refusal, invalid

PATIENCE_S = 15.0
CHUNK_BYTES = 256 * 1024
MOST_SAID = 1024
FOUND = b" FOUND"
CLEAN = b" OK"

log = structlog.get_logger()


class ScannerAway(Refusal):
    """A file that nobody looked at is not taken."""

    code = "upload.scanner_away"
    message = N_("文件检查服务暂时没有回应,文件没有保存。请过几分钟再传。")


class Scanner(Protocol):
    """Looks at what a file holds."""

    def look(self, field: str, content: bytes) -> None:
        """Raises InvalidInput naming the field, or ScannerAway."""


class NoScanner:
    """Where none is set: files are known by what they hold, and that is all."""

    def look(self, field: str, content: bytes) -> None:
        """Nothing is looked for."""


class Clamd:
    """ClamAV's daemon, asked by its INSTREAM command: no file is written for it."""

    def __init__(self, address: str) -> None:
        self.address = urlsplit(address)

    def look(self, field: str, content: bytes) -> None:
        try:
            said = self._ask(content)
        except OSError as trouble:
            log.error("files cannot be looked at", error=type(trouble).__name__)
            raise ScannerAway from trouble
        if said.endswith(FOUND):
            log.warning("a file was refused for what it holds")
            raise invalid(field, N_("这个文件里发现了病毒或恶意程序,没有保存。请换一个文件。"))
        if not said.endswith(CLEAN):
            log.error("files cannot be looked at", error="unknown answer")
            raise ScannerAway

    def _ask(self, content: bytes) -> bytes:
        with self._connected() as line:
            line.sendall(b"zINSTREAM\0")
            for at in range(0, len(content), CHUNK_BYTES):
                chunk = content[at : at + CHUNK_BYTES]
                line.sendall(len(chunk).to_bytes(4, "big") + chunk)
            line.sendall(bytes(4))
            said = b""
            while b"\0" not in said and len(said) < MOST_SAID and (more := line.recv(MOST_SAID)):
                said += more
        return said.rstrip(b"\0\n")

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        is_local = self.address.scheme == "unix"
        family = socket.AF_UNIX if is_local else socket.AF_INET
        beside = (self.address.hostname, self.address.port or 3310)
        with socket.socket(family, socket.SOCK_STREAM) as line:
            line.settimeout(PATIENCE_S)
            line.connect(self.address.path if is_local else beside)
            yield line


def open_scanner(address: str | None) -> Scanner:
    return Clamd(address) if address else NoScanner()
