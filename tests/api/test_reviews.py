"""Reviews over the API: written by the buyer, read by everyone, names masked."""

import pytest

from tests.api.conftest import fields_of
from tests.ordering.steps import accepted, placed


@pytest.fixture
def order_id(session, county):
    wish = county.wish((county.mushrooms, 2), (county.oil, 1))
    _purchase, (order,) = placed(session, county, wish)
    accepted(session, county, order)
    session.commit()
    return order.id


def test_the_contract_call_reviews_the_whole_order(call_as, county, order_id, stranger):
    buyer = call_as(county.buyer)
    answer = buyer.post(f"/orders/{order_id}/review", {"rating": 4, "text": "好"}, key="r1")
    assert answer.status_code == 201, answer.text
    assert [one["rating"] for one in answer.json["reviews"]] == [4, 4]
    again = buyer.post(f"/orders/{order_id}/review", {"rating": 4, "text": "好"}, key="r1")
    assert again.json == answer.json
    shown = stranger.get(f"/products/{county.mushrooms.product_id}/reviews").json
    assert (shown["total"], shown["items"][0]["who"]) == (1, "b*")
    assert "buyer" not in str(shown)
    other = buyer.post(f"/orders/{order_id}/review", {"rating": 1}, key="r2")
    assert (other.status_code, other.json["code"]) == (409, "review.exists")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "rating"),
        ({"rating": 0}, "rating"),
        ({"rating": 6}, "rating"),
        ({"rating": 4.5}, "rating"),
        ({"rating": "5"}, "rating"),
        ({"rating": 5, "text": "字" * 1001}, "text"),
        ({"rating": 5, "text": "\x00"}, "text"),
        ({"rating": 5, "product_id": 999}, "product_id"),
    ],
)
def test_nonsense_is_named(call_as, county, order_id, body, field):
    answer = call_as(county.buyer).post(f"/orders/{order_id}/review", body)
    assert answer.status_code == 422, answer.text
    assert fields_of(answer) == [field]


def test_who_may_not(call_as, county, order_id, stranger):
    path, body = f"/orders/{order_id}/review", {"rating": 5}
    assert stranger.post(path, body).status_code == 401
    assert call_as(county.stranger).post(path, body).status_code == 404
    assert call_as(county.clerk).post(path, body).status_code == 403
    assert call_as(county.buyer).post("/orders/999/review", body).status_code == 404
    assert stranger.get("/products/999/reviews").status_code == 404
