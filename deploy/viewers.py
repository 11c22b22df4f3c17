"""The threads of gunicorn, whose loop answers the viewers of a board by itself.

A thousand phones that ask every two seconds whether anything changed would each time cost a
thread, a parser and an application: several times what an order costs. A question on a kept
connection that is exactly the one a browser asks is answered here from what the application told
last. Everything else, and everything doubtful, goes the ordinary way: `docs/decisions/0019`.
"""

import re
import select
import selectors
import signal
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
from marketplace.web.health import begin_closing
from marketplace.web.metrics import count_viewers
from marketplace.web.security import A_YEAR, HEADERS

MOST_BYTES = 4096
# How long viewers wait for each other at most.
TURN_S = 0.05
END = b"\r\n\r\n"
# So many may stand at the door when a worker is told to stop: gunicorn's backlog.
MOST_AT_THE_DOOR = 2048
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
    # Answered since this was last counted: counting each would cost a tenth of what it is about.
    answered = 0
    # When a worker that was told to stop does: others have been told by then.
    leaves_at_s: float | None = None

    def init_process(self) -> None:
        # Viewers are looked at by turns, all that asked meanwhile at once: for a single one waking
        # up costs several times what the answer does. Nobody else waits for a turn.
        self.crowd = select.epoll()
        self.viewers: dict[int, Any] = {}
        self.next_turn_s = 0.0
        super().init_process()

    def load_wsgi(self) -> None:
        super().load_wsgi()
        parts = getattr(self.wsgi, "extensions", {})
        if "boards" in parts and not self.cfg.is_ssl:
            self.clock = parts["clock"]
            self.answers = Answers(parts["boards"], _headers(self.wsgi))

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not self.alive:
            self._close_doors()

    def _close_doors(self) -> None:
        """A worker that stops lets in whoever is at the door, and shuts it. Left open until the
        last request is finished it would take others, leave them waiting and break off; turned
        away at once they ask another machine, and may do so with a form too."""
        knocking = select.poll()
        for door in self.sockets:
            knocking.register(door, select.POLLIN)
        for _ in range(MOST_AT_THE_DOOR):
            if not knocking.poll(0):
                break
            for door in self.sockets:
                self.accept(door)
        for door in self.sockets:
            door.close()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        super().wait_for_and_dispatch_events(min(timeout, TURN_S) if self.viewers else timeout)
        now_s = time.monotonic()
        if self.viewers and now_s >= self.next_turn_s:
            self.next_turn_s = now_s + TURN_S
            for number, _event in self.crowd.poll(0):
                self._serve(self.viewers[number])
            self._forget_the_gone()
            self._count()
        if self.leaves_at_s is not None and now_s >= self.leaves_at_s:
            super().handle_exit(signal.SIGTERM, None)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Whoever asks `/readyz` learns first that this node closes; it stops accepting after
        DRAIN_SECONDS, or when told a second time."""
        app = self.wsgi
        drain_s = 0
        if isinstance(app, Flask):
            begin_closing(app)
            drain_s = app.config["SETTINGS"].drain_seconds
        if drain_s and self.leaves_at_s is None:
            self.leaves_at_s = time.monotonic() + drain_s
        else:
            super().handle_exit(sig, frame)

    def _count(self) -> None:
        if self.answered:
            count_viewers(self.answered)
            self.answered = 0

    def _forget_the_gone(self) -> None:
        """Those that were closed for their silence have left the crowd by it."""
        if len(self.viewers) > len(self.keepalived_conns):
            there = {conn.sock.fileno(): conn for conn in self.viewers.values()}
            self.viewers = {number: conn for number, conn in there.items() if number >= 0}

    def on_client_socket_readable(self, conn: Any, client: socket.socket) -> None:
        if self.answers is None or conn.is_http2:
            super().on_client_socket_readable(conn, client)
        else:
            self._serve(conn)

    def _serve(self, conn: Any) -> None:
        assert self.answers is not None
        try:
            words = conn.sock.recv(MOST_BYTES)
        except BlockingIOError:
            return
        except OSError:
            words = b""
        answer = self.answers.find(words, self.clock()) if self.alive else None
        if not words:
            self._let_go(conn)
        elif answer is None:
            self._leave_crowd(conn)
            # The parser reads from here on as if nobody had looked.
            conn.parser.unreader.unread(words)
            super().on_client_socket_readable(conn, conn.sock)
        else:
            self._tell(conn, answer)

    def _tell(self, conn: Any, answer: bytes) -> None:
        try:
            sent = conn.sock.send(answer)
        except OSError:
            sent = 0
        if sent < len(answer):
            # Whoever does not read what was sent before is not waited for.
            self._let_go(conn)
            return
        self.answered += 1
        if not self._is_viewer(conn):
            self.poller.unregister(conn.sock)
            self.crowd.register(conn.sock, select.EPOLLIN)
            self.viewers[conn.sock.fileno()] = conn
        # Those kept are in the order in which their time runs out.
        self.keepalived_conns.remove(conn)
        conn.set_timeout()
        self.keepalived_conns.append(conn)

    def _is_viewer(self, conn: Any) -> bool:
        # A number may have been another connection's before.
        return self.viewers.get(conn.sock.fileno()) is conn

    def _leave_crowd(self, conn: Any) -> None:
        """Back among those that gunicorn looks at itself."""
        if self._is_viewer(conn):
            self.crowd.unregister(conn.sock)
            del self.viewers[conn.sock.fileno()]
            self.poller.register(conn.sock, selectors.EVENT_READ)

    def _let_go(self, conn: Any) -> None:
        self._leave_crowd(conn)
        self.poller.unregister(conn.sock)
        self.keepalived_conns.remove(conn)
        self.nr_conns -= 1
        conn.close()
