"""Whose sale it is, said to the buyer before and to the operations centre afterwards."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.ordering.models import Order
from tests.county import County, Goods
from tests.pages.conftest import Visit, Visitor
from tests.pages.door import Door, open_door, wish


@pytest.fixture
def door(county: County, session: Session, visit: Visit) -> Door:
    return open_door(county, session, visit)


def checkout_page(door: Door, visitor: Visitor, goods: Goods | None = None) -> str:
    goods = goods or door.county.mushrooms
    visitor.send("/basket/lines", variant_id=goods.variant_id, quantity=1)
    return visitor.see("/checkout")


def test_the_checkout_says_before_whose_sale_it_will_be(door: Door) -> None:
    shopper = door.visit(door.county.shopper)
    door.follow(shopper)
    assert "「椴木香菇」由主播「云霞说山货」推荐" in checkout_page(door, shopper)


def test_the_checkout_says_nothing_where_nobody_will_earn(door: Door) -> None:
    assert "由主播" not in checkout_page(door, door.visit(door.county.shopper))
    host = door.visit(door.held.host)
    door.follow(host)
    assert "由主播" not in checkout_page(door, host)
    other = door.visit(door.county.stranger)
    door.follow(other)
    assert "由主播" not in checkout_page(door, other, door.county.noodles)


def test_a_form_that_is_shown_again_says_whose_code_was_typed(door: Door) -> None:
    shopper = door.visit(door.county.shopper)
    goods = door.county.mushrooms
    shopper.send("/basket/lines", variant_id=goods.variant_id, quantity=1)
    page = shopper.send("/checkout", 422, **wish(goods, host_code="yunxia", consignee_name=""))
    assert "「椴木香菇」由主播「云霞说山货」推荐" in page.text


def test_the_centre_reads_on_the_order_whose_sale_it_is_and_why(door: Door) -> None:
    shopper = door.visit(door.county.shopper)
    door.follow(shopper)
    purchase_id = door.buy(shopper)
    door.session.rollback()
    order_id = door.session.scalars(select(Order.id).where(Order.purchase_id == purchase_id)).one()
    door.session.rollback()
    reason = "最后一次点开的是「云霞说山货」在场次“秋菇专场”的链接。"
    for reader in (door.county.operator, door.county.auditor):
        page = door.visit(reader).see(f"/orders/{order_id}")
        assert reason in page
        assert "10.0%" in page
    for other in (door.county.shopper, door.county.clerk):
        assert reason not in door.visit(other).see(f"/orders/{order_id}")
