"""Programs that call the API for the people of a small county."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.commands.login import create_token
from marketplace.accounts.queries import get_person
from marketplace.core.identity import Identity
from tests.county import START, County

BASE = "/api/v1"


@dataclass
class Caller:
    """One person's program, with the token of that person."""

    client: FlaskClient
    token: str | None = None

    def __call__(self, method: str, path: str, **how: Any) -> TestResponse:
        headers = dict(how.pop("headers", {}))
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        return self.client.open(BASE + path, method=method, headers=headers, **how)

    def get(self, path: str, **query: Any) -> TestResponse:
        return self("GET", path, query_string=query)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> TestResponse:
        headers = {} if key is None else {"Idempotency-Key": key}
        return self("POST", path, json=body, headers=headers)

    def must(self, path: str, body: Any = None) -> Any:
        """What a write answers, which is expected to succeed."""
        answer = self.post(path, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json


CallAs = Callable[[Identity], Caller]


@pytest.fixture
def call_as(app: Flask, session: Session) -> CallAs:
    """Gives a person a token, and a program that uses it."""

    def give(identity: Identity) -> Caller:
        issued = create_token(session, get_person(session, identity.person_id), START)
        session.commit()
        return Caller(app.test_client(), issued.token)

    return give


@pytest.fixture
def stranger(app: Flask) -> Caller:
    """A program without a token."""
    return Caller(app.test_client())


@pytest.fixture
def buyer(call_as: CallAs, county: County) -> Caller:
    return call_as(county.buyer)


def wish(county: County, packs: int = 20, **changes: Any) -> dict[str, Any]:
    """The body of a unit's purchase; `changes` replaces some of it."""
    body: dict[str, Any] = {
        "unit_id": county.unit_id,
        "fund": "UNION",
        "payment_terms": "POSTPAY",
        "lines": [{"variant_id": county.mushrooms.variant_id, "quantity": packs}],
        "consignee": {"name": "王芳", "phone": "13800000000", "address": "沿江大道 8 号"},
    }
    return {**body, **changes}


def fields_of(answer: TestResponse) -> list[str]:
    """The names of the fields that a problem complains about."""
    assert answer.json
    return [error["field"] for error in answer.json.get("errors", [])]
