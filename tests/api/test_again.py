"""The same thing made again without a key: 200 with what stands, and one effect."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch
from marketplace.ordering.models import Invoice, Order
from marketplace.payments.models import Payment
from marketplace.reviews.models import Review
from tests.api.conftest import CallAs
from tests.county import HUIGOU, County
from tests.ordering.steps import accepted, placed

TODAY = "2026-11-23"


@pytest.fixture
def order(session: Session, county: County) -> Order:
    """Accepted, and not paid yet."""
    _purchase, (made,) = placed(session, county, county.wish((county.mushrooms, 2)))
    accepted(session, county, made)
    session.commit()
    return made


def rows(session: Session, table: type) -> int:
    session.rollback()
    found = session.scalar(select(func.count()).select_from(table)) or 0
    session.rollback()
    return found


def test_a_payment_asked_for_again_answers_200(session, county, call_as: CallAs, order):
    buyer, path = call_as(county.buyer), f"/purchases/{order.purchase_id}/payments"
    first = buyer.post(path, {"method": "bank_transfer"}, key="one")
    again = buyer.post(path, {"method": "bank_transfer"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert rows(session, Payment) == 1
    replayed = buyer.post(path, {"method": "bank_transfer"}, key="one")
    assert (replayed.status_code, replayed.data) == (201, first.data)


def test_an_invoice_told_again_answers_200(session, county, call_as: CallAs, order):
    clerk, path = call_as(county.clerk), f"/orders/{order.id}/invoices"
    told = {"number": "12345678901234567890", "amount_fen": 100, "issued_on": TODAY}
    first, again = clerk.post(path, told), clerk.post(path, told)
    assert (first.status_code, again.status_code) == (201, 200), again.text
    assert again.json == first.json
    assert rows(session, Invoice) == 1
    other = clerk.post(path, {**told, "amount_fen": 101})
    assert other.status_code == 409


def test_a_review_said_again_answers_200(session, county, call_as: CallAs, order):
    buyer, path = call_as(county.buyer), f"/orders/{order.id}/review"
    said = {"rating": 4, "text": "好"}
    first, again = buyer.post(path, said), buyer.post(path, said)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert rows(session, Review) == 1
    assert buyer.post(path, {"rating": 1}).status_code == 409


def test_an_acceptance_said_again_answers_200(county, call_as: CallAs, order):
    approver, path = call_as(county.approver), f"/orders/{order.id}"
    (line,) = approver.get(path).json["lines"]
    again = approver.post(f"{path}/accept", {"lines": [{"line_id": line["id"], "accepted": 2}]})
    assert (again.status_code, again.json["state"]) == (200, "ACCEPTED")
    less = {"lines": [{"line_id": line["id"], "accepted": 1, "reason": "少了"}]}
    refused = approver.post(f"{path}/accept", less)
    assert (refused.status_code, refused.json["code"]) == (409, "order.wrong_state")


def test_goods_told_of_again_are_the_same_batch(session, county, call_as: CallAs):
    clerk, path = call_as(county.clerk), f"/products/{county.mushrooms.product_id}/batches"
    told = {
        "variant_id": county.mushrooms.variant_id,
        "code": "NEW-1",
        "produced_on": "2026-11-20",
        "shelf_life_days": 30,
        "quantity": 40,
        "origin": [{"village_code": HUIGOU, "share_ppm": 1_000_000}],
    }
    held = rows(session, Batch)
    first, again = clerk.post(path, told), clerk.post(path, told)
    assert (first.status_code, again.status_code) == (201, 200), again.text
    assert again.json == first.json
    assert rows(session, Batch) == held + 1
    for other in ({"quantity": 41}, {"shelf_life_days": 31}, {"produced_on": "2026-11-19"}):
        refused = clerk.post(path, {**told, **other})
        assert (refused.status_code, refused.json["code"]) == (409, "batch.code_taken")


def test_the_description_names_both_answers(county, call_as: CallAs):
    paths = call_as(county.buyer).get("/openapi.json").json["paths"]
    for path in (
        "/purchases/{purchase_id}/payments",
        "/orders/{order_id}/invoices",
        "/orders/{order_id}/review",
        "/products/{product_id}/batches",
        "/units/{unit_id}/reattributions",
    ):
        answers = paths[f"/api/v1{path}"]["post"]["responses"]
        assert {"200", "201"} <= set(answers), path
    assert "200" not in paths["/api/v1/purchases"]["post"]["responses"]
