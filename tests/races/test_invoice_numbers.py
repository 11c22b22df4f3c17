"""One invoice, told by many at the same instant: one of them is heard."""

from datetime import date

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from marketplace.core.identity import Role
from marketplace.offline.commands import file_offline
from marketplace.ordering import commands as ordering
from marketplace.ordering.rules.invoices import GivenInvoice
from marketplace.reports.queries import reconcile
from tests.county import START, County, person
from tests.offline.steps import NUMBER, given
from tests.ordering.steps import placed
from tests.races.crowd import all_at_once

TELLERS = 12


def test_case_15_two_at_once_with_one_number_one_is_refused(
    session: Session, crowded: Engine, county: County
) -> None:
    """Offline purchases of two units and the invoice of an order, all with one number."""
    other = person(session, "other@test", ("UNIT", county.other_unit_id, Role.BUYER))
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 1)))
    ordering.confirm(session, county.clerk, order.id, None, START)
    session.commit()
    told = GivenInvoice(NUMBER, 100, date(2026, 11, 23))

    def tell(mine: Session, place: int) -> None:
        if place % 3 == 0:
            file_offline(mine, county.buyer, county.unit_id, given(county), START)
        elif place % 3 == 1:
            file_offline(mine, other, county.other_unit_id, given(county), START)
        else:
            amount = GivenInvoice(told.number, told.amount_fen + place, told.issued_on)
            ordering.register_invoice(mine, county.clerk, order.id, amount, START)

    outcomes = all_at_once(crowded, TELLERS, tell)
    # Whoever was first may tell the very same thing again and is the same; nobody else is heard.
    assert set(outcomes) <= {"done", "invoice.number_used"}
    assert 1 <= outcomes.count("done") <= TELLERS // 3
    with Session(crowded) as fresh:
        assert reconcile(fresh) == []
