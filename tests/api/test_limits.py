"""Callers that ask too often are told to wait, and for how long."""

import socket
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from time import monotonic

import pytest
from flask import Flask
from limits import parse

from marketplace.api import limits
from marketplace.web.logs import configure
from tests.api.conftest import CallAs, Caller
from tests.county import County


@pytest.fixture
def rates(monkeypatch) -> None:
    """Limits that a test can reach."""
    rates = {"read": parse("3/hour"), "write": parse("2/hour"), "token": parse("1/hour")}
    monkeypatch.setattr(limits, "RATES", rates)


@pytest.fixture
def app(make_app, rates) -> Flask:
    """An application that counts calls."""
    made: Flask = make_app()
    made.extensions["api-limits"].enabled = True
    return made


def test_one_too_many_is_429_and_says_when_to_come_back(call_as: CallAs, county: County):
    buyer = call_as(county.buyer)
    assert [buyer.get("/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = buyer.get("/me")
    assert answer.json["code"] == "limit.exceeded"
    assert 0 < int(answer.headers["Retry-After"]) <= 3601


def test_reading_and_writing_are_counted_apart(call_as: CallAs, county: County):
    buyer = call_as(county.buyer)
    assert [buyer.post("/purchases", {}).status_code for _ in range(3)] == [422, 422, 429]
    assert buyer.get("/me").status_code == 200


def test_each_person_is_counted_alone_whatever_the_token(call_as: CallAs, county: County):
    for _ in range(3):
        assert call_as(county.buyer).get("/me").status_code == 200
    assert call_as(county.buyer).get("/me").status_code == 429
    assert call_as(county.clerk).get("/me").status_code == 200


def test_trying_tokens_is_counted_by_address(stranger: Caller):
    answers = [
        stranger("GET", "/me", headers={"Authorization": f"Bearer {guess}"}) for guess in range(4)
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]


def test_asking_for_tokens_is_limited(stranger: Caller):
    body = {"username": "nobody@test", "password": "wrong horse 2026"}
    assert [stranger.post("/tokens", body).status_code for _ in range(2)] == [401, 429]


def test_nothing_is_limited_in_other_tests(make_app):
    stranger = Caller(make_app().test_client())
    assert {stranger.get("/me").status_code for _ in range(50)} == {401}


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What the application logs."""
    stream = StringIO()
    yield stream
    configure()


@pytest.fixture
def lonely(make_app, rates, lines) -> Flask:
    """An application whose Redis is away: nothing listens there."""
    return counting(make_app(redis_url=f"redis://127.0.0.1:{free_port()}/0"), lines)


def counting(app: Flask, lines: StringIO) -> Flask:
    app.extensions["api-limits"].enabled = True
    configure(lines)
    return app


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_while_redis_is_away_each_process_counts_and_says_so_once(lonely: Flask, lines: StringIO):
    caller = Caller(lonely.test_client())
    statuses = [caller.get("/villages").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert lines.getvalue().count("limits are counted by each process") == 1
    assert "127.0.0.1" not in lines.getvalue()


def test_a_redis_that_never_answers_keeps_people_waiting_once(make_app, rates, lines: StringIO):
    """It takes the call and stays silent, as behind a broken cable."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        caller = Caller(counting(make_app(redis_url=url), lines).test_client())
        began = monotonic()
        assert [caller.get("/villages").status_code for _ in range(3)] == [200, 200, 200]
        assert monotonic() - began < limits.AWAY_S
    assert lines.getvalue().count("limits are counted by each process") == 1


def test_a_redis_behind_a_socket_can_be_named(make_app, tmp_path: Path):
    app = make_app(redis_url=f"unix://{tmp_path}/redis.sock")
    assert app.extensions["api-limits"].shared is not None
