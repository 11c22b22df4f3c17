"""Sending less than was ordered, with the buyer's consent."""

import pytest
from sqlalchemy import select

from marketplace.catalogue.models import Batch
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.notices.rules import OpenNotice
from marketplace.ordering import commands as ordering
from marketplace.ordering.commands.short import (
    agree_short,
    ask_short,
    refuse_short,
    withdraw_short,
)
from marketplace.ordering.models import Purchase, ShortRequest
from marketplace.ordering.queries.open_matters import CHECKS
from marketplace.ordering.rules import LineVerdict, Parcel, ParcelLine, ReasonNeeded, WrongState
from marketplace.ordering.rules.short import (
    AllShort,
    ShortAnswered,
    ShortAsked,
    ShortOfPeople,
    ShortOutdated,
    ShortWish,
)
from marketplace.reports.queries import reconcile, unit_year
from tests.county import START
from tests.ordering.gifts import person as listed
from tests.ordering.gifts import placed_gifts
from tests.ordering.steps import lines_of, orders_of, paid, placed
from tests.ordering.test_recalls import recalled

TODAY = START.date()


@pytest.fixture
def order(session, county):
    """Taken on by its producer: five packs of mushrooms and two of oil."""
    wish = county.wish((county.mushrooms, 5), (county.oil, 2))
    purchase, _orders = placed(session, county, wish)
    (only,) = orders_of(session, purchase.id)
    return ordering.confirm(session, county.clerk, only.id, None, START)


def ask(session, county, order, *packs, reason="连阴雨,烘干不及"):
    lines = lines_of(session, order.id)
    wish = ShortWish({line.id: number for line, number in zip(lines, packs, strict=False)}, reason)
    return ask_short(session, county.clerk, order.id, wish, START)


def reserved(session, county):
    batch = session.get_one(Batch, county.mushrooms.batch_id)
    session.refresh(batch)
    return batch.quantity_reserved


def test_what_is_agreed_to_be_short_is_stock_again_and_the_rest_is_whole(session, county, order):
    request = ask(session, county, order, 2)
    assert reserved(session, county) == 5
    agree_short(session, county.buyer, request.id, START)
    assert reserved(session, county) == 3
    ordering.ship(session, county.clerk, order.id, Parcel("邮政", "EMS1"), START)
    assert order.shipment_state == "SHIPPED"
    first, second = lines_of(session, order.id)
    assert (first.shipped_quantity, second.shipped_quantity) == (3, 2)
    verdicts = (LineVerdict(first.id, 3), LineVerdict(second.id, 2))
    ordering.accept(session, county.approver, order.id, verdicts, START)
    assert order.payable_fen == 3 * 6_403 + 2 * 9_900 + order.freight_fen
    paid(session, county, session.get_one(Purchase, order.purchase_id))
    year = unit_year(session, county.unit_id, 2026, TODAY)
    # The oil has no certificate: it is sold, and the rule does not count it.
    assert year.rules[0].counted_fen == 3 * 6_403
    assert reconcile(session) == []


def test_what_had_left_before_is_whole_as_soon_as_it_is_agreed(session, county, order):
    first, second = lines_of(session, order.id)
    parcel = Parcel("邮政", "EMS1", (ParcelLine(first.id, 4), ParcelLine(second.id, 2)))
    ordering.ship(session, county.clerk, order.id, parcel, START)
    assert order.shipment_state == "PART"
    agree_short(session, county.approver, ask(session, county, order, 1).id, START)
    assert order.shipment_state == "SHIPPED"
    with pytest.raises(WrongState):
        ordering.ship(session, county.clerk, order.id, Parcel("邮政", "EMS2"), START)


def test_a_second_click_changes_nothing(session, county, order):
    request = ask(session, county, order, 2)
    assert ask(session, county, order, 2).id == request.id
    for _ in range(2):
        agree_short(session, county.buyer, request.id, START)
    assert lines_of(session, order.id)[0].short_quantity == 2
    assert reserved(session, county) == 3
    with pytest.raises(ShortAnswered):
        refuse_short(session, county.buyer, request.id, "要齐", START)
    with pytest.raises(ShortAnswered):
        withdraw_short(session, county.clerk, request.id, START)


def test_one_request_at_a_time_and_another_after_it_was_answered(session, county, order):
    request = ask(session, county, order, 2)
    with pytest.raises(ShortAsked):
        ask(session, county, order, 1)
    for _ in range(2):
        refuse_short(session, county.buyer, request.id, "要齐", START)
    again = ask(session, county, order, 1)
    for _ in range(2):
        withdraw_short(session, county.clerk, again.id, START)
    with pytest.raises(ShortAnswered):
        agree_short(session, county.buyer, again.id, START)
    states = session.scalars(select(ShortRequest.state).order_by(ShortRequest.id)).all()
    assert states == ["REFUSED", "WITHDRAWN"]
    assert reserved(session, county) == 5


@pytest.mark.parametrize("packs", [(6,), (-1,), (0, 3)])
def test_more_than_is_left_is_refused_by_line(session, county, order, packs):
    with pytest.raises(InvalidInput):
        ask(session, county, order, *packs)


def test_nothing_everything_or_no_reason_is_refused(session, county, order):
    with pytest.raises(InvalidInput):
        ask(session, county, order, 0, 0)
    with pytest.raises(AllShort):
        ask(session, county, order, 5, 2)
    with pytest.raises(ReasonNeeded):
        ask(session, county, order, 1, reason="  ")


def test_goods_that_left_meanwhile_make_the_request_outdated(session, county, order):
    request = ask(session, county, order, 2)
    ordering.ship(session, county.clerk, order.id, Parcel("邮政", "EMS1"), START)
    with pytest.raises(ShortOutdated):
        agree_short(session, county.buyer, request.id, START)


def test_only_the_two_sides_ask_and_answer(session, county, order):
    request = ask(session, county, order, 2)
    wish = ShortWish({lines_of(session, order.id)[0].id: 1}, "x")
    for other in (county.other_clerk, county.stranger):
        with pytest.raises((Forbidden, NotFound)):
            ask_short(session, other, order.id, wish, START)
        with pytest.raises((Forbidden, NotFound)):
            agree_short(session, other, request.id, START)
        with pytest.raises((Forbidden, NotFound)):
            withdraw_short(session, other, request.id, START)
    with pytest.raises(Forbidden):
        ask_short(session, county.buyer, order.id, wish, START)
    with pytest.raises(Forbidden):
        agree_short(session, county.clerk, request.id, START)
    with pytest.raises(NotFound):
        agree_short(session, county.buyer, 999, START)


def test_an_order_by_staff_list_is_not_sent_short(session, county):
    purchase = placed_gifts(session, county, listed("王小明", (county.mushrooms, 2)))
    (order,) = orders_of(session, purchase.id)
    ordering.confirm(session, county.clerk, order.id, None, START)
    with pytest.raises(ShortOfPeople):
        ask(session, county, order, 1)


def test_the_buyer_is_asked_until_there_is_an_answer(session, county, order):
    request = ask(session, county, order, 2)
    notice = OpenNotice(1, county.buyer.person_id, "short_asked", request.id, {})
    assert CHECKS["short_asked"](session, [notice], START) == {1}
    agree_short(session, county.buyer, request.id, START)
    assert CHECKS["short_asked"](session, [notice], START) == set()


def test_recalled_packs_are_the_first_that_are_agreed_to_be_short(session, county, order):
    """Five packs of a recalled batch cannot leave: the oil goes out, and they are given up."""
    recalled(session, county)
    session.refresh(order)
    assert order.state == "CONFIRMED"
    ordering.ship(session, county.clerk, order.id, Parcel("邮政", "EMS1"), START)
    assert [line.shipped_quantity for line in lines_of(session, order.id)] == [0, 2]
    agree_short(session, county.buyer, ask(session, county, order, 5).id, START)
    session.refresh(order)
    assert order.shipment_state == "SHIPPED"
    assert reserved(session, county) == 0
    first, second = lines_of(session, order.id)
    ordering.accept(session, county.approver, order.id, (LineVerdict(second.id, 2),), START)
    assert order.payable_fen == 2 * 9_900 + order.freight_fen
    assert (first.accepted_fen, reconcile(session)) == (0, [])


def test_nothing_is_left_of_an_order_whose_rest_is_recalled(session, county):
    purchase, _orders = placed(session, county, county.wish((county.mushrooms, 5)))
    (only,) = orders_of(session, purchase.id)
    ordering.confirm(session, county.clerk, only.id, None, START)
    agree_short(session, county.buyer, ask(session, county, only, 2).id, START)
    recalled(session, county)
    session.refresh(only)
    assert only.state == "CANCELLED"
    assert (reserved(session, county), reconcile(session)) == (0, [])
