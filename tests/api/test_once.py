"""An Idempotency-Key: one effect, and the first answer for everyone who asks again."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.core.db import Base
from marketplace.ordering.models import Purchase
from marketplace.outbox.models import IdempotentRequest
from tests.api.conftest import BASE, CallAs, Caller, fields_of, wish

AT_ONCE = 30


def count(session: Session, table: type[Base]) -> int:
    """Rows, read in a transaction of its own: on SQLite an open one would stop the others."""
    found = session.scalar(select(func.count()).select_from(table)) or 0
    session.rollback()
    return found


def purchases(session: Session) -> int:
    return count(session, Purchase)


def test_the_same_key_and_body_give_the_first_answer_byte_for_byte(buyer, county, session):
    first = buyer.post("/purchases", wish(county), key="one")
    again = buyer.post("/purchases", wish(county), key="one")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data
    assert again.mimetype == first.mimetype == "application/json"
    assert purchases(session) == 1


def test_the_order_of_fields_and_blanks_make_no_other_request(buyer: Caller, county, session):
    first = buyer.post("/purchases", wish(county), key="one")
    turned = json.dumps(dict(reversed(wish(county).items())), indent=4)
    headers = {"Idempotency-Key": "one"}
    again = buyer(
        "POST", "/purchases", data=turned, content_type="application/json", headers=headers
    )
    assert again.data == first.data
    assert purchases(session) == 1


def test_the_same_key_with_another_body_is_refused(buyer: Caller, county, session):
    buyer.must("/purchases", wish(county))
    buyer.post("/purchases", wish(county), key="one")
    other = buyer.post("/purchases", wish(county, packs=21), key="one")
    assert (other.status_code, other.json["code"]) == (422, "idempotency.mismatch")
    assert purchases(session) == 2


def test_the_same_key_at_another_address_is_refused(buyer: Caller, county):
    draft = buyer.post("/purchases", wish(county), key="one").json
    other = buyer.post(f"/purchases/{draft['id']}/submit", key="one")
    assert other.json["code"] == "idempotency.mismatch"


def test_a_key_belongs_to_its_person(buyer: Caller, call_as: CallAs, county, session):
    buyer.post("/purchases", wish(county), key="one")
    body = wish(county, unit_id=None, fund="INDIVIDUAL", payment_terms="PREPAY")
    theirs = call_as(county.shopper).post("/purchases", body, key="one")
    assert theirs.status_code == 201
    assert purchases(session) == 2


def test_a_refusal_leaves_the_key_free(buyer: Caller, county, session):
    refused = buyer.post("/purchases", wish(county, lines=[]), key="one")
    assert refused.status_code == 422
    assert count(session, IdempotentRequest) == 0
    assert buyer.post("/purchases", wish(county), key="one").status_code == 201


def test_a_step_under_a_key_answers_as_it_first_did(buyer: Caller, county):
    draft = buyer.must("/purchases", wish(county))
    first = buyer.post(f"/purchases/{draft['id']}/submit", key="two")
    buyer.must(f"/purchases/{draft['id']}/cancel", {"reason": "重复了"})
    again = buyer.post(f"/purchases/{draft['id']}/submit", key="two")
    assert again.data == first.data
    assert again.json["state"] == "IN_APPROVAL"


@pytest.mark.parametrize("key", ["", "a" * 101, "键", "a\tb"])
def test_a_key_is_short_and_visible(buyer: Caller, county, key):
    answer = buyer.post("/purchases", wish(county), key=key)
    assert (answer.status_code, fields_of(answer)) == (422, ["Idempotency-Key"])


def test_thirty_at_once_under_one_key_are_one_purchase(app: Flask, buyer, county, session):
    begin = Barrier(AT_ONCE)
    headers = {"Authorization": f"Bearer {buyer.token}", "Idempotency-Key": "one"}

    def ask(_number: int) -> tuple[int, bytes]:
        begin.wait()
        answer = app.test_client().post(f"{BASE}/purchases", json=wish(county), headers=headers)
        return answer.status_code, answer.data

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(ask, range(AT_ONCE)))
    assert {status for status, _ in answers} == {201}
    assert len({body for _, body in answers}) == 1
    assert purchases(session) == 1


def test_thirty_at_once_without_a_key_are_thirty(app: Flask, buyer, county, session):
    """The control: it is the key that makes one of them."""
    begin = Barrier(AT_ONCE)

    def ask(_number: int) -> int:
        begin.wait()
        headers = {"Authorization": f"Bearer {buyer.token}"}
        client = app.test_client()
        return client.post(f"{BASE}/purchases", json=wish(county), headers=headers).status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert set(pool.map(ask, range(AT_ONCE))) == {201}
    assert purchases(session) == AT_ONCE
