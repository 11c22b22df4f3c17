"""Giving back and moving at once: nothing goes back twice, and nothing counts for two units."""

from threading import Event

from sqlalchemy import Connection, Engine, Select, event, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import Executable

from marketplace.ordering import commands as ordering
from marketplace.ordering.commands import approve_reattribution, ask_reattribution
from marketplace.ordering.models import Order, Refund
from marketplace.ordering.rules import RefundedLine, RefundWish
from marketplace.quota.models import QuotaTotal
from marketplace.reports.queries import reconcile
from tests.county import START, County, person
from tests.ordering.steps import completed, lines_of
from tests.races.crowd import all_at_once, without_guard

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
    plain = without_guard(database_url)

    def linger(_connection: Connection, statement: Executable, *_rest: object) -> None:
        if isinstance(statement, Select):
            Event().wait(0.005)

    event.listen(plain, "after_execute", linger)
    # One crowd may by chance go in file; it does not do so twenty times.
    for _ in range(20):
        order, wish = bought(session, county)

        def ask(mine: Session, _place: int, order: Order = order, wish: RefundWish = wish) -> None:
            ordering.request_refund(mine, county.buyer, order.id, wish, START)

        all_at_once(plain, CROWD, ask)
        if (back_fen := asked_back_fen(session, order)) > order.payable_fen:
            break
    plain.dispose()
    assert back_fen > order.payable_fen


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


def test_a_refund_while_both_sides_move_the_order_is_taken_from_one_unit(
    session: Session, crowded: Engine, county: County
) -> None:
    """Whoever comes first: the order counts for nobody in the end, and stands in one year."""
    approver = person(session, "approver@other", ("UNIT", county.other_unit_id, "APPROVER"))
    order, wish = bought(session, county)
    refund_id = ordering.request_refund(session, county.buyer, order.id, wish, START).id
    going = (order.id, county.other_unit_id, "下单时选错了单位")
    moving_id = ask_reattribution(session, county.buyer, county.unit_id, going, now=START).id
    approve_reattribution(session, county.approver, county.unit_id, moving_id, START)
    session.commit()

    def act(mine: Session, place: int) -> None:
        if place % 2:
            ordering.approve_refund(mine, county.clerk, refund_id, START)
        else:
            approve_reattribution(mine, approver, county.other_unit_id, moving_id, START)

    fared = all_at_once(crowded, CROWD, act)
    assert fared[1::2] == ["done"] * (CROWD // 2)
    with Session(crowded) as fresh:
        sums = select(QuotaTotal.unit_id, func.sum(QuotaTotal.counted_fen))
        counted = fresh.execute(sums.group_by(QuotaTotal.unit_id)).all()
        assert {unit_id: fen for unit_id, fen in counted if fen} == {}
        assert reconcile(fresh) == []
