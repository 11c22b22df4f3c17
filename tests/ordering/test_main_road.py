"""The main road: from a basket to the quota and the villages."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.attribution.models import AttributionEntry
from marketplace.attribution.queries import parts_of, total_of
from marketplace.catalogue.commands import certify
from marketplace.catalogue.models import Batch
from marketplace.catalogue.rules import Certificate
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.ledger.queries import balance_of
from marketplace.ledger.rules import (
    ESCROW,
    buyer_account,
    credit_account,
    pending_account,
    producer_account,
)
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import Order, OrderEvent
from marketplace.ordering.rules import (
    LineVerdict,
    NotPaid,
    OwnAcceptance,
    OwnPurchase,
    Parcel,
    ParcelLine,
    ReasonNeeded,
    WrongState,
)
from marketplace.reports.queries import reconcile, unit_year
from tests.county import HUIGOU, START, YUNCAI, County, person
from tests.ordering.steps import (
    accepted,
    completed,
    delivered,
    lines_of,
    orders_of,
    paid,
    placed,
)

TODAY = date(2026, 11, 23)


def available(session: Session, batch_id: int) -> int:
    query = select(Batch.quantity_on_hand - Batch.quantity_reserved).where(Batch.id == batch_id)
    return session.scalars(query).one()


def test_a_purchase_holds_one_order_per_producer(session: Session, county: County) -> None:
    wish = county.wish((county.mushrooms, 2), (county.noodles, 3), (county.oil, 1))
    purchase = ordering.draft_purchase(session, county.buyer, wish, START)
    orders = orders_of(session, purchase.id)
    assert [order.producer_id for order in orders] == [county.producer_id, county.other_producer_id]
    assert [order.goods_fen for order in orders] == [2 * 6_403 + 9_900, 3 * 1_999]
    assert purchase.goods_fen == 2 * 6_403 + 9_900 + 3 * 1_999


def test_two_lines_of_one_variant_are_summed(session: Session, county: County) -> None:
    wish = county.wish((county.mushrooms, 2), (county.mushrooms, 5))
    purchase = ordering.draft_purchase(session, county.buyer, wish, START)
    lines = lines_of(session, orders_of(session, purchase.id)[0].id)
    assert [(line.variant_id, line.quantity) for line in lines] == [
        (county.mushrooms.variant_id, 7)
    ]


def test_stock_is_reserved_at_approval_and_not_before(session: Session, county: County) -> None:
    purchase = ordering.draft_purchase(
        session, county.buyer, county.wish((county.mushrooms, 7)), START
    )
    ordering.submit(session, county.buyer, purchase.id, START)
    assert available(session, county.mushrooms.batch_id) == 1000
    ordering.approve(session, county.approver, purchase.id, START)
    assert available(session, county.mushrooms.batch_id) == 993


def test_completion_moves_money_quota_and_villages_together(
    session: Session, county: County
) -> None:
    _purchase, orders = completed(session, county, county.wish((county.mushrooms, 20)))
    assert orders[0].state == "COMPLETED"
    sold = 20 * 6_403
    assert balance_of(session, ESCROW) == sold
    assert balance_of(session, producer_account(county.producer_id)) == -sold
    assert balance_of(session, pending_account(county.producer_id)) == 0
    assert balance_of(session, buyer_account(county.unit_id, 0)) == 0
    assert unit_year(session, county.unit_id, 2026, TODAY).rules[0].counted_fen == sold
    villages = {
        part.part_key: part.amount_fen for part in parts_of(session, "county", "420304", "village")
    }
    assert villages == {HUIGOU: 42_687, YUNCAI: 85_373}
    assert total_of(session, "county", "420304").amount_fen == sum(villages.values()) == sold
    assert reconcile(session) == []


def test_case_6_only_certified_lines_of_a_basket_count(session: Session, county: County) -> None:
    wish = county.wish((county.mushrooms, 10), (county.oil, 5))
    completed(session, county, wish)
    assert unit_year(session, county.unit_id, 2026, TODAY).rules[0].counted_fen == 64_030
    assert total_of(session, "producer", str(county.producer_id)).amount_fen == 64_030 + 49_500


def test_the_buyer_cannot_approve_their_own_purchase(session: Session, county: County) -> None:
    purchase = ordering.draft_purchase(
        session, county.buyer, county.wish((county.mushrooms, 1)), START
    )
    ordering.submit(session, county.buyer, purchase.id, START)
    with pytest.raises(Forbidden):
        ordering.approve(session, county.buyer, purchase.id, START)
    assert purchase.state == "IN_APPROVAL"


def test_four_eyes_hold_even_for_a_buyer_who_may_approve(session: Session, county: County) -> None:
    both = person(
        session,
        "both@test",
        ("UNIT", county.unit_id, "BUYER"),
        ("UNIT", county.unit_id, "APPROVER"),
    )
    wish = county.wish((county.mushrooms, 1))
    purchase = ordering.draft_purchase(session, both, wish, START)
    ordering.submit(session, both, purchase.id, START)
    with pytest.raises(OwnPurchase):
        ordering.approve(session, both, purchase.id, START)


def test_a_large_order_is_accepted_by_someone_else_than_the_buyer(
    session: Session, county: County
) -> None:
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 200)))
    delivered(session, county, order)
    verdicts = (LineVerdict(lines_of(session, order.id)[0].id, 200),)
    with pytest.raises(OwnAcceptance):
        ordering.accept(session, county.buyer, order.id, verdicts, START)
    assert ordering.accept(session, county.finance, order.id, verdicts, START).state == "ACCEPTED"


def test_another_units_order_does_not_exist(session: Session, county: County) -> None:
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 1)))
    with pytest.raises(NotFound):
        ordering.cancel_purchase(session, county.stranger, purchase.id, "x", START)
    with pytest.raises(NotFound):
        ordering.receive(session, county.stranger, order.id, START)
    with pytest.raises(NotFound):
        ordering.confirm(session, county.other_clerk, order.id, None, START)


def test_a_unit_one_is_no_member_of_does_not_exist(session: Session, county: County) -> None:
    wish = county.wish((county.mushrooms, 1))
    with pytest.raises(NotFound):
        ordering.draft_purchase(session, county.stranger, wish, START)
    with pytest.raises(Forbidden):
        ordering.draft_purchase(session, county.approver, wish, START)


def test_an_order_cannot_be_accepted_twice(session: Session, county: County) -> None:
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 9)))
    accepted(session, county, order)
    paid(session, county, purchase)
    entries = session.scalar(select(func.count()).select_from(AttributionEntry))
    line_id = lines_of(session, order.id)[0].id
    same = (LineVerdict(line_id, 9, 0, ""),)
    assert ordering.accept(session, county.approver, order.id, same, START).state == "COMPLETED"
    other = (LineVerdict(line_id, 3, 6, "x"),)
    with pytest.raises(WrongState):
        ordering.accept(session, county.approver, order.id, other, START)
    assert lines_of(session, order.id)[0].accepted_quantity == 9
    assert session.scalar(select(func.count()).select_from(AttributionEntry)) == entries


def test_case_5_only_what_was_accepted_is_owed_and_counts(session: Session, county: County) -> None:
    purchase, (order,) = placed(
        session, county, county.wish((county.mushrooms, 10), terms="PREPAY")
    )
    ordering.confirm(session, county.clerk, order.id, None, START)
    paid(session, county, purchase)
    ordering.ship(session, county.clerk, order.id, Parcel("邮政", "1"), START)
    line = lines_of(session, order.id)[0]
    verdict = LineVerdict(line.id, 7, 2, "两袋受潮,一袋未到")
    ordering.accept(session, county.approver, order.id, (verdict,), START)
    assert (order.state, order.payable_fen, order.refunded_fen) == (
        "COMPLETED",
        7 * 6_403,
        3 * 6_403,
    )
    assert order.payment_state == "PART_REFUNDED"
    assert balance_of(session, credit_account(county.unit_id, 0)) == -3 * 6_403
    assert balance_of(session, buyer_account(county.unit_id, 0)) == 0
    assert unit_year(session, county.unit_id, 2026, TODAY).rules[0].counted_fen == 7 * 6_403
    assert reconcile(session) == []


def test_rejecting_packs_needs_a_reason(session: Session, county: County) -> None:
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 10)))
    delivered(session, county, order)
    verdict = LineVerdict(lines_of(session, order.id)[0].id, 7, 3, "  ")
    with pytest.raises(ReasonNeeded):
        ordering.accept(session, county.approver, order.id, (verdict,), START)


def test_a_prepaid_order_waits_for_its_money(session: Session, county: County) -> None:
    _purchase, (order,) = placed(
        session, county, county.wish((county.mushrooms, 1), terms="PREPAY")
    )
    ordering.confirm(session, county.clerk, order.id, None, START)
    with pytest.raises(NotPaid):
        ordering.ship(session, county.clerk, order.id, Parcel("邮政", "1"), START)
    assert order.state == "CONFIRMED"


def test_goods_leave_in_parts(session: Session, county: County) -> None:
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 10)))
    ordering.confirm(session, county.clerk, order.id, None, START)
    line = lines_of(session, order.id)[0]
    part = Parcel("邮政", "1", (ParcelLine(line.id, 4),))
    ordering.ship(session, county.clerk, order.id, part, START)
    assert (order.shipment_state, line.shipped_quantity) == ("PART", 4)
    ordering.ship(session, county.clerk, order.id, part, START)
    assert line.shipped_quantity == 4
    ordering.ship(session, county.clerk, order.id, Parcel("邮政", "2"), START)
    session.refresh(line)
    assert (order.shipment_state, line.shipped_quantity) == ("SHIPPED", 10)
    assert reconcile(session) == []


def test_a_wrong_step_names_the_present_state(session: Session, county: County) -> None:
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 1)))
    with pytest.raises(WrongState) as refused:
        ordering.receive(session, county.buyer, order.id, START)
    assert refused.value.params == {"state": "PLACED"}


@pytest.mark.parametrize("packs", [0, -1, 10**9])
def test_case_18_impossible_quantities_are_refused_by_field(
    session: Session, county: County, packs: int
) -> None:
    wish = county.wish((county.noodles, 1), (county.mushrooms, packs))
    with pytest.raises(InvalidInput) as refused:
        ordering.draft_purchase(session, county.buyer, wish, START)
    assert [error.field for error in refused.value.errors] == ["lines.1.quantity"]


def test_a_recognition_that_follows_another_holds_from_midnight_on(
    session: Session, county: County
) -> None:
    """Lists take it up within the hour; what is ordered before counts all the same."""
    for number, year in (("鄂扶 A", 2026), ("鄂扶 B", 2027)):
        paper = Certificate(number, "郧阳区", date(year, 1, 1), date(year, 12, 31))
        certify(session, county.oil.product_id, paper, START)
    new_year = datetime(2026, 12, 31, 16, 10, tzinfo=UTC)
    _purchase, (order,) = placed(session, county, county.wish((county.oil, 1)), new_year)
    (line,) = lines_of(session, order.id)
    assert (line.is_certified, line.snapshot["certification"]) == (True, "鄂扶 B")


def test_every_step_leaves_an_event(session: Session, county: County) -> None:
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 1)))
    kinds = session.scalars(
        select(OrderEvent.kind).where(OrderEvent.order_id == order.id).order_by(OrderEvent.id)
    ).all()
    assert kinds == [
        "PLACED", "CONFIRMED", "SHIPPED", "RECEIVED", "ACCEPTED", "PAID", "COMPLETED",
    ]  # fmt: skip
    assert session.get_one(Order, order.id).completed_at == START
