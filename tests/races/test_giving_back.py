"""Giving back and moving at once: nothing goes back twice, and nothing counts for two units."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from marketplace.core.identity import Identity
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands import approve_reattribution, ask_reattribution
from marketplace.ordering.models import Order, Refund
from marketplace.ordering.rules import RefundedLine, RefundWish
from marketplace.quota.models import QuotaTotal
from marketplace.reports.queries import reconcile
from tests.county import START, County, person
from tests.ordering.steps import completed, lines_of
from tests.races.crowd import Act, all_at_once, goes_wrong_in_a_gap

CROWD = 6
PACKS = 3


def bought(session: Session, county: County) -> tuple[Order, RefundWish]:
    """A completed order, and the wish to give all of it back."""
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, PACKS)))
    (line,) = lines_of(session, order.id)
    wish = RefundWish((RefundedLine(line.id, PACKS),), reason="发霉")
    session.commit()
    return order, wish


def asked_back_fen(session: Session, order: Order) -> int:
    return session.scalar(select(func.sum(Refund.amount_fen)).filter_by(order_id=order.id)) or 0


def test_of_many_who_ask_for_the_same_back_one_does(
    session: Session, crowded: Engine, county: County
) -> None:
    order, wish = bought(session, county)

    def ask(mine: Session, _place: int) -> None:
        ordering.request_refund(mine, county.buyer, order.id, wish, START)

    fared = all_at_once(crowded, CROWD, ask)
    assert sorted(fared) == ["done", *["order.wrong_lines"] * (CROWD - 1)]
    with Session(crowded) as fresh:
        assert asked_back_fen(fresh, order) == order.payable_fen


def test_the_race_is_real_where_each_statement_stands_alone(
    session: Session, database_url: str, county: County
) -> None:
    """The control: the same command without a transaction gives the same back several times."""

    def case() -> tuple[Act, Act, Callable[[], bool]]:
        order, wish = bought(session, county)

        def ask(mine: Session) -> None:
            ordering.request_refund(mine, county.buyer, order.id, wish, START)

        return ask, ask, lambda: asked_back_fen(session, order) > order.payable_fen

    assert goes_wrong_in_a_gap(database_url, case)


def test_of_many_who_agree_to_one_refund_the_money_goes_back_once(
    session: Session, crowded: Engine, county: County
) -> None:
    order, wish = bought(session, county)
    refund_id = ordering.request_refund(session, county.buyer, order.id, wish, START).id
    session.commit()

    def agree(mine: Session, place: int) -> None:
        who = county.clerk if place % 2 else county.operator
        ordering.approve_refund(mine, who, refund_id, START)

    assert all_at_once(crowded, CROWD, agree) == ["done"] * CROWD
    with Session(crowded) as fresh:
        assert fresh.get_one(Order, order.id).refunded_fen == order.payable_fen
        assert reconcile(fresh) == []


@dataclass(frozen=True)
class Torn:
    """An order that both sides move to another unit while its producer agrees to a refund."""

    county: County
    approver: Identity
    refund_id: int
    moving_id: int

    def pull(self, mine: Session, place: int) -> None:
        county = self.county
        if place % 2:
            ordering.approve_refund(mine, county.clerk, self.refund_id, START)
        else:
            approve_reattribution(mine, self.approver, county.other_unit_id, self.moving_id, START)


def torn(session: Session, county: County, approver: Identity) -> Torn:
    order, wish = bought(session, county)
    refund_id = ordering.request_refund(session, county.buyer, order.id, wish, START).id
    going = (order.id, county.other_unit_id, "下单时选错了单位")
    moving_id = ask_reattribution(session, county.buyer, county.unit_id, going, now=START).id
    approve_reattribution(session, county.approver, county.unit_id, moving_id, START)
    session.commit()
    return Torn(county, approver, refund_id, moving_id)


@pytest.fixture
def approver(session: Session, county: County) -> Identity:
    """Whoever approves for the unit that the order goes to."""
    return person(session, "approver@other", ("UNIT", county.other_unit_id, "APPROVER"))


def counted(session: Session) -> dict[int, int]:
    """What counts for each unit, where anything does."""
    sums = select(QuotaTotal.unit_id, func.sum(QuotaTotal.counted_fen))
    rows = session.execute(sums.group_by(QuotaTotal.unit_id)).all()
    return {unit_id: fen for unit_id, fen in rows if fen}


def test_a_refund_while_both_sides_move_the_order_is_taken_from_one_unit(
    session: Session, crowded: Engine, county: County, approver: Identity
) -> None:
    """Whoever comes first: the order counts for nobody in the end, and stands in one year."""
    fared = all_at_once(crowded, CROWD, torn(session, county, approver).pull)
    assert fared[1::2] == ["done"] * (CROWD // 2)
    with Session(crowded) as fresh:
        assert counted(fresh) == {}
        assert reconcile(fresh) == []


def test_books_disagree_where_a_refund_and_a_move_stand_alone(
    session: Session, database_url: str, county: County, approver: Identity
) -> None:
    """The control: without a transaction the same two leave something counted, or no book whole."""

    def case() -> tuple[Act, Act, Callable[[], bool]]:
        pulled = torn(session, county, approver)
        return lambda mine: pulled.pull(mine, 0), lambda mine: pulled.pull(mine, 1), disagree

    def disagree() -> bool:
        wrong = counted(session) != {} or reconcile(session) != []
        session.rollback()
        return wrong

    assert goes_wrong_in_a_gap(database_url, case)
