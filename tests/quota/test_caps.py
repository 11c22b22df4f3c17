"""Case 13: a cap warns before approval; a hard one forbids, a soft one is counted and flagged."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.ordering import commands as ordering
from marketplace.ordering.models import OrderEvent, Purchase
from marketplace.ordering.queries import list_waiting
from marketplace.ordering.queries.caps import list_exceeded
from marketplace.ordering.queries.on_the_way import waiting_by_unit
from marketplace.ordering.rules import LineVerdict, RefundedLine, RefundWish
from marketplace.ordering.rules.caps import CapReached
from marketplace.quota.commands import RuleText, publish_rule
from marketplace.reports.queries import reconcile, unit_year
from marketplace.reports.queries.standings import find_floor
from marketplace.units.queries import headcount_on
from tests.county import START, County
from tests.ordering.steps import completed, delivered, lines_of, placed
from tests.quota.test_year import TODAY

PRICE_FEN = 6_403


def cap(session: Session, county: County, packs: int, *, is_hard: bool) -> None:
    """A cap that so many packs of mushrooms just fit under."""
    heads = headcount_on(session, county.unit_id, TODAY)
    text = RuleText(
        code="union-cap",
        year=2026,
        name="工会人均上限",
        basis="PER_HEAD_CAP",
        area="420304",
        funds=("UNION",),
        legal_reference="试",
        amount_fen=-(-packs * PRICE_FEN // heads),
        is_hard=is_hard,
    )
    publish_rule(session, text, START)


def submitted(session: Session, county: County, packs: int) -> Purchase:
    # Paid first: for goods on credit the unit is locked already.
    wish = county.wish((county.mushrooms, packs), terms="PREPAY")
    purchase = ordering.draft_purchase(session, county.buyer, wish, START)
    return ordering.submit(session, county.buyer, purchase.id, START)


def test_case_13_a_hard_cap_forbids_and_counts_what_is_on_its_way(session, county):
    cap(session, county, 10, is_hard=True)
    completed(session, county, county.wish((county.mushrooms, 4)))
    placed(session, county, county.wish((county.mushrooms, 4)))
    purchase = submitted(session, county, 3)
    (found,) = list_exceeded(session, county.unit_id, purchase.id, "UNION", TODAY)
    assert found.is_hard
    assert found.over_fen == 11 * PRICE_FEN - found.cap_fen > 0
    with pytest.raises(CapReached):
        ordering.approve(session, county.approver, purchase.id, START)
    fits = submitted(session, county, 2)
    assert ordering.approve(session, county.approver, fits.id, START).state == "PLACED"


def test_what_came_short_or_was_given_back_leaves_room_under_a_hard_cap(session, county):
    cap(session, county, 10, is_hard=True)
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 8)))
    delivered(session, county, order)
    (line,) = lines_of(session, order.id)
    kept = LineVerdict(line.id, accepted=6, rejected=2, reason="发霉")
    ordering.accept(session, county.approver, order.id, (kept,), START)
    asked = RefundWish((RefundedLine(line.id, 1),), reason="发霉")
    refund = ordering.request_refund(session, county.buyer, order.id, asked, START)
    ordering.approve_refund(session, county.clerk, refund.id, START)
    (waiting,) = list_waiting(session, county.unit_id)
    assert (waiting.goods_fen, waiting.certified_fen) == (5 * PRICE_FEN, 5 * PRICE_FEN)
    floor = find_floor(session, TODAY.year, "420304000000")
    assert floor is not None
    assert waiting_by_unit(session, floor, "420304") == {county.unit_id: 5 * PRICE_FEN}
    fits = submitted(session, county, 5)
    assert ordering.approve(session, county.approver, fits.id, START).state == "PLACED"


def test_case_13_a_soft_cap_is_counted_and_flagged(session, county):
    cap(session, county, 2, is_hard=False)
    purchase, _orders = completed(session, county, county.wish((county.mushrooms, 5)))
    flags = session.scalars(select(OrderEvent).where(OrderEvent.kind == "CAP_EXCEEDED")).all()
    (flag,) = flags
    assert (flag.purchase_id, flag.facts["rule"]) == (purchase.id, "工会人均上限")
    year = unit_year(session, county.unit_id, 2026, TODAY)
    (rule,) = [rule for rule in year.rules if rule.is_cap]
    assert rule.counted_fen == 5 * PRICE_FEN > rule.target_fen
    assert flag.facts["over_fen"] == rule.counted_fen - rule.target_fen
    assert reconcile(session) == []


def test_another_fund_is_not_under_the_cap(session, county):
    cap(session, county, 1, is_hard=True)
    assert list_exceeded(session, county.unit_id, 0, "CANTEEN", TODAY) == []


def test_two_approvals_at_once_do_not_exceed_a_hard_cap(session, county, engine):
    cap(session, county, 5, is_hard=True)
    waiting = [submitted(session, county, 3).id for _ in range(2)]
    session.commit()

    def approve(purchase_id: int) -> bool:
        with Session(engine) as own:
            try:
                ordering.approve(own, county.approver, purchase_id, START)
            except CapReached:
                return False
            own.commit()
            return True

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(approve, waiting)) == [False, True]
