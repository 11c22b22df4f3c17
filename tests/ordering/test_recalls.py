"""A recall stops the sale at once, replaces what has not left, and prepares what is paid back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from marketplace.audit.models import AuditEntry
from marketplace.catalogue.commands import receive_batch
from marketplace.catalogue.models import Batch
from marketplace.catalogue.queries import get_traced_batch, variants_for
from marketplace.catalogue.rules import InsufficientStock, OriginShare, ReceivedBatch
from marketplace.core.errors import NotFound
from marketplace.core.paging import PageRequest
from marketplace.notices.models import Notice
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.letters import write_letters
from marketplace.ordering.commands.notify import NOTIFY_JOB
from marketplace.ordering.commands.recalls import (
    SETTLE_JOB,
    SPREAD_JOB,
    recall_batch,
    settle_recall,
    spread_recall,
)
from marketplace.ordering.models import (
    OrderEvent,
    OrderLineBatch,
    OrderLineOrigin,
    Refund,
)
from marketplace.ordering.queries.recalls import list_lines_with
from marketplace.ordering.rules import LineVerdict, Parcel, ParcelLine, RefundedLine, RefundWish
from marketplace.ordering.rules.recalls import RecalledInside
from marketplace.ordering.rules.refusals import ReasonNeeded, WrongLines
from marketplace.ordering.rules.wishes import SentParcel
from marketplace.outbox.models import OutboxMessage
from marketplace.reports.queries import reconcile
from tests.county import HUIGOU, START
from tests.ordering.gifts import ids_of, placed_gifts
from tests.ordering.gifts import person as gift_person
from tests.ordering.steps import accepted, completed, delivered, lines_of, orders_of, placed

TODAY = date(2026, 11, 23)
WHY = "抽检农残超标"


def messages(session, job):
    wanted = select(OutboxMessage).where(OutboxMessage.job == job).order_by(OutboxMessage.id)
    return list(session.scalars(wanted))


def recalled(session, county, who=None, goods=None):
    """Recalled, and every job that follows done."""
    batch_id = (goods or county.mushrooms).batch_id
    recall_batch(session, who or county.operator, batch_id, WHY, START)
    session.flush()
    for message in messages(session, SPREAD_JOB):
        spread_recall(session, message.payload, START)
    for message in messages(session, SETTLE_JOB):
        settle_recall(session, message.payload, START)
    for message in messages(session, NOTIFY_JOB):
        write_letters(session, message.payload, START)
    session.flush()
    session.expire_all()


def more(session, county, quantity=500, code="NEW-1"):
    """Another batch of the same pack, all of it from one village."""
    variant_id = county.mushrooms.variant_id
    origin = (OriginShare(HUIGOU, 1_000_000),)
    received = ReceivedBatch(variant_id, code, date(2026, 11, 2), 365, quantity, origin)
    return receive_batch(session, received, START)


def batch(session, county):
    return session.get_one(Batch, county.mushrooms.batch_id)


def told(session, person):
    rows = session.scalars(select(Notice).where(Notice.person_id == person.person_id))
    return {row.kind for row in rows}


def events(session, order_id):
    wanted = select(OrderEvent).where(OrderEvent.order_id == order_id).order_by(OrderEvent.id)
    return [event for event in session.scalars(wanted) if event.kind == "BATCH_RECALLED"]


def test_nothing_of_a_recalled_batch_is_sold_any_more(session, county):
    recalled(session, county)
    variant = county.mushrooms.variant_id
    assert variants_for(session, [variant], TODAY)[variant].available == 0
    with pytest.raises(InsufficientStock):
        placed(session, county, county.wish((county.mushrooms, 1)))
    traced = get_traced_batch(session, batch(session, county).code, TODAY)
    assert not traced.batch.is_for_sale
    assert traced.batch.recall_reason == WHY


def test_what_has_not_left_comes_from_another_batch_with_its_villages(session, county):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 10)))
    other = more(session, county)
    recalled(session, county)
    (line,) = lines_of(session, order.id)
    parts = {
        part.batch_id: (part.quantity, part.released_quantity)
        for part in session.scalars(select(OrderLineBatch).filter_by(order_line_id=line.id))
    }
    assert parts == {county.mushrooms.batch_id: (10, 10), other.id: (10, 0)}
    origins = session.scalars(select(OrderLineOrigin).filter_by(order_line_id=line.id)).all()
    assert [(one.village_code, one.weight) for one in origins] == [(HUIGOU, 10_000_000)]
    assert batch(session, county).quantity_reserved == 0
    assert "batch_replaced" in told(session, county.buyer)
    assert events(session, order.id)[0].facts["replaced"] == 10
    accepted(session, county, order)
    assert reconcile(session) == []


def test_an_order_that_nothing_can_serve_is_cancelled_and_its_buyer_told(session, county):
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 10)))
    recalled(session, county)
    assert (order.state, order.payable_fen) == ("CANCELLED", 0)
    assert purchase.state == "CANCELLED"
    assert "order_unserved" in told(session, county.buyer)
    assert batch(session, county).quantity_reserved == 0
    assert reconcile(session) == []


def test_the_other_lines_are_sent_and_what_lacks_is_short(session, county):
    _purchase, orders = placed(
        session, county, county.wish((county.mushrooms, 10), (county.oil, 2))
    )
    order = next(one for one in orders if one.producer_id == county.producer_id)
    recalled(session, county)
    assert order.state == "PLACED"
    ordering.confirm(session, county.clerk, order.id, None, START)
    mushrooms, oil = lines_of(session, order.id)
    parcel = Parcel("邮政", "A", (ParcelLine(mushrooms.id, 1),))
    with pytest.raises(WrongLines):
        ordering.ship(session, county.clerk, order.id, parcel, START)
    ordering.ship(session, county.clerk, order.id, Parcel("邮政", "B"), START)
    assert (mushrooms.shipped_quantity, oil.shipped_quantity) == (0, 2)
    with pytest.raises(RecalledInside):
        ordering.ship(session, county.clerk, order.id, Parcel("邮政", "C"), START)
    verdicts = (LineVerdict(oil.id, 2),)
    ordering.accept(session, county.approver, order.id, verdicts, START)
    assert order.payable_fen == 2 * county.oil.price_fen + order.freight_fen
    assert batch(session, county).quantity_reserved == 0
    assert reconcile(session) == []


def test_nothing_of_the_batch_leaves_before_the_order_is_settled(session, county):
    """The sale has stopped, the job has not come yet, and the producer is about to ship."""
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 10)))
    ordering.confirm(session, county.clerk, order.id, None, START)
    recall_batch(session, county.clerk, county.mushrooms.batch_id, WHY, START)
    with pytest.raises(RecalledInside):
        ordering.ship(session, county.clerk, order.id, Parcel("邮政", "A"), START)


def test_what_is_on_its_way_is_told_and_can_be_rejected(session, county):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 10)))
    delivered(session, county, order)
    recalled(session, county)
    assert "batch_recalled" in told(session, county.buyer)
    assert "batch_recalled" in told(session, county.approver)
    (line,) = lines_of(session, order.id)
    verdicts = (LineVerdict(line.id, 0, 10, "批次召回"),)
    ordering.accept(session, county.approver, order.id, verdicts, START)
    assert order.payable_fen == 0
    assert session.scalars(select(Refund)).all() == []


def test_what_was_accepted_is_to_be_paid_back_and_needs_approval_only(session, county):
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 10)))
    # Long after the time for complaints has passed.
    later = START + timedelta(days=90)
    recalled(session, county)
    (refund,) = session.scalars(select(Refund)).all()
    assert (refund.state, refund.stage, refund.amount_fen) == ("REQUESTED", "MEDIATION", 64_030)
    assert refund.ground == "QUALITY"
    assert WHY in refund.reason
    assert order.after_sale_state == "IN_MEDIATION"
    ordering.approve_refund(session, county.operator, refund.id, later)
    assert order.refunded_fen == 64_030
    assert reconcile(session) == []


def test_packs_that_were_given_back_before_are_not_paid_twice(session, county):
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 10)))
    (line,) = lines_of(session, order.id)
    wish = ordering_wish(line.id, 4)
    first = ordering.request_refund(session, county.buyer, order.id, wish, START)
    ordering.approve_refund(session, county.clerk, first.id, START)
    ordering.request_refund(session, county.buyer, order.id, ordering_wish(line.id, 1), START)
    recalled(session, county)
    refunds = session.scalars(select(Refund).order_by(Refund.id)).all()
    assert [one.amount_fen for one in refunds] == [4 * 6_403, 6_403, 5 * 6_403]


def test_an_amount_that_was_given_back_leaves_nothing_to_pay(session, county):
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 10)))
    wish = RefundWish((), amount_fen=64_030, reason="全额退")
    first = ordering.request_refund(session, county.buyer, order.id, wish, START)
    ordering.approve_refund(session, county.clerk, first.id, START)
    recalled(session, county)
    assert len(session.scalars(select(Refund)).all()) == 1


def ordering_wish(line_id, packs):
    return RefundWish((RefundedLine(line_id, packs),), reason="有霉味")


def test_a_second_recall_and_a_second_job_change_nothing(session, county):
    completed(session, county, county.wish((county.mushrooms, 10)))
    placed(session, county, county.wish((county.mushrooms, 3)))
    more(session, county)
    recalled(session, county)
    before = [(one.id, one.state) for one in session.scalars(select(Refund))]
    recall_batch(session, county.clerk, county.mushrooms.batch_id, "另一个原因", START)
    for message in messages(session, SETTLE_JOB):
        settle_recall(session, message.payload, START)
    assert [(one.id, one.state) for one in session.scalars(select(Refund))] == before
    assert batch(session, county).recall_reason == WHY
    assert reconcile(session) == []


def test_producers_recall_their_own_and_the_centre_any(session, county):
    for stranger in (county.other_clerk, county.buyer, county.shopper, county.auditor):
        with pytest.raises(NotFound):
            recall_batch(session, stranger, county.mushrooms.batch_id, WHY, START)
    with pytest.raises(NotFound):
        recall_batch(session, county.operator, 10**12, WHY, START)
    with pytest.raises(ReasonNeeded):
        recall_batch(session, county.clerk, county.mushrooms.batch_id, " ", START)
    recall_batch(session, county.clerk, county.mushrooms.batch_id, WHY, START)
    entry = session.scalars(select(AuditEntry).filter_by(action="batch.recalled")).one()
    assert entry.actor_id == county.clerk.person_id


def test_every_line_with_the_batch_is_listed(session, county):
    _p, (first,) = completed(session, county, county.wish((county.mushrooms, 10)))
    purchase, (second,) = placed(session, county, county.wish((county.mushrooms, 3)))
    ordering.draft_purchase(session, county.buyer, county.wish((county.mushrooms, 1)), START)
    listed = list_lines_with(session, county.mushrooms.batch_id, PageRequest())
    assert [(one.order_id, one.packs, one.shipped) for one in listed.items] == [
        (second.id, 3, 0),
        (first.id, 10, 10),
    ]
    assert orders_of(session, purchase.id) == [second]
    assert listed.items[0].unit_name == "区财政局"


def test_a_list_of_people_is_cancelled_where_somebody_would_go_without(session, county):
    wang = gift_person("王芳", (county.mushrooms, 2), (county.oil, 1))
    purchase = placed_gifts(session, county, wang)
    (order,) = orders_of(session, purchase.id)
    recalled(session, county)
    assert order.state == "CANCELLED"
    assert reconcile(session) == []


def test_the_rest_of_a_list_that_has_left_in_part_may_not_leave(session, county):
    people = [gift_person(name, (county.mushrooms, 2)) for name in ("王芳", "李强")]
    purchase = placed_gifts(session, county, *people)
    (order,) = orders_of(session, purchase.id)
    ordering.confirm(session, county.clerk, order.id, None, START)
    first, second = ids_of(session, purchase.id)
    sent = [SentParcel("邮政", "E1", (first,))]
    ordering.send_parcels(session, county.clerk, order.id, sent, START)
    recalled(session, county)
    assert order.state == "SHIPPED"
    rest = [SentParcel("邮政", "E2", (second,))]
    with pytest.raises(RecalledInside):
        ordering.send_parcels(session, county.clerk, order.id, rest, START)


def test_what_left_in_part_is_replaced_in_part_and_each_batch_keeps_its_villages(session, county):
    _purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 10)))
    ordering.confirm(session, county.clerk, order.id, None, START)
    (line,) = lines_of(session, order.id)
    parcel = Parcel("邮政", "A", (ParcelLine(line.id, 4),))
    ordering.ship(session, county.clerk, order.id, parcel, START)
    other = more(session, county)
    recalled(session, county)
    weights: dict[int, int] = {}
    for one in session.scalars(select(OrderLineOrigin).filter_by(order_line_id=line.id)):
        weights[one.batch_id] = weights.get(one.batch_id, 0) + one.weight
    assert weights == {county.mushrooms.batch_id: 4_000_000, other.id: 6_000_000}
    ordering.ship(session, county.clerk, order.id, Parcel("邮政", "B"), START)
    ordering.receive(session, county.buyer, order.id, START)
    ordering.accept(session, county.approver, order.id, (LineVerdict(line.id, 10),), START)
    assert {"batch_recalled"} <= told(session, county.buyer)
    assert reconcile(session) == []
