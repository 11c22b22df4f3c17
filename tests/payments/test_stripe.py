"""Cards and wallets: asked once, taken once, given back once, whatever the line does."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from marketplace.ledger.rules import (
    GATEWAY,
    SUSPENSE,
)
from marketplace.ordering.models import Order, Purchase
from marketplace.payments.models import Payout
from marketplace.reports.queries import reconcile
from tests.payments.fake_stripe import SECRET, signed
from tests.payments.looking import effects, holds, payment_of

PRICE = 6_403


def test_a_page_is_asked_for_once_and_answered_again(ask, fake, session):
    first, second = ask(), ask()
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json["checkout_url"] == second.json["checkout_url"] == "https://checkout.example/1"
    assert len(fake.asked) == 1
    (_, _, asked) = fake.asked[0]
    assert asked["line_items"]["0"]["price_data"]["unit_amount"] == str(3 * PRICE)
    assert asked["client_reference_id"] == str(payment_of(session).id)


@pytest.mark.parametrize("way", ["breaks_before", "breaks_after"])
def test_a_line_that_breaks_makes_no_second_page(ask, fake, session, way):
    setattr(fake, way, 2)
    refused = ask()
    assert (refused.status_code, refused.json["code"]) == (409, "payment.gateway_away")
    assert payment_of(session).state == "DUE"
    assert ask().json["checkout_url"]
    assert len(fake.pages) == 1


def test_a_refusal_of_the_gateway_is_told_and_leaves_nothing_waiting(ask, fake, session):
    fake.declines = True
    refused = ask()
    assert (refused.status_code, refused.json["code"]) == (422, "payment.gateway_declined")
    assert payment_of(session).state == "VOIDED"


def test_without_a_key_there_is_no_page(make_app, ask, app):
    app.extensions["gateway"] = None
    refused = ask()
    assert (refused.status_code, refused.json["code"]) == (422, "payment.method_not_offered")


def test_what_was_paid_is_taken_and_the_books_agree(paid, session, fake):
    payment = payment_of(session)
    assert (payment.state, payment.received_fen) == ("RECEIVED", 3 * PRICE)
    assert session.scalars(select(Order.payment_state)).all() == ["PAID"]
    assert holds(session, GATEWAY) == fake.held_fen == 3 * PRICE
    assert reconcile(session) == []


@pytest.mark.parametrize(
    "signature",
    ["", "t=1,v1=00", "nonsense", "old", "other"],
)
def test_what_is_not_signed_is_not_read(ask, fake, tell, session, signature):
    ask()
    event = fake.pay("cs_test_1")
    payload = json.dumps(event).encode()
    made = {
        "old": signed(payload, age_s=600),
        "other": signed(payload, secret="whsec_of_someone_else"),
    }
    assert tell(payload, signature=made.get(signature, signature)) == 400
    assert tell(payload + b" ", signature=signed(payload)) == 400
    assert effects(session) == []
    assert payment_of(session).state == "DUE"


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"id": 1}',
        b"\x00",
        b"x" * 300_000,
        b'{"id": "evt_1", "type": "a\\u0000", "data": {"object": {}}}',
        b'{"id": "' + b"e" * 200 + b'", "type": "a", "data": {"object": {}}}',
        b'{"id": "evt_1", "type": "\\ud800", "data": {"object": {}}}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_event_is_refused_even_when_it_is_signed(tell, session, payload):
    assert tell(payload) == 400
    assert effects(session) == []


def test_what_nests_without_end_and_is_not_signed_is_refused(tell, session):
    assert tell(b"[" * 100_000, signature="") == 400


def test_a_key_beside_an_event_changes_nothing(ask, fake, client, session):
    ask()
    payload = json.dumps(fake.pay("cs_test_1")).encode()
    headers = {"Stripe-Signature": signed(payload), "Idempotency-Key": "one"}
    answer = client.post("/api/v1/webhooks/stripe", data=payload, headers=headers)
    assert (answer.status_code, answer.json) == (200, {"is_new": True})


def test_an_event_told_again_has_one_effect(paid, fake, tell, session):
    for event in [*fake.events, *reversed(fake.events)]:
        assert tell(event) == 200
    assert sorted(effects(session)) == ["APPLIED", "NOTHING"]
    assert payment_of(session).received_fen == 3 * PRICE
    assert reconcile(session) == []


def test_ten_at_once_have_one_effect(ask, fake, app, session):
    ask()
    payload = json.dumps(fake.pay("cs_test_1")).encode()

    def hand_in(_number: int) -> int:
        headers = {"Stripe-Signature": signed(payload, secret=SECRET)}
        client = app.test_client()
        return client.post("/api/v1/webhooks/stripe", data=payload, headers=headers).status_code

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(hand_in, range(10))) == {200}
    assert effects(session) == ["APPLIED"]
    assert reconcile(session) == []


@pytest.mark.parametrize("change", [{"amount_total": 100}, {"amount_total": 10**6}])
def test_another_amount_is_taken_as_it_came_and_told(ask, fake, tell, session, change):
    ask()
    event = fake.pay("cs_test_1")
    event["data"]["object"].update(change)
    assert tell(event) == 200
    assert effects(session) == ["ODD"]
    payment = payment_of(session)
    assert payment.received_fen == change["amount_total"]
    is_enough = change["amount_total"] >= 3 * PRICE
    assert session.scalars(select(Order.payment_state)).one() == (
        "PAID" if is_enough else "PART_PAID"
    )
    assert reconcile(session) == []


def test_another_currency_is_not_booked_and_told(ask, fake, tell, session):
    ask()
    event = fake.pay("cs_test_1")
    event["data"]["object"]["currency"] = "usd"
    assert tell(event) == 200
    assert effects(session) == ["ODD"]
    assert payment_of(session).state == "DUE"
    assert holds(session, GATEWAY) == 0


@pytest.mark.parametrize("reference", ["999", "9" * 30])
def test_money_for_a_payment_nobody_knows_waits_in_suspense_once(
    ask, fake, tell, session, reference
):
    ask()
    event = fake.pay("cs_test_1")
    event["data"]["object"]["client_reference_id"] = reference
    again = {**event, "id": "evt_other"}
    assert (tell(event), tell(again)) == (200, 200)
    assert effects(session) == ["ODD", "ODD"]
    assert (holds(session, GATEWAY), holds(session, SUSPENSE)) == (3 * PRICE, -3 * PRICE)
    assert reconcile(session) == []


def test_an_event_about_something_else_is_kept_and_does_nothing(tell, session):
    for kind in ("customer.created", "payment_intent.succeeded", "x" * 200):
        event = {"id": kind[:90], "type": kind, "data": {"object": {"id": "cus_1"}}}
        assert tell(event) == 200
    assert effects(session) == ["NOTHING"] * 3


def test_what_was_not_told_is_asked_for(ask, fake, work, clock, session):
    ask()
    fake.pay("cs_test_1")
    work()
    assert payment_of(session).state == "DUE"
    clock.advance(minutes=11)
    work()
    assert payment_of(session).state == "RECEIVED"
    assert reconcile(session) == []


def test_a_page_that_has_closed_is_not_looked_up_again(ask, fake, work, clock, session):
    ask()
    fake.pages["cs_test_1"]["status"] = "expired"
    for _ in range(4):
        clock.advance(minutes=11)
        work()
    looks = [path for method, path, _ in fake.asked if method == "GET"]
    assert looks == ["/v1/checkout/sessions/cs_test_1"]
    assert payment_of(session).state == "VOIDED"


def test_a_page_that_expired_is_asked_for_anew(ask, fake, tell, session):
    ask()
    assert tell(fake.expire("cs_test_1")) == 200
    assert payment_of(session).state == "VOIDED"
    assert ask().json["checkout_url"] == "https://checkout.example/3"


def test_money_after_the_end_of_a_purchase_goes_back(ask, fake, tell, work, clock, session):
    ask()
    event = fake.pay("cs_test_1")
    clock.advance(minutes=31)
    work()
    assert session.scalars(select(Purchase.state)).one() == "CANCELLED"
    session.rollback()
    assert tell(event) == 200
    work()
    for told in fake.events:
        assert tell(told) == 200
    assert session.scalars(select(Payout.state)).one() == "PAID"
    assert (holds(session, GATEWAY), fake.held_fen) == (0, 0)
    assert reconcile(session) == []


def test_too_much_for_one_payment_is_refused_in_words(ask, placed, session):
    session.execute(update(Order).values(payable_fen=100_000_000))
    session.commit()
    refused = ask()
    assert (refused.status_code, refused.json["code"]) == (422, "payment.too_much")
    session.execute(update(Order).values(payable_fen=Order.goods_fen))
    session.commit()


def test_a_stranger_gets_no_page(call_as, county, placed, fake):
    stranger = call_as(county.stranger)
    refused = stranger.post(f"/purchases/{placed}/payments", {"method": "stripe"})
    assert refused.status_code == 404
    assert fake.asked == []


def test_a_page_lives_as_long_as_the_gateway_demands(ask, fake, clock):
    ask()
    (_, _, asked) = fake.asked[0]
    lives = int(asked["expires_at"]) - clock().timestamp()
    assert timedelta(minutes=30).total_seconds() < lives < timedelta(hours=24).total_seconds()
