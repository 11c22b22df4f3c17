"""Transfers for one purchase at one instant: all are booked, and none locks another out."""

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from marketplace.payments.commands import ask_for_payment, import_statement, match_line
from marketplace.payments.models import BankLine, Payment
from marketplace.reports.queries import reconcile
from tests.county import START, County
from tests.ordering.steps import placed
from tests.payments.bank import plain_file
from tests.races.crowd import all_at_once

CROWD = 8
ROUNDS = 3


def test_of_many_transfers_for_one_purchase_all_are_booked(
    session: Session, crowded: Engine, county: County
) -> None:
    purchase, _orders = placed(session, county, county.wish((county.mushrooms, 9)))
    payment = ask_for_payment(session, county.buyer, purchase.id, "bank_transfer", START)
    words = f"货款 {payment.remittance_code}"
    for place in range(ROUNDS):
        # The first takes the payment that was asked for; all others need one of their own.
        rows = [
            ("2026-11-20", f"N{place}-{number}", "1.00", "某单位", "", words)
            for number in range(CROWD)
        ]
        told = import_statement(session, county.cashier, plain_file(*rows), START)
        session.commit()

        def match(mine: Session, number: int, lines: tuple[int, ...] = told.new_lines) -> None:
            match_line(mine, lines[number], START)

        assert all_at_once(crowded, CROWD, match) == ["done"] * CROWD
    session.expire_all()
    states = session.scalars(select(BankLine.state)).all()
    assert states == ["MATCHED"] * (CROWD * ROUNDS)
    received = session.scalar(select(func.sum(Payment.received_fen)))
    assert received == 100 * CROWD * ROUNDS
    assert reconcile(session) == []
