"""An order's page: who sees it, which buttons it shows, what each of them does."""

import pytest

from tests.county import County
from tests.pages.conftest import Road


def test_another_units_order_is_not_found(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 2))
    stranger = road.visit(county.stranger)
    stranger.see(f"/orders/{order_id}", 404)
    stranger.see(f"/purchases/{road.order(order_id).purchase_id}", 404)
    stranger.send(f"/orders/{order_id}/cancel", 404, reason="不是我的")
    assert road.order(order_id).state == "PLACED"


@pytest.mark.parametrize("number", ["0", "99999999", "9" * 25, "-1", "1.5", "x"])
def test_a_number_that_no_order_has_is_not_found(county: County, road: Road, number: str) -> None:
    road.visit(county.buyer).see(f"/orders/{number}", 404)


def test_each_side_sees_its_own_buttons(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 2))
    buyer = road.visit(county.buyer).see(f"/orders/{order_id}")
    clerk = road.visit(county.clerk).see(f"/orders/{order_id}")
    auditor = road.visit(county.auditor).see(f"/orders/{order_id}")
    assert f"/orders/{order_id}/cancel" in buyer
    assert f"/orders/{order_id}/confirm" not in buyer
    assert f"/orders/{order_id}/confirm" in clerk
    assert f"/orders/{order_id}/cancel" not in clerk
    assert f'action="/orders/{order_id}' not in auditor


def test_an_order_says_why_it_does_not_count_yet(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 2))
    buyer = road.visit(county.buyer).see(f"/orders/{order_id}")
    assert "等待供应商接单" in buyer
    assert "货款还没有付清" in buyer
    assert "计入采购任务" not in road.visit(county.clerk).see(f"/orders/{order_id}")


def test_cancelling_needs_a_reason_that_the_producer_reads(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 2))
    buyer = road.visit(county.buyer)
    assert 'href="#reason"' in buyer.send(f"/orders/{order_id}/cancel", 422).text
    buyer.send(f"/orders/{order_id}/cancel", reason="活动取消")
    assert "活动取消" in road.visit(county.clerk).see(f"/orders/{order_id}")


def test_an_order_is_accepted_line_by_line(county: County, road: Road) -> None:
    order_id = road.deliver((county.mushrooms, 3))
    (line,) = road.lines(order_id)
    verdict = {f"accepted-{line.id}": "２", f"rejected-{line.id}": "1", f"reason-{line.id}": "受潮"}
    buyer = road.visit(county.buyer)
    buyer.send(f"/orders/{order_id}/accept", **verdict)
    assert "应付 128.06 元" in buyer.see(f"/orders/{order_id}")
    assert road.order(order_id).state == "ACCEPTED"
    assert road.order(order_id).payable_fen == 12_806


@pytest.mark.parametrize(
    ("accepted", "rejected", "reason", "named"),
    [
        ("4", "0", "", "accepted"),
        ("2", "2", "受潮", "accepted"),
        ("2", "1", "", "reason"),
        ("2", "0", "", "reason"),
        ("-1", "0", "", "accepted"),
        ("2", "half", "", "rejected"),
        ("3", "0", "长" * 10_000, "reason"),
    ],
)
def test_a_verdict_that_cannot_be_names_its_field_and_keeps_the_others(
    county: County, road: Road, accepted: str, rejected: str, reason: str, named: str
) -> None:
    order_id = road.deliver((county.mushrooms, 3))
    (line,) = road.lines(order_id)
    fields = {
        f"accepted-{line.id}": accepted,
        f"rejected-{line.id}": rejected,
        f"reason-{line.id}": reason,
    }
    answer = road.visit(county.buyer).send(f"/orders/{order_id}/accept", 422, **fields)
    assert f'href="#{named}-{line.id}"' in answer.text
    assert f'value="{accepted}"' in answer.text
    assert road.order(order_id).state == "RECEIVED"


def test_a_refund_asks_for_quantities_or_an_amount(county: County, road: Road) -> None:
    order_id = road.deliver((county.mushrooms, 3))
    (line,) = road.lines(order_id)
    buyer = road.visit(county.buyer)
    buyer.send(f"/orders/{order_id}/accept", **{f"accepted-{line.id}": 3})
    place = f"/orders/{order_id}/refunds"
    both = {f"refund-{line.id}": 1, "amount": "5", "refund_reason": "变质", "ground": "OTHER"}
    assert 'href="#amount"' in buyer.send(place, 422, **both).text
    why = {"refund_reason": "变质", "ground": "OTHER"}
    assert 'href="#amount"' in buyer.send(place, 422, **why).text
    assert "最多还可退" in buyer.send(place, 422, amount="9999", **why).text
    buyer.send(place, amount="5.05", **why)
    assert "¥5.05" in buyer.see(f"/orders/{order_id}")


def test_the_tabs_count_what_they_show(county: County, road: Road) -> None:
    road.deliver((county.mushrooms, 3))
    buyer = road.visit(county.buyer)
    page = buyer.see("/orders?tab=to_accept")
    assert '待验收 <span class="count">1</span>' in page
    assert page.count('<th scope="row">') == 1
    assert "这里还没有订单" in buyer.see("/orders?tab=to_receive")
    assert buyer.see("/orders?tab=nonsense&page=99999999999").count('<th scope="row">') == 1
    assert "这里还没有订单" in buyer.see("/orders?page=9999")


def test_the_money_is_the_next_step_of_goods_that_wait_for_it(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 2), payment_terms="PREPAY")
    road.visit(county.clerk).send(f"/orders/{order_id}/confirm")
    where = f'href="/purchases/{road.order(order_id).purchase_id}#payment"'
    finance = road.visit(county.finance)
    assert where in finance.see(f"/orders/{order_id}")
    assert where in finance.see(f"/unit/{county.unit_id}")
    assert where not in road.visit(county.clerk).see(f"/orders/{order_id}")


def test_goods_that_come_first_are_not_paid_before_they_came(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 2))
    assert "去付款" not in road.visit(county.finance).see(f"/orders/{order_id}")


def test_where_others_have_to_act_no_next_step_is_announced(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 2))
    buyer = road.visit(county.buyer)
    page = buyer.see(f"/orders/{order_id}")
    assert ("接下来" in page, "下一步" in page) == (True, False)
    assert "下一步" in road.visit(county.clerk).see(f"/orders/{order_id}")
    buyer.send(f"/orders/{order_id}/cancel", reason="不要了")
    page = buyer.see(f"/orders/{order_id}")
    assert ("接下来" in page, "下一步" in page) == (False, False)
