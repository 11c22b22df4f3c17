"""A request after the sale, from the buyer's photographs to the county's decision."""

from io import BytesIO

import pytest
from sqlalchemy import select

from marketplace.ordering.models import Refund
from tests.ordering.steps import completed
from tests.ordering.test_after_sale import JPEG
from tests.walk.markup import faults


@pytest.fixture
def order_id(county, session):
    order = completed(session, county, county.wish((county.mushrooms, 5)))[1][0]
    session.commit()
    return order.id


def ask(road, order_id, status=302, **changes):
    line = road.lines(order_id)[0]
    fields = {f"refund-{line.id}": "2", "ground": "QUALITY", "refund_reason": "两袋发霉"}
    buyer = road.visit(road.county.buyer)
    return buyer.send(f"/orders/{order_id}/refunds", status, **{**fields, **changes})


def test_a_request_with_photographs_goes_to_the_county_and_back(road, county, order_id):
    photographs = [(BytesIO(JPEG), "一.jpg"), (BytesIO(JPEG), "二.jpg")]
    ask(road, order_id, photographs=photographs)
    clerk, buyer = road.visit(county.clerk), road.visit(county.buyer)
    assert "两袋发霉" in clerk.see(f"/producer/{county.producer_id}/aftersale")
    page = clerk.see(f"/orders/{order_id}")
    assert "/refunds/1/photographs/1" in page
    answer = buyer.client.get("/refunds/1/photographs/2")
    assert (answer.data, answer.headers["X-Content-Type-Options"]) == (JPEG, "nosniff")
    clerk.send("/refunds/1/refuse", 422, reason=" ")
    clerk.send("/refunds/1/refuse", reason="发货时完好")
    assert "发货时完好" in buyer.see(f"/orders/{order_id}")
    buyer.send("/refunds/1/mediate", reason="有照片为证")
    operator = road.visit(county.operator)
    assert "两袋发霉" in operator.see("/desk/refunds")
    assert "同意退款" in operator.see(f"/orders/{order_id}")
    operator.send("/refunds/1/approve")
    assert road.look(select(Refund.state)) == ["DONE"]
    assert "128.06" in operator.see("/desk/refunds?tab=ended")


def test_the_buyer_gives_a_request_up(road, county, order_id):
    ask(road, order_id)
    buyer = road.visit(county.buyer)
    assert "撤回申请" in buyer.see(f"/orders/{order_id}")
    buyer.send("/refunds/1/withdraw")
    assert "买方撤回了售后申请" in buyer.see(f"/orders/{order_id}")


def test_what_comes_too_late_is_told_with_the_day(road, county, order_id, clock):
    clock.advance(days=8)
    page = ask(road, order_id, 409, ground="OTHER").text
    assert "售后期到 2026年11月30日 为止" in page
    assert "两袋发霉" in page
    ask(road, order_id)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ground": "MAGIC"}, "请从给出的选项中选择"),
        ({"ground": ""}, "请填写这一项"),
        ({"refund_reason": "\x00"}, "控制字符"),
        ({"refund_reason": "x" * 10_000}, "最多 500 个字"),
        ({"photographs": [(BytesIO(b"<svg>"), "a.jpg")]}, "只能上传 JPG"),
        ({"photographs": [(BytesIO(JPEG), f"{n}.jpg") for n in range(4)]}, "最多上传 3 张"),
    ],
)
def test_what_cannot_be_asked_is_named_and_nothing_is_kept(road, order_id, changes, words):
    assert words in ask(road, order_id, 422, **changes).text
    assert road.look(select(Refund)) == []


def test_strangers_see_neither_request_nor_photograph(road, county, order_id):
    ask(road, order_id, photographs=[(BytesIO(JPEG), "一.jpg")])
    for other in (county.stranger, county.other_clerk, county.shopper):
        visitor = road.visit(other)
        visitor.see("/refunds/1/photographs/1", 404)
        for step in ("approve", "refuse", "mediate", "withdraw"):
            visitor.send(f"/refunds/1/{step}", 404, reason="x")
    road.visit(county.buyer).see("/refunds/1/photographs/99", 404)
    road.visit(county.buyer).see("/refunds/9/photographs/1", 404)
    road.visit(county.other_clerk).see(f"/producer/{county.producer_id}/aftersale", 404)


def test_two_open_requests_have_fields_of_their_own(road, county, order_id):
    ask(road, order_id)
    ask(road, order_id, refund_reason="一袋受潮")
    clerk, page = road.visit(county.clerk), f"/orders/{order_id}"
    assert list(faults(clerk.see(page), "zh-CN")) == []
    answer = clerk.send("/refunds/2/refuse", 422, reason="x" * 501).text
    assert list(faults(answer, "zh-CN")) == []
    # What was typed stands in the form that was sent, and only there.
    assert answer.count("x" * 501) == 1
    assert 'href="#refuse-2"' in answer
    clerk.send("/refunds/1/refuse", reason="发货时完好")
    clerk.send("/refunds/2/refuse", reason="发货时完好")
    buyer = road.visit(county.buyer)
    assert list(faults(buyer.see(page), "zh-CN")) == []
    assert 'href="#mediate-1"' in buyer.send("/refunds/1/mediate", 422, reason=" ").text
