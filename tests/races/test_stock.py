"""Scarce things: exactly as much is sold as there is, and the race is real without the guard."""

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from marketplace.catalogue.commands import count_stock
from marketplace.catalogue.models import Batch
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order, Purchase
from marketplace.payments import commands as payments
from marketplace.payments.models import Payment
from marketplace.payments.rules import Receipt
from marketplace.reports.queries import reconcile
from tests.county import START, County, goods
from tests.ordering.steps import accepted, lines_of, placed
from tests.races.crowd import all_at_once

BUYERS = 40
STOCK = 10


def on_hand(session: Session, batch_id: int) -> tuple[int, int]:
    row = session.execute(
        select(Batch.quantity_on_hand, Batch.quantity_reserved).where(Batch.id == batch_id)
    ).one()
    return row.quantity_on_hand, row.quantity_reserved


def test_forty_buyers_for_ten_pieces_get_exactly_ten(
    session: Session, crowded: Engine, county: County
) -> None:
    scarce = goods(session, county.producer_id, "头茬春菇", 9_900, stock=STOCK)
    wish = county.private_wish((scarce, 1))
    drafts = [
        ordering.draft_purchase(session, county.shopper, wish, START).id for _ in range(BUYERS)
    ]
    session.commit()

    def buy(mine: Session, place: int) -> None:
        ordering.submit(mine, county.shopper, drafts[place], START)

    outcomes = all_at_once(crowded, BUYERS, buy)
    assert outcomes.count("done") == STOCK
    assert outcomes.count("stock.insufficient") == BUYERS - STOCK
    session.expire_all()
    assert on_hand(session, scarce.batch_id) == (STOCK, STOCK)
    session.rollback()
    with Session(crowded) as fresh:
        assert reconcile(fresh) == []


def test_two_baskets_in_opposite_order_do_not_lock_each_other_out(
    session: Session, crowded: Engine, county: County
) -> None:
    forth = county.private_wish((county.mushrooms, 1), (county.noodles, 1))
    back = county.private_wish((county.noodles, 1), (county.mushrooms, 1))
    drafts = [
        ordering.draft_purchase(session, county.shopper, wish, START).id
        for wish in (forth, back) * 10
    ]
    session.commit()

    def buy(mine: Session, place: int) -> None:
        ordering.submit(mine, county.shopper, drafts[place], START)

    assert all_at_once(crowded, len(drafts), buy) == ["done"] * len(drafts)


def test_an_approval_at_the_same_instant_places_once(
    session: Session, crowded: Engine, county: County
) -> None:
    wish = county.wish((county.mushrooms, 3))
    purchase = ordering.draft_purchase(session, county.buyer, wish, START)
    ordering.submit(session, county.buyer, purchase.id, START)
    session.commit()
    outcomes = all_at_once(
        crowded, 10, lambda mine, _: ordering.approve(mine, county.approver, purchase.id, START)
    )
    assert outcomes == ["done"] * 10
    session.expire_all()
    assert on_hand(session, county.mushrooms.batch_id)[1] == 3


def test_money_confirmed_at_the_same_instant_comes_in_once(
    session: Session, crowded: Engine, county: County
) -> None:
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 3)))
    accepted(session, county, order)
    payment = payments.ask_for_payment(session, county.buyer, purchase.id, "bank_transfer", START)
    session.commit()
    receipt = Receipt(payment.amount_fen, START.date(), "BANK-1")

    def confirm(mine: Session, _place: int) -> None:
        payments.confirm_payment(mine, county.cashier, payment.id, receipt, START)

    assert all_at_once(crowded, 10, confirm) == ["done"] * 10
    session.expire_all()
    assert session.get_one(Order, order.id).paid_fen == 3 * 6_403
    assert session.get_one(Payment, payment.id).state == "RECEIVED"
    assert session.get_one(Purchase, purchase.id).state == "CLOSED"
    assert lines_of(session, order.id)[0].accepted_fen == 3 * 6_403
    session.rollback()
    with Session(crowded) as fresh:
        assert reconcile(fresh) == []


def test_sales_of_many_orders_at_once_lose_no_fen(
    session: Session, crowded: Engine, county: County
) -> None:
    waiting = []
    for _ in range(12):
        purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 2)))
        accepted(session, county, order)
        payment = payments.ask_for_payment(
            session, county.buyer, purchase.id, "bank_transfer", START
        )
        waiting.append((payment.id, Receipt(payment.amount_fen, START.date(), f"B-{payment.id}")))
    session.commit()

    def confirm(mine: Session, place: int) -> None:
        payment_id, receipt = waiting[place]
        payments.confirm_payment(mine, county.cashier, payment_id, receipt, START)

    assert all_at_once(crowded, len(waiting), confirm) == ["done"] * len(waiting)
    with Session(crowded) as fresh:
        assert reconcile(fresh) == []


def test_a_count_and_sales_at_once_never_leave_less_than_orders_hold(
    session: Session, crowded: Engine, county: County
) -> None:
    scarce = goods(session, county.producer_id, "头茬春菇", 9_900, stock=STOCK)
    wish = county.private_wish((scarce, 1))
    drafts = [ordering.draft_purchase(session, county.shopper, wish, START).id for _ in range(12)]
    session.commit()

    def act(mine: Session, place: int) -> None:
        if place % 3 == 0:
            count_stock(mine, county.clerk, scarce.batch_id, (5, "数到五件"), START)
        else:
            ordering.submit(mine, county.shopper, drafts[place], START)

    outcomes = all_at_once(crowded, 12, act)
    assert set(outcomes) <= {"done", "stock.insufficient", "stock.count_below_reserved"}
    session.expire_all()
    there, reserved = on_hand(session, scarce.batch_id)
    assert reserved == sum(outcomes[place] == "done" for place in range(12) if place % 3)
    assert reserved <= there
    session.rollback()
    with Session(crowded) as fresh:
        assert reconcile(fresh) == []
