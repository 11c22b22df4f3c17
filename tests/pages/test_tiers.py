"""A producer sets tier prices; product, basket and checkout show what is really charged."""

import pytest
from sqlalchemy import select

from marketplace.catalogue.models import PriceTier
from marketplace.ordering.models import Order


def page_of(county):
    return f"/producer/{county.producer_id}/tiers/{county.mushrooms.variant_id}"


TYPED = {"from-1": "１０", "price-1": "60", "from-2": "50", "price-2": "55.00"}


def test_what_the_producer_sets_is_seen_and_charged(road, county):
    clerk = road.visit(county.clerk)
    stock = clerk.see(f"/producer/{county.producer_id}/stock")
    assert "设阶梯价" in stock
    clerk.send(page_of(county), **TYPED)
    assert "阶梯价 2 档" in clerk.see(f"/producer/{county.producer_id}/stock")
    assert 'value="55.00"' in clerk.see(page_of(county))
    assert "10 件起" in road.visit(None).see(f"/products/{county.mushrooms.product_id}")
    buyer = road.fill(county.buyer, (county.mushrooms, 12))
    basket = buyer.see("/basket")
    assert "(阶梯价,单件 ¥64.03)" in basket
    assert "买满 50 件,每件 ¥55.00" in basket
    assert "¥60.00" in buyer.see("/checkout")
    order_id = road.place((county.mushrooms, 12), reviewed_fen="144000")
    assert road.look(select(Order.goods_fen).where(Order.id == order_id)) == [24 * 6_000]


def test_the_api_tells_of_tiers(road, county):
    road.visit(county.clerk).send(page_of(county), **TYPED)
    answer = road.visit(None).client.get(f"/api/v1/products/{county.mushrooms.product_id}")
    assert answer.json["variants"][0]["tiers"] == [
        {"from_quantity": 10, "price_fen": 6_000},
        {"from_quantity": 50, "price_fen": 5_500},
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"from-1": "1"}, "起始件数要在 2 到"),
        ({"from-1": "0"}, "之间的整数"),
        ({"from-1": "-1"}, "请填写整数"),
        ({"from-1": "1.5"}, "请填写整数"),
        ({"from-1": ""}, "请填写这一项"),
        ({"from-2": "10"}, "比上一档多"),
        ({"from-1": "1000000000"}, "起始件数要在 2 到"),
        ({"price-1": "64.03"}, "比上一档"),
        ({"price-2": "60"}, "比上一档"),
        ({"price-2": "0"}, "金额不能是负数或零"),
        ({"price-2": "x" * 10_000}, "请填写金额"),
        ({"from-1": "", "price-1": ""}, "请从第 1 档起"),
    ],
)
def test_what_cannot_be_set_is_named_and_nothing_is_kept(road, county, changes, words):
    page = road.visit(county.clerk).send(page_of(county), 422, **{**TYPED, **changes}).text
    assert words in page
    assert road.look(select(PriceTier)) == []


def test_only_the_producer_sets_its_own(road, county):
    road.visit(county.other_clerk).send(page_of(county), 404, **TYPED)
    road.visit(county.buyer).send(page_of(county), 403, **TYPED)
    foreign = f"/producer/{county.producer_id}/tiers/{county.noodles.variant_id}"
    road.visit(county.clerk).see(foreign, 404)
