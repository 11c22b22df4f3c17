"""Lists that are worked off, and what a page says while somebody else has to act."""

from tests.county import County
from tests.pages.conftest import Road


def test_whoever_has_waited_longest_comes_first_on_the_producers_desk(
    county: County, road: Road
) -> None:
    first = road.place((county.mushrooms, 2))
    second = road.place((county.mushrooms, 3), nonce="another-visit")
    clerk = road.visit(county.clerk)
    for place in ("", "/orders?tab=to_confirm"):
        page = clerk.see(f"/producer/{county.producer_id}{place}")
        assert page.index(f"/orders/{first}") < page.index(f"/orders/{second}")
    everything = clerk.see(f"/producer/{county.producer_id}/orders")
    assert everything.index(f"/orders/{second}") < everything.index(f"/orders/{first}")


def test_what_was_shipped_in_part_stays_among_what_is_to_be_shipped(
    county: County, road: Road
) -> None:
    order_id = road.place((county.mushrooms, 5))
    (line,) = road.lines(order_id)
    clerk = road.visit(county.clerk)
    clerk.send(f"/orders/{order_id}/confirm")
    parcel = {"carrier": "邮政", "tracking": "EMS1"}
    clerk.send(f"/orders/{order_id}/ship", **parcel, **{f"ship-{line.id}": "2"})
    page = clerk.see(f"/producer/{county.producer_id}/orders?tab=to_ship")
    assert f"/orders/{order_id}" in page
    assert "部分发货" in page
    assert "只发了一部分" in road.visit(county.buyer).see(f"/orders/{order_id}")
    clerk.send(f"/orders/{order_id}/ship", **{**parcel, "tracking": "EMS2", f"ship-{line.id}": "3"})
    page = clerk.see(f"/producer/{county.producer_id}/orders?tab=to_ship")
    assert f"/orders/{order_id}" not in page


def test_a_list_of_orders_names_the_goods(county: County, road: Road) -> None:
    road.place((county.mushrooms, 2))
    for page in (
        road.visit(county.buyer).see("/orders"),
        road.visit(county.clerk).see(f"/producer/{county.producer_id}/orders"),
    ):
        assert "椴木香菇" in page


def test_a_buyer_reads_whom_the_order_waits_for(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 2))
    buyer, clerk = road.visit(county.buyer), road.visit(county.clerk)
    assert "等供应商接单。" in buyer.see(f"/orders/{order_id}")
    assert "等供应商接单。" not in clerk.see(f"/orders/{order_id}")
    clerk.send(f"/orders/{order_id}/confirm")
    assert "正在备货" in buyer.see(f"/orders/{order_id}")


def test_a_prepaid_order_says_that_payment_comes_first(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 2), payment_terms="PREPAY")
    assert "货款到账后才能发货" in road.visit(county.buyer).see(f"/orders/{order_id}")


def test_each_side_goes_back_from_an_order_to_its_own_list(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 2))
    shop = f'<a href="/producer/{county.producer_id}/orders"'
    assert shop in road.visit(county.clerk).see(f"/orders/{order_id}")
    assert shop not in road.visit(county.buyer).see(f"/orders/{order_id}")


def test_freight_below_zero_is_told_from_freight_of_nothing(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 2))
    answer = road.visit(county.clerk).send(f"/orders/{order_id}/confirm", 422, freight="-1")
    assert "金额不能是负数,也不能超过" in answer.text


def test_the_stock_of_a_draft_leads_to_its_own_page(county: County, road: Road) -> None:
    page = road.visit(county.clerk).see(f"/producer/{county.producer_id}/stock")
    path = f"/producer/{county.producer_id}/products/{county.mushrooms.product_id}"
    assert f'href="{path}"' in page
    assert "登记入库" in road.visit(county.clerk).see(path)


def test_a_person_is_told_what_concerns_a_person(county: County, road: Road) -> None:
    shopper = road.fill(county.shopper, (county.mushrooms, 1))
    page = shopper.see("/checkout")
    assert "货给您留着" in page
    assert "审批人" not in page
    assert "审批人审批" in road.fill(county.buyer, (county.mushrooms, 1)).see("/checkout")


def test_nobody_approves_what_people_buy_for_themselves(county: County, road: Road) -> None:
    tab = "tab=in_approval"
    assert tab not in road.visit(county.shopper).see("/orders")
    assert tab in road.visit(county.buyer).see("/orders")
