"""Two cash registers that report the same receipts at once count them once."""

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from marketplace.outlets.commands import report_now
from marketplace.outlets.models import OutletReceipt
from marketplace.reports.queries import reconcile
from tests.county import START, County
from tests.outlets.steps import outlet_with, receipt, there, told
from tests.races.crowd import all_at_once

CALLERS = 8


def test_the_same_and_overlapping_uploads_at_once_count_once(
    session: Session, crowded: Engine, county: County
) -> None:
    outlet_id = outlet_with(session, county)
    session.commit()

    def report(mine: Session, place: int) -> None:
        more = [receipt(county, f"M{place % 2}")] if place % 4 == 3 else []
        report_now(mine, county.operator, outlet_id, told(receipt(county), *more), START)

    assert all_at_once(crowded, CALLERS, report) == ["done"] * CALLERS
    with Session(crowded) as fresh:
        assert fresh.scalar(select(func.count(OutletReceipt.id))) == 2
        assert there(fresh, outlet_id, county.mushrooms) == 46
        assert reconcile(fresh) == []


def test_the_last_packs_are_sold_once(session: Session, crowded: Engine, county: County) -> None:
    outlet_id = outlet_with(session, county, packs=3)
    session.commit()

    def report(mine: Session, place: int) -> None:
        report_now(mine, county.operator, outlet_id, told(receipt(county, f"S{place}")), START)

    outcomes = all_at_once(crowded, CALLERS, report)
    assert outcomes.count("done") == 1
    assert outcomes.count("outlet.receipts_refused") == CALLERS - 1
