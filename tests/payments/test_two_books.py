"""One transfer, told by the cashier and by the bank's file at the same moment, is booked once."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from marketplace.core.errors import Refusal
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import ESCROW
from marketplace.payments.commands import confirm_payment, import_statement
from marketplace.payments.rules import Receipt
from marketplace.reports.queries import reconcile
from tests.county import START, County
from tests.payments.bank import plain_file
from tests.payments.test_transfers import asked, yuan


@pytest.mark.parametrize("turn", range(4))
def test_hand_and_file_at_once_book_a_transfer_once(
    session: Session, engine: Engine, turn: int, county: County
):
    _purchase, payment = asked(session, county)
    payment_id, amount_fen = payment.id, payment.amount_fen
    session.commit()
    reference = f"BANK-{turn}"
    file = plain_file(("2026-11-20", reference, yuan(amount_fen), "", "", ""))
    barrier = Barrier(2)

    def by_hand() -> None:
        with Session(engine) as own:
            barrier.wait()
            receipt = Receipt(amount_fen, START.date(), reference)
            try:
                confirm_payment(own, county.cashier, payment_id, receipt, START)
                own.commit()
            except Refusal as refusal:
                own.rollback()
                refused.append(refusal.code)

    def by_file() -> None:
        with Session(engine) as own:
            barrier.wait()
            import_statement(own, county.cashier, file, START)
            own.commit()

    refused: list[str] = []
    threads = [Thread(target=one) for one in (by_hand, by_file)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    assert balance_of(session, ESCROW) == amount_fen
    assert refused in ([], ["payment.reference_imported"])
    assert reconcile(session) == []
