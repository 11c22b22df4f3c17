"""Viewers of a board are answered by gunicorn's loop, and everything else as ever."""

import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from benchmarks.server import Server
from deploy.viewers import Answers, read_question
from marketplace.broadcast.rules.kept import FRESH, WHILE_LOOKING, KeptBoards
from marketplace.broadcast.rules.wire import as_told
from marketplace.core.db import Base
from marketplace.web.security import HEADERS
from tests.county import START
from tests.livestream.sessions import hold_session

LIVE = Base.metadata.tables["live_session"]
QUESTION = b"GET /live/7.json HTTP/1.1\r\nHost: market.example\r\n\r\n"


@pytest.fixture
def kept() -> KeptBoards:
    kept = KeptBoards()
    kept.put(7, as_told({"orders": 3}, START))
    return kept


@pytest.fixture
def answers(kept) -> Answers:
    return Answers(kept, HEADERS)


def mark_of(answer: bytes | None) -> bytes:
    assert answer is not None
    return answer.partition(b"ETag: ")[2].partition(b"\r\n")[0]


def knowing(mark: bytes) -> bytes:
    return QUESTION[:-2] + b"If-None-Match: " + mark + b"\r\n\r\n"


def test_figures_are_told_with_every_header_of_ours(answers):
    answer = answers.find(QUESTION, START)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body == b'{"orders":3,"as_of":"2026-11-23T04:00:00Z"}'
    assert f"Content-Length: {len(body)}".encode() in head
    for name, value in HEADERS.items():
        assert f"{name}: {value}".encode() in head
    assert b"Set-Cookie" not in head


def test_figures_that_are_known_are_not_told_again(answers, kept):
    mark = mark_of(answers.find(QUESTION, START))
    same = answers.find(knowing(mark), START)
    assert same.startswith(b"HTTP/1.1 304 NOT MODIFIED\r\n")
    assert same.endswith(b"\r\n\r\n")
    kept.put(7, as_told({"orders": 4}, START))
    assert answers.find(knowing(mark), START).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"\r\n\r\n",
        QUESTION[:-1],
        QUESTION + b"G",
        QUESTION + QUESTION,
        QUESTION.replace(b"GET", b"POST"),
        QUESTION.replace(b"GET", b"HEAD"),
        QUESTION.replace(b"/7.json", b"/7"),
        QUESTION.replace(b"/7.json", b"/07.json"),
        QUESTION.replace(b"/7.json", b"/7.json?x=1"),
        QUESTION.replace(b"/7.json", b"/%37.json"),
        QUESTION.replace(b"/7.json", b"/" + b"9" * 30 + b".json"),
        QUESTION.replace(b"1.1", b"1.0"),
        QUESTION[:-2] + b"Content-Length: 5\r\n\r\n",
        QUESTION[:-2] + b"Transfer-Encoding: chunked\r\n\r\n",
        QUESTION[:-2] + b"Connection: close\r\n\r\n",
        QUESTION[:-2] + b"Upgrade: h2c\r\n\r\n",
        QUESTION[:-2] + b" folded\r\n\r\n",
        b"\x00" * 4096,
    ],
)
def test_whatever_could_mean_something_else_goes_the_ordinary_way(words):
    assert read_question(words) is None


def test_a_session_that_nobody_told_of_goes_the_ordinary_way(answers):
    assert answers.find(QUESTION.replace(b"7.json", b"8.json"), START) is None


def test_what_is_no_longer_fresh_is_looked_at_by_one_and_told_to_the_others(answers, kept):
    later = START + FRESH + timedelta(milliseconds=1)
    assert answers.find(QUESTION, START + FRESH) is not None
    # The first has to look, and really does; whoever asks meanwhile does not wait for it.
    assert answers.find(QUESTION, later) is None
    assert kept.fresh(7, later) is None
    assert answers.find(QUESTION, later) is not None
    # Nobody is told anything older than a second, even where whoever looks does not come back.
    assert answers.find(QUESTION, START + WHILE_LOOKING + timedelta(milliseconds=1)) is None
    kept.put(7, as_told({"orders": 4}, later))
    assert b'"orders":4' in (answers.find(QUESTION, later) or b"")


def test_a_clock_that_was_set_back_makes_nothing_last(answers):
    assert answers.find(QUESTION, START - timedelta(seconds=5)) is None


@pytest.fixture
def server(session, county, database_url, tmp_path) -> Iterator[tuple[Server, int]]:
    """Gunicorn as it is deployed, with a session that is over: its figures stay."""
    held = hold_session(session, county, county.mushrooms)
    session.execute(update(LIVE).values(state="ENDED", ended_at=START))
    session.commit()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {"DATABASE_URL": database_url, "INSTANCE": str(tmp_path), "SECRET_KEY": "k" * 40}
    log = Path(tmp_path) / "log"
    with Server("wsgi:app", port, environ, probe="/healthz", log=log) as serving:
        yield serving, held.session_id


def ask(connection: socket.socket, words: bytes) -> bytes:
    """The head of the answer; its body is read too, so that the next answer begins after it."""
    connection.sendall(words)
    with connection.makefile("rb") as answer:
        head = b"".join(iter(answer.readline, b"\r\n"))
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if length and head.startswith(b"HTTP/1.1 200"):
            answer.read(int(length[1]))
    return head


@pytest.mark.slow
def test_one_connection_is_served_by_both_ways_in_any_order(server):
    serving, session_id = server
    question = QUESTION.replace(b"/7.", f"/{session_id}.".encode())
    with socket.create_connection(("127.0.0.1", serving.port), 10) as connection:
        first = ask(connection, question)
        mark = mark_of(first)
        again = knowing(mark).replace(b"/7.", f"/{session_id}.".encode())
        assert b"X-Request-ID" in first
        # A slow machine may take longer than figures are fresh; then somebody looks again.
        quick = [ask(connection, again) for _ in range(20)]
        assert all(one.startswith(b"HTTP/1.1 304 NOT MODIFIED\r\n") for one in quick)
        assert any(b"X-Request-ID" not in one for one in quick)
        # A question in two pieces is put together by the ordinary parser.
        connection.sendall(again[:20])
        assert ask(connection, again[20:]).startswith(b"HTTP/1.1 304 NOT MODIFIED\r\n")
        ready = ask(connection, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert ready.startswith(b"HTTP/1.1 200 OK\r\n")
        last = ask(connection, again[:-2] + b"Connection: close\r\n\r\n")
        assert b"onnection: close" in last


@pytest.mark.slow
def test_a_crowd_is_answered_while_others_are_served(server):
    serving, session_id = server
    question = QUESTION.replace(b"/7.", f"/{session_id}.".encode())
    place = ("127.0.0.1", serving.port)
    crowd = [socket.create_connection(place, 10) for _ in range(150)]
    marks = [mark_of(ask(viewer, question)) for viewer in crowd]
    assert len(set(marks)) == 1
    again = knowing(marks[0]).replace(b"/7.", f"/{session_id}.".encode())
    for viewer in crowd:
        viewer.sendall(again)
    for viewer in crowd:
        assert viewer.recv(65_536).startswith(b"HTTP/1.1 304 NOT MODIFIED\r\n")
    with socket.create_connection(place, 10) as other:
        assert ask(other, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 200")
    for viewer in crowd:
        viewer.close()
