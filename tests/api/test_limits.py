"""Callers that ask too often are told to wait, and for how long."""

import pytest
from flask import Flask
from limits import parse

from marketplace.api import limits
from tests.api.conftest import CallAs, Caller
from tests.county import County


@pytest.fixture
def app(make_app, monkeypatch) -> Flask:
    """An application with limits that a test can reach."""
    rates = {"read": parse("3/hour"), "write": parse("2/hour"), "token": parse("1/hour")}
    monkeypatch.setattr(limits, "RATES", rates)
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


def test_a_store_that_is_away_does_not_close_the_shop(app: Flask, stranger: Caller, monkeypatch):
    store = app.extensions["api-limits"]

    def away(*_args, **_kwargs):
        raise (
            store.storage.base_exceptions
            if isinstance(store.storage.base_exceptions, type)
            else store.storage.base_exceptions[0]
        )

    monkeypatch.setattr(store.windows, "hit", away)
    assert {stranger.get("/villages").status_code for _ in range(9)} == {200}
