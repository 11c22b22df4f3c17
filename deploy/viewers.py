"""The threads of gunicorn, whose loop answers the viewers of a board by itself.

A thousand phones that ask every two seconds whether anything changed would each time cost a
thread, a parser and an application: several times what an order costs. A question on a kept
connection that is exactly the one a browser asks is answered here from what the application told
last. Everything else, and everything doubtful, goes the ordinary way: `docs/decisions/0019`.
"""

import re
import socket
import time
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from flask import Flask
from gunicorn.workers.gthread import ThreadWorker

from marketplace.broadcast.rules.kept import KeptBoards, Told
from marketplace.broadcast.rules.wire import JSON, MAY_BE_KEPT
from marketplace.web.security import A_YEAR, HEADERS

MOST_BYTES = 4096
# From so many kept connections on, viewers wait this long for each other; so may others who come
# meanwhile.
CROWD = 100
GATHERING_S = 0.01
END = b"\r\n\r\n"
_QUESTION = re.compile(rb"GET /live/([1-9][0-9]{0,8})\.json HTTP/1\.1\r\n")
_MARKS = re.compile(rb"\r\nif-none-match:([^\r\n]*)\r\n", re.IGNORECASE)
# Bodies, other protocols, ends of connections: what a parser should see.
_DOUBTFUL = re.compile(
    rb"\r\n(?:content-length|transfer-encoding|expect|upgrade|connection *: *close)|\r\n[ \t]",
    re.IGNORECASE,
)


def read_question(words: bytes) -> tuple[int, bytes] | None:
    """(session, marks known to whoever asks) of one whole question for figures, and of nothing
    that could mean anything else."""
    asked = _QUESTION.match(words)
    if asked is None or words.find(END) != len(words) - len(END) or _DOUBTFUL.search(words):
        return None
    known = _MARKS.search(words)
    return int(asked[1]), known[1] if known else b""


class Answers:
    """What is told to viewers as it goes over the wire, made once for each time it is told."""

    def __init__(self, kept: KeptBoards, headers: Mapping[str, str]) -> None:
        self.kept = kept
        fixed = {**headers, "Content-Type": JSON, "Cache-Control": MAY_BE_KEPT}
        self.headers = "".join(f"{name}: {value}\r\n" for name, value in fixed.items())
        self.made: dict[int, tuple[Told, bytes, bytes]] = {}

    def find(self, words: bytes, now: datetime) -> bytes | None:
        """The answer to a question, where nobody has to look for it."""
        question = read_question(words)
        told = self.kept.take(question[0], now) if question else None
        if question is None or told is None:
            return None
        same, changed = self._make(question[0], told)
        return same if told.mark.encode() in question[1] else changed

    def _make(self, session_id: int, told: Told) -> tuple[bytes, bytes]:
        known = self.made.get(session_id)
        if known is not None and known[0].body is told.body:
            return known[1:]
        head = (
            f'{self.headers}ETag: W/"{told.mark}"\r\n'
            f"Date: {format_datetime(told.at, usegmt=True)}\r\nConnection: keep-alive\r\n"
        ).encode()
        same = b"HTTP/1.1 304 NOT MODIFIED\r\n" + head + b"\r\n"
        length = f"Content-Length: {len(told.body)}\r\n\r\n".encode()
        changed = b"HTTP/1.1 200 OK\r\n" + head + length + told.body
        if len(self.made) > len(self.kept.told):
            self.made.clear()
        self.made[session_id] = (told, same, changed)
        return same, changed


def _headers(app: Flask) -> dict[str, str]:
    """What every answer of the application carries."""
    if app.config["SETTINGS"].is_secure:
        return {**HEADERS, "Strict-Transport-Security": A_YEAR}
    return HEADERS


class ViewersWorker(ThreadWorker):  # type: ignore[misc]
    """Answers in its loop what `Answers` knows; threads answer the rest."""

    answers: Answers | None = None
    told = 0

    def load_wsgi(self) -> None:
        super().load_wsgi()
        parts = getattr(self.wsgi, "extensions", {})
        if "boards" in parts and not self.cfg.is_ssl:
            self.clock = parts["clock"]
            self.answers = Answers(parts["boards"], _headers(self.wsgi))

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """A crowd is answered a handful at a time: waking up costs more than an answer does."""
        self.told = 0
        super().wait_for_and_dispatch_events(timeout)
        if self.told and len(self.keepalived_conns) >= CROWD:
            time.sleep(GATHERING_S)

    def on_client_socket_readable(self, conn: Any, client: socket.socket) -> None:
        if self.answers is None or not self.alive or conn.is_http2:
            super().on_client_socket_readable(conn, client)
            return
        try:
            words = client.recv(MOST_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self._let_go(conn, client)
            return
        answer = self.answers.find(words, self.clock())
        if answer is None:
            # The parser reads from here on as if nobody had looked.
            conn.parser.unreader.unread(words)
            super().on_client_socket_readable(conn, client)
        else:
            self._tell(conn, client, answer)

    def _tell(self, conn: Any, client: socket.socket, answer: bytes) -> None:
        try:
            sent = client.send(answer)
        except OSError:
            sent = 0
        if sent < len(answer):
            # Whoever does not read what was sent before is not waited for.
            self._let_go(conn, client)
            return
        self.told += 1
        # Those kept are in the order in which their time runs out.
        self.keepalived_conns.remove(conn)
        conn.set_timeout()
        self.keepalived_conns.append(conn)

    def _let_go(self, conn: Any, client: socket.socket) -> None:
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self.nr_conns -= 1
        conn.close()
