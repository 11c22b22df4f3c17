"""Units at one instant: whoever enters a purchase and whoever holds the unit do not wait in a
circle, who takes over does not end meanwhile, and nobody is left below a unit that ended."""

from datetime import date
from threading import Event

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, aliased

from marketplace.ordering import commands as ordering
from marketplace.reports.queries import reconcile
from marketplace.units.commands import (
    Change,
    Merger,
    NewUnit,
    UnitPart,
    create_unit,
    merge_units,
    move_unit,
    split_unit,
)
from marketplace.units.models import BudgetUnit, UnitSuccession
from tests.county import START, County
from tests.races.crowd import all_at_once, hesitate

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


def _schools(session: Session, *parents: int) -> list[int]:
    made = [
        create_unit(
            session, NewUnit(name, 2, "420304000000", 10, date(2024, 1, 1), parent), START
        ).id
        for name, parent in zip(("一小", "二小", "三小"), parents, strict=False)
    ]
    session.commit()
    return made


def _left_below_ended(session: Session) -> list[str]:
    above = aliased(BudgetUnit)
    left = select(BudgetUnit.name).join(above, above.id == BudgetUnit.parent_id)
    wanted = left.where(BudgetUnit.ended_on.is_(None), above.ended_on.is_not(None))
    return list(session.scalars(wanted))


def test_a_unit_is_split_while_its_supervisor_is_merged(
    session: Session, crowded: Engine, county: County
) -> None:
    (school,) = _schools(session, county.unit_id)
    is_split = Event()

    def change(mine: Session, place: int) -> None:
        if place:
            assert is_split.wait(30)
            merger = Merger((county.unit_id,), 200, county.other_unit_id)
            later = Change(date(2026, 8, 1), "合并")
            merge_units(mine, county.operator, merger, later, now=START)
            return
        parts = [UnitPart("东校区", 5), UnitPart("西校区", 5)]
        since = Change(date(2026, 7, 1), "分设")
        split_unit(mine, county.operator, school, parts, since, now=START)
        is_split.set()
        for _ in range(25):
            hesitate(mine.connection())

    assert all_at_once(crowded, 2, change) == ["done", "done"]
    assert _left_below_ended(session) == []


def test_a_unit_is_moved_while_both_supervisors_become_one(
    session: Session, crowded: Engine, county: County
) -> None:
    """One holds the school and wants its new supervisor, the other the other way round."""
    schools = _schools(session, county.unit_id, county.unit_id, county.other_unit_id)
    since = Change(date(2026, 7, 1), "调整")

    def change(mine: Session, place: int) -> None:
        if place:
            merger = Merger((county.unit_id,), 200, county.other_unit_id)
            merge_units(mine, county.operator, merger, since, now=START)
        else:
            there = county.other_unit_id
            move_unit(mine, county.operator, schools[0], there, since, now=START)

    outcomes = all_at_once(crowded, 2, change)
    assert "done" in outcomes
    assert _left_below_ended(session) == []
