"""The operations centre: money in, refunds, lookups; and an auditor who changes nothing."""

import re

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.cockpit.commands import keep_proof
from marketplace.ordering.models import Order, Purchase, Refund
from marketplace.payments.models import Payment
from marketplace.reports.queries import prove
from tests.conftest import NOON
from tests.county import County
from tests.pages.conftest import Road

READING = (
    "",
    "payments",
    "payments?tab=received&q=%00",
    "refunds",
    "units",
    "units?sort=nonsense&q=%25&year=abc",
    "orders?q=P",
    "purchases?q=" + "x" * 500,
    "products",
    "reconciliation?page=2",
    "ledger?q=assets:bank:escrow",
    "accounts",
    "gateway",
    "accounts?q=liabilities",
)


def ask_for_payment(road: Road) -> Payment:
    county = road.county
    order_id = road.place((county.mushrooms, 2))
    purchase_id = road.order(order_id).purchase_id
    road.visit(county.buyer).send(f"/purchases/{purchase_id}/payments", method="bank_transfer")
    return road.look(select(Payment))[0]


@pytest.mark.parametrize("path", READING)
def test_the_auditor_reads_everything(county: County, road: Road, path: str) -> None:
    road.visit(county.auditor).see(f"/desk/{path}")
    road.visit(county.buyer).see(f"/desk/{path}", 403)


def test_the_auditor_changes_nothing(county: County, road: Road) -> None:
    payment = ask_for_payment(road)
    auditor = road.visit(county.auditor)
    assert "/confirm" not in auditor.see(f"/desk/payments/{payment.id}")
    for path in (
        f"/desk/payments/{payment.id}/confirm",
        f"/desk/products/{county.oil.product_id}/publish",
    ):
        auditor.send(path, 403)


def test_the_unit_pays_by_bank_and_the_cashier_confirms(county: County, road: Road) -> None:
    payment = ask_for_payment(road)
    buyer = road.visit(county.buyer)
    page = buyer.see(f"/purchases/{payment.purchase_id}")
    assert payment.remittance_code in page
    assert "6222000011112222" in page
    assert "壹佰贰拾捌元零陆分" in page
    buyer.send(f"/payments/{payment.id}/declare")
    # Nobody is sent to pay once more what is on its way.
    assert "还没有核对到账" in buyer.see(f"/purchases/{payment.purchase_id}")
    year = buyer.see(f"/unit/{county.unit_id}")
    assert ("等运营中心核对到账" in year, "去付款" in year) == (True, False)
    cashier = road.visit(county.cashier)
    assert payment.remittance_code in cashier.see(f"/desk/payments?q={payment.remittance_code}")
    receipt = {"received": "¥128.06", "received_on": "2026-11-23", "reference": "N1"}
    cashier.send(f"/desk/payments/{payment.id}/confirm", **receipt, confirmed="1")
    (order,) = road.look(select(Order))
    assert (order.payment_state, order.paid_fen) == ("PAID", 12_806)


def test_money_is_booked_after_a_second_look(county: County, road: Road) -> None:
    payment = ask_for_payment(road)
    purchase = road.look(select(Purchase))[0].number
    cashier, path = road.visit(county.cashier), f"/desk/payments/{payment.id}/confirm"
    receipt = {"received": "12806.00", "received_on": "2026-11-23", "reference": "N1"}
    page = cashier.send(path, 200, **receipt).text
    main = page.partition("<main")[2]
    for shown in ("12,806.00", "壹万贰仟捌佰零陆元整", "区财政局", purchase, "N1", "12,677.94"):
        assert shown in main, shown
    assert road.look(select(Payment))[0].state == "DUE"
    back = cashier.send(path, 200, **receipt, confirmed="back").text
    assert 'value="12806.00"' in back
    assert 'value="N1"' in back
    less = cashier.send(path, 200, **{**receipt, "received": "28.06"}).text
    assert "还没有付清" in less
    assert road.look(select(Payment))[0].state == "DUE"
    cashier.send(path, **{**receipt, "received": "128.06"}, confirmed="1")
    assert road.look(select(Payment))[0].received_fen == 12_806
    # Said again it is the same; said otherwise it is refused, without a second look.
    cashier.send(path, **{**receipt, "received": "128.06"}, confirmed="1")
    assert "不能再改" in cashier.send(path, 409, **receipt).text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("received", ""),
        ("received", "-5"),
        ("received", "0"),
        ("received", "12.345"),
        ("received", "9" * 40),
        ("received_on", "yesterday"),
        ("reference", "\x00"),
        ("reference", "x" * 81),
    ],
)
def test_a_receipt_that_cannot_be_is_refused(
    county: County, road: Road, field: str, typed: str
) -> None:
    payment = ask_for_payment(road)
    receipt = {"received": "128.06", "received_on": "2026-11-23", "reference": "N1", field: typed}
    cashier = road.visit(county.cashier)
    answer = cashier.send(f"/desk/payments/{payment.id}/confirm", 422, **receipt)
    assert f'href="#{field}"' in answer.text


def test_a_refund_is_agreed_to_at_the_desk(county: County, road: Road) -> None:
    order_id = road.deliver((county.mushrooms, 3))
    (line,) = road.lines(order_id)
    buyer = road.visit(county.buyer)
    buyer.send(f"/orders/{order_id}/accept", **{f"accepted-{line.id}": 3})
    wish = {f"refund-{line.id}": 1, "refund_reason": "变质", "ground": "QUALITY"}
    buyer.send(f"/orders/{order_id}/refunds", **wish)
    (refund,) = road.look(select(Refund))
    desk = road.visit(county.cashier)
    assert "变质" in desk.see("/desk/refunds?tab=asked")
    road.visit(county.auditor).send(f"/refunds/{refund.id}/approve", 403)
    desk.send(f"/refunds/{refund.id}/approve")
    assert "变质" in desk.see("/desk/refunds?tab=ended")
    assert road.order(order_id).payable_fen == 2 * 6_403


def prove_books(session: Session) -> None:
    """What the worker does at night."""
    keep_proof(session, (prove(session), 1), None, NOON)
    session.commit()


def test_a_missing_fen_is_a_red_line(county: County, road: Road, session: Session) -> None:
    order_id = road.place((county.mushrooms, 3))
    desk = road.visit(county.auditor)
    prove_books(session)
    page = desk.see("/desk/reconciliation")
    assert "分文不差" in page
    assert not re.search(r'<th scope="row">[a-z]+\.', page), "a comparison without words"
    session.execute(update(Order).where(Order.id == order_id).values(goods_fen=Order.goods_fen + 1))
    session.commit()
    prove_books(session)
    page = desk.see("/desk/reconciliation")
    assert "notice-bad" in page
    assert "money-owed" in page
    assert f"/orders/{order_id}" in page
    # Two comparisons, and the proof itself among those before it.
    assert page.count("row-broken") == 3


def test_components_are_shown_in_the_demonstration(county: County, road: Road) -> None:
    assert "组件" in road.visit(None).see("/desk/components")


def test_whoever_looks_goes_back_to_their_own_lists(county: County, road: Road) -> None:
    order_id = road.place((county.mushrooms, 2))
    for reader, back in (
        (county.operator, "/desk/orders"),
        (county.clerk, f"/producer/{county.producer_id}/orders"),
        (county.finance, "/orders"),
    ):
        page = road.visit(reader).see(f"/orders/{order_id}")
        assert f'href="{back}"' in page.partition('class="crumbs"')[2].partition("</nav>")[0]
