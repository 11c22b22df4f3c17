"""The checkout: one purchase per form, everything typed kept, every wrong field named."""

import pytest

from tests.county import County
from tests.pages.conftest import Road, Visit, checkout


def test_a_second_click_finds_the_purchase_of_the_first(county: County, road: Road) -> None:
    buyer = road.fill(county.buyer, (county.mushrooms, 2))
    form = checkout(county, 12_806, (county.mushrooms, 2))
    first = buyer.send("/checkout", **form)
    second = buyer.send("/checkout", **form)
    assert first.location == second.location
    assert road.purchases() == 1


def test_the_goods_leave_the_basket_with_the_purchase(county: County, road: Road) -> None:
    road.submit((county.mushrooms, 2))
    assert "购物车还是空的" in road.visit(county.buyer).see("/basket")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("unit", "999999"),
        ("unit", "9" * 5_000),
        ("fund", "GOLD"),
        ("payment_terms", "NEVER"),
        ("consignee_name", ""),
        ("consignee_name", "王" * 10_000),
        ("consignee_phone", "call me"),
        ("consignee_phone", "㍿" * 6),
        ("consignee_phone", "1380000\x0000"),
        ("consignee_address", "a\x00b"),
        ("consignee_address", " "),
        ("note", "长" * 501),
        ("host_code", "NOBODY"),
    ],
)
def test_a_wrong_field_is_named_and_the_rest_is_kept(
    county: County, road: Road, field: str, typed: str
) -> None:
    buyer = road.fill(county.buyer, (county.mushrooms, 2))
    form = checkout(county, 12_806, (county.mushrooms, 2), note="周三上午送到", host_code="")
    answer = buyer.send("/checkout", 422, **{**form, field: typed})
    assert f'href="#{field}"' in answer.text
    kept = "周三上午送到" if field != "note" else "王芳"
    assert kept in answer.text
    assert road.purchases() == 0


def test_a_changed_price_is_shown_before_it_is_agreed_to(county: County, road: Road) -> None:
    buyer = road.fill(county.buyer, (county.mushrooms, 2))
    answer = buyer.send("/checkout", 409, **checkout(county, 12_000, (county.mushrooms, 2)))
    assert "运费有变化" in answer.text
    assert 'name="reviewed_fen" value="12806"' in answer.text
    assert road.purchases() == 0


def test_only_the_ticked_lines_are_bought(county: County, road: Road) -> None:
    buyer = road.fill(county.buyer, (county.mushrooms, 2), (county.noodles, 3))
    buyer.send("/checkout", **checkout(county, 12_806, (county.mushrooms, 2)))
    page = buyer.see("/basket")
    assert "红薯粉条" in page
    assert "椴木香菇" not in page


def test_a_shopper_pays_a_private_purchase_with_the_simulated_till(
    county: County, road: Road
) -> None:
    shopper = road.fill(county.shopper, (county.noodles, 3))
    form = checkout(county, 5_997, (county.noodles, 3), unit="personal")
    answer = shopper.send("/checkout", **form)
    assert "模拟支付" in shopper.see(answer.location)
    till = shopper.send(f"{answer.location}/payments", method="simulated").location
    assert "不会扣款" in shopper.see(till)
    shopper.send(till)
    order = road.order(road.order_of(int(answer.location.rpartition("/")[2])))
    assert order.paid_fen == 5_997


def test_nobody_buys_for_a_unit_of_others(county: County, road: Road) -> None:
    stranger = road.fill(county.stranger, (county.mushrooms, 2))
    form = checkout(county, 12_806, (county.mushrooms, 2))
    assert 'href="#unit"' in stranger.send("/checkout", 422, **form).text
    assert road.purchases() == 0


def test_the_consignee_of_the_last_purchase_is_remembered(county: County, road: Road) -> None:
    road.submit((county.mushrooms, 2))
    page = road.fill(county.buyer, (county.noodles, 1)).see("/checkout")
    assert 'value="13800000000"' in page


def test_the_checkout_needs_someone_to_be_logged_in(visit: Visit) -> None:
    assert "/login" in visit(None).client.get("/checkout").location


def test_a_cancelled_purchase_says_no_longer_where_to_pay(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 1), payment_terms="PREPAY")
    page = f"/purchases/{road.order(order_id).purchase_id}"
    buyer = road.visit(county.buyer)
    buyer.send(f"{page}/payments", method="bank_transfer")
    assert "汇款识别码" in buyer.see(page)
    buyer.send(f"{page}/cancel", reason="不办了")
    seen = buyer.see(page)
    assert "采购单已取消" in seen
    assert "汇款识别码" not in seen
    assert "6222000011112222" not in seen
