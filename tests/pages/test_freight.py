"""The producer's page of freight, and what a buyer sees of it."""

import pytest

RULE = {
    "flat": "10",
    "flat_free": "200",
    "regions-1": "郧阳区、十堰市",
    "basis-1": "WEIGHT",
    "first_count-1": "１０００",
    "first-1": "5",
    "step_count-1": "500",
    "step-1": "1",
    "basis-2": "ORDER",
}


@pytest.fixture
def clerk(road, county):
    return road.visit(county.clerk)


def test_rules_are_kept_tried_and_asked_at_checkout(road, county, clerk):
    page = f"/producer/{county.producer_id}/freight"
    clerk.send(page, **RULE)
    assert "郧阳区、十堰市" in clerk.see(page)
    typed = {"goods": "64.03", "pieces": "1", "weight": "1500", "address": "郧阳区城关镇"}
    assert "¥6.00" in clerk.send(f"{page}/try", 200, **typed).text
    typed["address"] = "陕西省西安市"
    assert "¥10.00" in clerk.send(f"{page}/try", 200, **typed).text
    order = road.order(road.place((county.mushrooms, 1), reviewed_fen=str(6_403 + 500)))
    assert order.freight_fen == 500


def test_another_address_shows_the_new_sum_before_it_is_sent(road, county, clerk):
    clerk.send(f"/producer/{county.producer_id}/freight", **RULE)
    buyer = road.fill(county.buyer, (county.mushrooms, 1))
    from tests.pages.conftest import checkout

    wish = checkout(county, 6_403 + 500, (county.mushrooms, 1))
    page = buyer.send("/checkout", 409, **{**wish, "consignee_address": "陕西省西安市"}).text
    assert "到这个地址的运费有变化" in page
    assert '小计 <span class="money">¥74.03' in page
    assert road.purchases() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"flat": "-1"}, "金额不能是负数"),
        ({"first-1": "一元"}, "请填写金额"),
        ({"step_count-1": "0"}, "之间的整数"),
        ({"first_count-1": "1.5"}, "请填写整数"),
        ({"basis-1": "MAGIC"}, "请从给出的选项中选择"),
        ({"regions-1": "某" * 10_000}, "最多 300 个字"),
        ({"regions-1": "\x00"}, "控制字符"),
    ],
)
def test_what_cannot_be_kept_is_named(county, clerk, changes, words):
    page = f"/producer/{county.producer_id}/freight"
    assert words in clerk.send(page, 422, **{**RULE, **changes}).text


def test_nobody_else_keeps_or_reads_them(road, county):
    page = f"/producer/{county.producer_id}/freight"
    other = road.visit(county.other_clerk)
    other.see(page, 404)
    other.send(page, 404, **RULE)
    other.send("/producer/999/freight/try", 404, goods="1")
    road.visit(county.buyer).see(page, 403)
