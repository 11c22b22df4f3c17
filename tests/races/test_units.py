"""Buying for one unit at once: whoever enters a purchase and whoever holds the unit do not wait in
a circle."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from marketplace.ordering import commands as ordering
from marketplace.reports.queries import reconcile
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
