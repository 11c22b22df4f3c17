"""Units at one instant: whoever enters a purchase and whoever holds the unit do not wait in a
circle, and who takes over does not end meanwhile."""

from datetime import date

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from marketplace.ordering import commands as ordering
from marketplace.reports.queries import reconcile
from marketplace.units.commands import Change, Merger, NewUnit, create_unit, merge_units
from marketplace.units.models import BudgetUnit, UnitSuccession
from tests.county import START, County
from tests.races.crowd import all_at_once

CROWD = 8


def test_many_who_enter_and_approve_in_one_go_do_not_lock_each_other_out(
    session: Session, crowded: Engine, county: County
) -> None:
    """A purchase names its unit, which keeps the unit's row from going; approving holds it."""
    wish = county.wish((county.mushrooms, 1))

    def buy(mine: Session, _place: int) -> None:
        purchase = ordering.draft_purchase(mine, county.buyer, wish, START)
        ordering.submit(mine, county.buyer, purchase.id, START)
        ordering.approve(mine, county.approver, purchase.id, START)

    assert all_at_once(crowded, CROWD, buy) == ["done"] * CROWD
    with Session(crowded) as fresh:
        assert reconcile(fresh) == []


def test_a_unit_that_takes_over_does_not_end_at_the_same_moment(
    session: Session, crowded: Engine, county: County
) -> None:
    """One is merged into another while that one is merged into a third."""
    schools = [
        create_unit(
            session, NewUnit(name, 2, "420304000000", 10, date(2024, 1, 1), county.unit_id), START
        ).id
        for name in ("一小", "二小", "三小")
    ]
    session.commit()

    def merge(mine: Session, place: int) -> None:
        merger = Merger((schools[place], schools[place + 1]), 20, schools[place + 1])
        change = Change(date(2026, 7, 1), "合并")
        merge_units(mine, county.operator, merger, change, now=START)

    outcomes = all_at_once(crowded, 2, merge)
    assert outcomes.count("done") == 1
    heirs = select(UnitSuccession.successor_id)
    living = select(BudgetUnit.ended_on).where(BudgetUnit.id.in_(heirs))
    assert session.scalars(living).all() == [None]
