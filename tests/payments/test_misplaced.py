"""Money that a cashier would put where it is not: refused, with nothing half done."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from marketplace.core.errors import InvalidInput
from marketplace.core.identity import Role, Standing
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import SUSPENSE
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order
from marketplace.payments.commands import (
    ask_for_payment,
    confirm_payment,
    declare,
    give_by_hand,
    note_results,
)
from marketplace.payments.models import BankLine, Payment
from marketplace.payments.queries import find_parts
from marketplace.payments.rules import PaidOnline, Receipt, ReferenceUsed
from marketplace.payments.rules.matching import NotPlaced
from marketplace.payments.rules.payouts import NoSuchPayout, Result, ReturnUnnumbered
from marketplace.reports.queries import reconcile
from tests.county import START
from tests.payments.settling import IN_DECEMBER, frozen, released, sold
from tests.payments.settling import declare as declare_account
from tests.payments.test_transfers import arrive, asked

MONDAY = date(2026, 11, 23)


@pytest.fixture
def online(session, county) -> Payment:
    """A payment whose page to pay on is open."""
    wish = county.private_wish((county.mushrooms, 1))
    purchase = ordering.draft_purchase(session, county.shopper, wish, START)
    ordering.submit(session, county.shopper, purchase.id, START)
    payment = ask_for_payment(session, county.shopper, purchase.id, "stripe", START)
    session.commit()
    return payment


def test_what_is_paid_online_is_not_confirmed_by_hand(session, county, online):
    """It would stand in the county's bank account, and is with the gateway."""
    receipt = Receipt(online.amount_fen, MONDAY, "B1")
    with pytest.raises(PaidOnline):
        confirm_payment(session, county.cashier, online.id, receipt, START)
    session.rollback()
    assert session.get_one(Payment, online.id).state == "DUE"
    assert reconcile(session) == []


def test_only_a_transfer_is_announced(session, county, online):
    with pytest.raises(PaidOnline):
        declare(session, county.shopper, online.id, START)
    session.rollback()
    assert session.get_one(Payment, online.id).state == "DUE"
    assert session.scalars(select(Order.payment_state)).all() == ["DUE"]


@pytest.mark.parametrize("decided", ["waiting", "rejected"])
def test_a_transfer_is_not_given_to_a_purchase_that_is_not_placed(session, county, decided):
    """A draft that holds money could be changed, and nobody would find the money."""
    wish = county.wish((county.mushrooms, 2), terms="PREPAY")
    purchase = ordering.draft_purchase(session, county.buyer, wish, START)
    ordering.submit(session, county.buyer, purchase.id, START)
    if decided == "rejected":
        ordering.reject(session, county.approver, purchase.id, "太贵", START)
    line = arrive(session, county, 10_000)
    session.commit()
    parts = find_parts(session, [(1, purchase.number, 10_000)], "").parts
    with pytest.raises(NotPlaced):
        give_by_hand(session, county.cashier, line.id, (parts, None), START)
    session.rollback()
    assert session.get_one(BankLine, line.id).state == "WAITING"
    assert session.scalars(select(Order.paid_fen)).all() == [0]
    assert balance_of(session, SUSPENSE) == -10_000
    assert session.scalars(select(Payment)).all() == []


def test_a_number_of_the_banks_that_a_payout_has_is_no_payments(session, county):
    declare_account(session, county)
    sold(session, county)
    frozen(session, county)
    payout = released(session, county)
    note_results(session, county.cashier, [Result(payout.number, True, "R1")], IN_DECEMBER)
    note_results(session, county.cashier, [Result(payout.number, False, "R2")], IN_DECEMBER)
    _purchase, payment = asked(session, county)
    for reference in ("R1", "R2"):
        receipt = Receipt(payment.amount_fen, MONDAY, reference)
        with pytest.raises(ReferenceUsed):
            confirm_payment(session, county.cashier, payment.id, receipt, IN_DECEMBER)
    assert payment.state == "DUE"


def test_money_that_came_back_without_a_number_is_asked_for_it(session, county):
    """Nobody used a number that was not typed."""
    declare_account(session, county)
    sold(session, county)
    frozen(session, county)
    payout = released(session, county)
    note_results(session, county.cashier, [Result(payout.number, True, "R1")], IN_DECEMBER)
    with pytest.raises(ReturnUnnumbered):
        note_results(
            session, county.cashier, [Result(payout.number, False, reason="退汇")], IN_DECEMBER
        )
    rows = [Result(payout.number, False, reason="退汇", row=2)]
    with pytest.raises(InvalidInput) as refused:
        note_results(session, county.cashier, rows, IN_DECEMBER)
    assert [error.message for error in refused.value.errors] == [ReturnUnnumbered.message]
    assert payout.state == "PAID"


def test_a_cashier_notes_nothing_of_another_countys_payouts(session, county):
    declare_account(session, county)
    sold(session, county)
    frozen(session, county)
    payout = released(session, county)
    elsewhere = (Standing("CENTRE", 99, Role.CASHIER, "420322"),)
    neighbour = replace(county.cashier, standings=elsewhere)
    with pytest.raises(NoSuchPayout):
        note_results(session, neighbour, [Result(payout.number, True, "R1")], IN_DECEMBER)
    assert payout.state == "RELEASED"
