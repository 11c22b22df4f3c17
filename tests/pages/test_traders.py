"""Mandates of traders on the pages of both sides, and what a trader lists."""

from html import unescape

import pytest
from sqlalchemy import select

from marketplace.catalogue.models import Product, Variant
from marketplace.core.identity import OrganisationKind, Role
from marketplace.listing.models import ChangeRequest
from marketplace.producers.commands import NewProducer, create_producer
from marketplace.producers.rules import make_uscc
from tests.county import HUIGOU, START, person

USCC = make_uscc("420304", 777)
MANDATE = {"uscc": USCC, "from_on": "2026-11-01", "until_on": "2027-10-31"}
GOODS = {
    "category": "shiitake",
    "name": "商行香菇",
    "village": HUIGOU,
    "pack-name-1": "500 克",
    "pack-price-1": "50.00",
    "pack-weight-1": "500 克",
}


@pytest.fixture
def dealer(session, county):
    new = NewProducer("郧山土产商行", "LEADING_FIRM", USCC, HUIGOU, "0719-7220000", is_trader=True)
    trader = create_producer(session, new, START)
    who = person(session, "dealer@test", (OrganisationKind.PRODUCER, trader.id, Role.CLERK))
    session.commit()
    return who


def test_from_the_mandate_to_the_goods_and_off_the_shelves_again(road, county, dealer):
    maker, seller = road.visit(county.clerk), road.visit(dealer)
    mine = f"/producer/{county.producer_id}/traders"
    shop = "/producer/3/products"
    assert "谁生产的" in seller.see(f"{shop}/new")
    assert "请选择一家有有效委托的供应商" in unescape(seller.send(shop, 422, **GOODS).text)
    maker.send(mine, **MANDATE)
    assert "郧山土产商行" in maker.see(mine)
    assert "会沟村食用菌合作社" in seller.see("/producer/3/traders")
    seller.send(shop, 422, **GOODS, maker_id=county.other_producer_id)
    seller.send(shop, **GOODS, maker_id=county.producer_id)
    (product,) = road.look(select(Product.id).where(Product.name == "商行香菇"))
    seller.send(f"{shop}/{product}/submit")
    centre = road.visit(county.operator)
    assert "会沟村食用菌合作社" in centre.see(f"/desk/products/{product}")
    centre.send(f"/desk/products/{product}/publish")
    page = unescape(road.visit(None).see(f"/products/{product}"))
    assert "生产方" in page
    assert "会沟村食用菌合作社" in page
    maker.send(f"{mine}/1/end", 422, reason=" ")
    maker.send(f"{mine}/1/end", reason="改由自己销售")
    assert "1 种商品已下架" in unescape(maker.see(mine))
    states = road.look(select(Product.state).where(Product.id == product))
    assert states == ["WITHDRAWN"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"uscc": "123"}, "18 位"),
        ({"uscc": "x" * 10_000}, "最多 30 个字"),
        ({"uscc": ""}, "请填写这一项"),
        ({"uscc": make_uscc("420304", 2)}, "没有这个统一社会信用代码的经销商"),
        ({"from_on": "bald"}, "请填写日期"),
        ({"until_on": "2026-10-01"}, "截止日期"),
        ({"uscc": "1\x00"}, "控制字符"),
    ],
)
def test_what_cannot_be_is_named(road, county, dealer, changes, words):
    page = f"/producer/{county.producer_id}/traders"
    answer = road.visit(county.clerk).send(page, 422, **{**MANDATE, **changes})
    assert words in unescape(answer.text)


def test_others_find_nothing(road, county, dealer):
    for visitor in (road.visit(dealer), road.visit(county.other_clerk)):
        visitor.see(f"/producer/{county.producer_id}/traders", 404)
        visitor.send(f"/producer/{county.producer_id}/traders", 404, **MANDATE)


def test_who_makes_it_is_said_once_and_no_form_changes_it(road, county, dealer):
    road.visit(county.clerk).send(f"/producer/{county.producer_id}/traders", **MANDATE)
    seller, shop = road.visit(dealer), "/producer/3/products"
    seller.send(shop, **GOODS, maker_id=county.producer_id)
    (product,) = road.look(select(Product.id).where(Product.name == "商行香菇"))
    (pack,) = road.look(select(Variant.id).where(Variant.product_id == product))
    seller.send(f"{shop}/{product}/submit")
    road.visit(county.operator).send(f"/desk/products/{product}/publish")
    forged = {**GOODS, "pack-id-1": pack, "pack-sale-1": "1"}
    forged["maker_id"] = county.other_producer_id
    seller.send(f"{shop}/{product}", **forged)
    assert "没有改动" in seller.see(f"{shop}/{product}")
    assert road.look(select(ChangeRequest.id)) == []
    found = road.look(select(Product.maker_id).where(Product.id == product))
    assert found == [county.producer_id]
