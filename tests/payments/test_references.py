"""The bank's number of a transfer, and those of the parts it was divided into."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.payments.commands import ask_for_payment, give_by_hand, import_statement
from marketplace.payments.models import BankLine, Payment
from marketplace.payments.rules.matching import Part
from marketplace.reports.queries import reconcile
from tests.county import START, County
from tests.ordering.steps import placed
from tests.payments.bank import plain_file


def owed(session: Session, county: County) -> Part:
    """A purchase and what it waits for."""
    purchase, _orders = placed(session, county, county.wish((county.mushrooms, 1)))
    payment = ask_for_payment(session, county.buyer, purchase.id, "bank_transfer", START)
    return Part(purchase.id, payment.amount_fen)


def arrive(session: Session, county: County, reference: str, parts: Sequence[Part]) -> BankLine:
    """One transfer for several purchases, given to them by hand."""
    fen = sum(part.amount_fen for part in parts)
    line = ("2026-11-20", reference, f"{fen // 100}.{fen % 100:02d}", "某单位", "", "货款")
    (line_id,) = import_statement(session, county.cashier, plain_file(line), START).new_lines
    return give_by_hand(session, county.cashier, line_id, (parts, None), START)


def references(session: Session) -> list[str]:
    found = session.scalars(select(Payment.reference).order_by(Payment.id))
    return [str(one) for one in found]


def test_numbers_as_long_as_can_be_stay_apart_in_every_part(session, county):
    for last in ("1", "2"):
        parts = [owed(session, county) for _one in range(3)]
        line = arrive(session, county, "R" * 79 + last, parts)
        assert line.state == "MATCHED"
    found = references(session)
    assert len(set(found)) == 6
    assert max(map(len, found)) == 80
    assert reconcile(session) == []


def test_a_part_is_not_called_what_a_transfer_of_its_own_is_called(session, county):
    arrive(session, county, "B1/2", [owed(session, county)])
    arrive(session, county, "B1", [owed(session, county), owed(session, county)])
    assert len(set(references(session))) == 3
    assert reconcile(session) == []


def test_a_transfer_is_booked_where_a_part_bears_its_number(session, county):
    arrive(session, county, "B1", [owed(session, county), owed(session, county)])
    assert references(session) == ["B1", "B1/2"]
    arrive(session, county, "B1/2", [owed(session, county)])
    assert len(set(references(session))) == 3
    assert session.scalars(select(BankLine.state)).all() == ["MATCHED", "MATCHED"]
    assert reconcile(session) == []
