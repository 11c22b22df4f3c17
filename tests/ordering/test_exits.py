"""The exits: cancelled, declined, expired; stock and money go back."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Batch
from marketplace.catalogue.rules import InsufficientStock
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import buyer_account, credit_account
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order, Purchase
from marketplace.ordering.rules import Parcel, ReasonNeeded, WrongState
from marketplace.payments import commands as payments
from marketplace.reports.queries import reconcile
from tests.county import START, County
from tests.ordering.steps import orders_of, paid, placed


def reserved(session: Session, batch_id: int) -> int:
    return session.scalars(select(Batch.quantity_reserved).where(Batch.id == batch_id)).one()


def retail(session: Session, county: County, packs: int) -> Purchase:
    wish = county.private_wish((county.mushrooms, packs))
    purchase = ordering.draft_purchase(session, county.shopper, wish, START)
    return ordering.submit(session, county.shopper, purchase.id, START)


def test_cancelling_gives_the_stock_back(session: Session, county: County) -> None:
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 30)))
    assert reserved(session, county.mushrooms.batch_id) == 30
    ordering.cancel_purchase(session, county.buyer, purchase.id, "计划有变", START)
    assert reserved(session, county.mushrooms.batch_id) == 0
    assert (purchase.state, order.state) == ("CANCELLED", "CANCELLED")
    again = ordering.cancel_purchase(session, county.buyer, purchase.id, "", START)
    assert again.state == "CANCELLED"
    assert reserved(session, county.mushrooms.batch_id) == 0


def test_cancelling_a_paid_order_keeps_the_money_for_the_buyer(
    session: Session, county: County
) -> None:
    wish = county.wish((county.mushrooms, 3), terms="PREPAY")
    purchase, (order,) = placed(session, county, wish)
    ordering.confirm(session, county.clerk, order.id, None, START)
    paid(session, county, purchase)
    ordering.cancel_order(session, county.buyer, order.id, "不需要了", START)
    assert order.payment_state == "REFUNDED"
    assert balance_of(session, credit_account(county.unit_id, 0)) == -3 * 6_403
    assert balance_of(session, buyer_account(county.unit_id, 0)) == 0
    assert purchase.state == "CANCELLED"
    assert reconcile(session) == []


def test_what_has_been_shipped_cannot_be_cancelled(session: Session, county: County) -> None:
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 3)))
    ordering.confirm(session, county.clerk, order.id, None, START)
    ordering.ship(session, county.clerk, order.id, Parcel("邮政", "1"), START)
    with pytest.raises(WrongState):
        ordering.cancel_order(session, county.buyer, order.id, "x", START)
    with pytest.raises(WrongState):
        ordering.cancel_purchase(session, county.buyer, purchase.id, "x", START)


def test_declining_needs_a_reason_and_gives_the_stock_back(
    session: Session, county: County
) -> None:
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 3)))
    with pytest.raises(ReasonNeeded):
        ordering.decline(session, county.clerk, order.id, "", START)
    ordering.decline(session, county.clerk, order.id, "雨季减产", START)
    assert (order.state, reserved(session, county.mushrooms.batch_id)) == ("DECLINED", 0)


def test_one_order_may_leave_and_the_other_goes_on(session: Session, county: County) -> None:
    wish = county.wish((county.mushrooms, 3), (county.noodles, 4))
    purchase, (first, second) = placed(session, county, wish)
    ordering.decline(session, county.clerk, first.id, "缺货", START)
    assert (purchase.state, second.state) == ("PLACED", "PLACED")
    ordering.decline(session, county.other_clerk, second.id, "缺货", START)
    assert purchase.state == "CANCELLED"


def test_an_order_nobody_confirms_expires_after_fifteen_days(
    session: Session, county: County
) -> None:
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 3)))
    assert ordering.expire_due(session, START + timedelta(days=15, seconds=-1)) == 0
    assert ordering.expire_due(session, START + timedelta(days=15)) == 1
    session.refresh(order)
    assert (order.state, reserved(session, county.mushrooms.batch_id)) == ("EXPIRED", 0)


def test_a_retail_purchase_unpaid_for_half_an_hour_expires(
    session: Session, county: County
) -> None:
    purchase = retail(session, county, 5)
    assert reserved(session, county.mushrooms.batch_id) == 5
    assert ordering.expire_due(session, START + timedelta(minutes=29)) == 0
    ordering.expire_due(session, START + timedelta(minutes=30))
    assert (purchase.state, reserved(session, county.mushrooms.batch_id)) == ("CANCELLED", 0)
    assert orders_of(session, purchase.id)[0].state == "EXPIRED"


def test_a_paid_retail_purchase_does_not_expire(session: Session, county: County) -> None:
    purchase = retail(session, county, 5)
    payment = payments.ask_for_payment(session, county.shopper, purchase.id, "simulated", START)
    payments.pay_simulated(session, county.shopper, payment.id, START)
    assert ordering.expire_due(session, START + timedelta(hours=1)) == 0
    assert purchase.state == "PLACED"


def test_too_little_stock_names_what_there_is_and_reserves_nothing(
    session: Session, county: County
) -> None:
    wish = county.wish((county.noodles, 5), (county.mushrooms, 1001))
    purchase = ordering.draft_purchase(session, county.buyer, wish, START)
    ordering.submit(session, county.buyer, purchase.id, START)
    session.commit()
    with pytest.raises(InsufficientStock) as refused:
        ordering.approve(session, county.approver, purchase.id, START)
    session.rollback()
    assert refused.value.params["available"] == 1000
    assert reserved(session, county.noodles.batch_id) == 0
    assert session.get_one(Purchase, purchase.id).state == "IN_APPROVAL"


def test_a_producer_knows_of_an_order_once_it_was_placed(session: Session, county: County) -> None:
    purchase = ordering.draft_purchase(
        session, county.buyer, county.wish((county.mushrooms, 1)), START
    )
    (order,) = orders_of(session, purchase.id)
    for _ in ("a draft", "in approval"):
        with pytest.raises(NotFound):
            ordering.confirm(session, county.clerk, order.id, None, START)
        with pytest.raises(NotFound):
            ordering.cancel_purchase(session, county.clerk, purchase.id, "x", START)
        ordering.submit(session, county.buyer, purchase.id, START)
    ordering.approve(session, county.approver, purchase.id, START)
    assert ordering.confirm(session, county.clerk, order.id, None, START).state == "CONFIRMED"


@pytest.mark.parametrize("who", ["auditor", "cashier", "clerk"])
def test_only_the_buyers_side_cancels_a_purchase(
    session: Session, county: County, who: str
) -> None:
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 3)))
    identity: Identity = getattr(county, who)
    with pytest.raises(Exception, match="forbidden"):
        ordering.cancel_purchase(session, identity, purchase.id, "x", START)
    assert session.get_one(Order, order.id).state == "PLACED"
