"""A staff list is one purchase: its lines are the sums, and every pack has someone's name on it."""

import pytest
from sqlalchemy import select, update

from marketplace.catalogue.commands import change_price
from marketplace.core.errors import Forbidden, InvalidInput, NotFound
from marketplace.ordering import commands as ordering
from marketplace.ordering.models import RecipientPack, Shipment
from marketplace.ordering.queries import get_order, get_purchase
from marketplace.ordering.queries.gift_proof import lists_that_disagree
from marketplace.ordering.queries.gifts import addresses_of, people_of_order, people_of_purchase
from marketplace.ordering.rules import (
    NotPaid,
    Parcel,
    ParcelLine,
    PurchaseChange,
    WishedLine,
    WrongState,
)
from marketplace.ordering.rules.gifts import MOST_RECIPIENTS
from marketplace.ordering.rules.recipients import (
    AlreadySent,
    AmountExceeded,
    LinesFromList,
    SentByPeople,
)
from marketplace.ordering.rules.wishes import SentParcel
from marketplace.producers.commands import set_freight
from marketplace.producers.rules import Carriage, Tariff
from tests.county import CONSIGNEE, START
from tests.ordering.gifts import HOME, gift_wish, ids_of, person, placed_gifts
from tests.ordering.steps import completed, lines_of, orders_of


@pytest.fixture
def people(county):
    return (
        person("王小明", (county.mushrooms, 1), (county.noodles, 2)),
        person("李梅", (county.mushrooms, 2), address=HOME),
        person("赵强", (county.noodles, 1)),
    )


def packs_by_line(session, purchase_id):
    lines = [
        line for order in orders_of(session, purchase_id) for line in lines_of(session, order.id)
    ]
    return {line.variant_id: line.quantity for line in lines}


def confirmed(session, county, purchase):
    """The orders of a purchase, taken on by their producers."""
    orders = orders_of(session, purchase.id)
    for order in orders:
        clerk = county.clerk if order.producer_id == county.producer_id else county.other_clerk
        ordering.confirm(session, clerk, order.id, None, START)
    return orders


def test_lines_are_the_sums_over_the_people(session, county, people):
    purchase = ordering.draft_gifts(session, county.buyer, gift_wish(county, *people), START)
    session.commit()
    assert packs_by_line(session, purchase.id) == {
        county.mushrooms.variant_id: 3,
        county.noodles.variant_id: 3,
    }
    view = get_purchase(session, county.buyer, purchase.id)
    listed = people_of_purchase(session, county.buyer, view)
    assert [(one.name, one.quantity, one.sum_fen) for one in listed] == [
        ("王小明", 3, 6_403 + 2 * 1_999),
        ("李梅", 2, 2 * 6_403),
        ("赵强", 1, 1_999),
    ]
    assert sum(one.sum_fen for one in listed) == view.goods_fen
    assert [one.where for one in listed] == [CONSIGNEE.address, HOME, CONSIGNEE.address]
    assert lists_that_disagree(session) == []


def test_freight_is_the_sum_over_distinct_addresses(session, county, people):
    flat = Carriage(first_fen=800, free_from_fen=12_000)
    far = Carriage(regions=("武汉",), basis="PIECE", first_fen=1_000, step_fen=300)
    set_freight(session, county.clerk, county.producer_id, Tariff(flat, (far,)), START)
    twice = (*people, person("周洁", (county.mushrooms, 1), address=HOME))
    purchase = ordering.draft_gifts(session, county.buyer, gift_wish(county, *twice), START)
    first, second = orders_of(session, purchase.id)
    # One pack to the unit, below the value that is carried for nothing; three to one address.
    assert first.freight_fen == 800 + 1_000 + 2 * 300
    assert purchase.freight_fen == first.freight_fen + second.freight_fen
    assert addresses_of(session, purchase.id) == {first.id: 2, second.id: 1}
    ordering.submit(session, county.buyer, purchase.id, START)
    assert first.freight_fen == 2_400


def test_a_draft_takes_another_list_as_a_whole(session, county, people):
    purchase = ordering.draft_gifts(session, county.buyer, gift_wish(county, *people), START)
    other = gift_wish(county, person("孙丽", (county.oil, 4)), terms="PREPAY")
    ordering.replace_gifts(session, county.buyer, purchase.id, other, START)
    session.commit()
    assert packs_by_line(session, purchase.id) == {county.oil.variant_id: 4}
    assert len(ids_of(session, purchase.id)) == 1
    assert purchase.payment_terms == "PREPAY"
    assert purchase.goods_fen == 4 * county.oil.price_fen


def test_what_was_submitted_is_frozen(session, county, people):
    purchase = ordering.draft_gifts(session, county.buyer, gift_wish(county, *people), START)
    ordering.submit(session, county.buyer, purchase.id, START)
    with pytest.raises(WrongState):
        ordering.replace_gifts(
            session, county.buyer, purchase.id, gift_wish(county, people[0]), START
        )


def test_lines_of_a_list_are_not_changed_past_it(session, county, people):
    purchase = ordering.draft_gifts(session, county.buyer, gift_wish(county, *people), START)
    change = PurchaseChange(lines=(WishedLine(county.oil.variant_id, 1),))
    with pytest.raises(LinesFromList):
        ordering.change_draft(session, county.buyer, purchase.id, change, START)


def test_only_the_units_buyer_buys_by_list(session, county, people):
    with pytest.raises(NotFound):
        ordering.draft_gifts(session, county.stranger, gift_wish(county, *people), START)
    with pytest.raises(Forbidden):
        ordering.draft_gifts(session, county.approver, gift_wish(county, *people), START)


@pytest.mark.parametrize("number", [0, MOST_RECIPIENTS + 1])
def test_nobody_and_too_many_are_refused_by_name(session, county, number):
    crowd = [person(f"职工{place}", (county.noodles, 1)) for place in range(number)]
    with pytest.raises(InvalidInput):
        ordering.draft_gifts(session, county.buyer, gift_wish(county, *crowd), START)


def test_a_gift_that_became_dearer_than_its_amount_is_not_submitted(session, county):
    modest = person("王小明", (county.noodles, 3), amount_fen=6_000)
    purchase = ordering.draft_gifts(session, county.buyer, gift_wish(county, modest), START)
    change_price(session, county.noodles.variant_id, 2_001, START)
    with pytest.raises(AmountExceeded):
        ordering.submit(session, county.buyer, purchase.id, START)


def test_an_address_is_corrected_until_the_parcel_has_left(session, county, people):
    purchase = placed_gifts(session, county, *people)
    first, second = confirmed(session, county, purchase)
    wang, _li, _zhao = ids_of(session, purchase.id)
    new = ("13700001111", "城关镇新家 1 号")
    ordering.correct_address(session, county.buyer, wang, new, START)
    ordering.send_parcels(
        session, county.clerk, first.id, [SentParcel("邮政", "E1", (wang,))], START
    )
    # The noodles are still with the other producer.
    ordering.correct_address(session, county.finance, wang, ("13700001111", HOME), START)
    seen = people_of_order(session, county.buyer, get_order(session, county.buyer, first.id))
    assert seen[0].where == "城关镇新家 1 号"
    seen = people_of_order(session, county.buyer, get_order(session, county.buyer, second.id))
    assert (seen[0].where, seen[0].corrected_at) == (HOME, START)
    ordering.send_parcels(
        session, county.other_clerk, second.id, [SentParcel("邮政", "E2", (wang,))], START
    )
    with pytest.raises(AlreadySent):
        ordering.correct_address(session, county.buyer, wang, new, START)
    with pytest.raises(NotFound):
        ordering.correct_address(session, county.stranger, wang, new, START)
    with pytest.raises(Forbidden):
        ordering.correct_address(session, county.clerk, wang, new, START)


def test_many_parcels_leave_at_once_and_a_second_time_changes_nothing(session, county, people):
    purchase = placed_gifts(session, county, *people)
    first, _second = confirmed(session, county, purchase)
    wang, li, _zhao = ids_of(session, purchase.id)
    part = [SentParcel("邮政", "E1", (wang,))]
    ordering.send_parcels(session, county.clerk, first.id, part, START)
    session.commit()
    assert (first.state, first.shipment_state) == ("SHIPPED", "PART")
    whole = [*part, SentParcel("顺丰", "S1", (li,))]
    for _time in range(2):
        ordering.send_parcels(session, county.clerk, first.id, whole, START)
        session.commit()
    assert first.shipment_state == "SHIPPED"
    numbers = session.scalars(select(Shipment.tracking).where(Shipment.order_id == first.id))
    assert list(numbers) == ["E1", "S1"]
    assert lists_that_disagree(session) == []
    events = [event.kind for event in get_order(session, county.clerk, first.id).events]
    assert events.count("GIFTS_SENT") == 2


def test_an_order_is_also_shipped_whole_in_one_parcel(session, county, people):
    purchase = placed_gifts(session, county, *people)
    first, _second = confirmed(session, county, purchase)
    (line,) = lines_of(session, first.id)
    with pytest.raises(SentByPeople):
        ordering.ship(
            session, county.clerk, first.id, Parcel("邮政", "E1", (ParcelLine(line.id, 1),)), START
        )
    session.rollback()
    first, _second = confirmed(session, county, placed_gifts(session, county, *people))
    ordering.ship(session, county.clerk, first.id, Parcel("邮政", "E1"), START)
    session.commit()
    seen = people_of_order(session, county.clerk, get_order(session, county.clerk, first.id))
    assert [(one.tracking, one.where) for one in seen] == [
        ("E1", CONSIGNEE.address),
        ("E1", HOME),
    ]
    assert lists_that_disagree(session) == []


def test_prepaid_gifts_wait_for_the_money_and_strangers_send_nothing(session, county, people):
    wish = gift_wish(county, *people, terms="PREPAY")
    purchase = ordering.draft_gifts(session, county.buyer, wish, START)
    ordering.submit(session, county.buyer, purchase.id, START)
    ordering.approve(session, county.approver, purchase.id, START)
    first, _second = confirmed(session, county, purchase)
    parcel = [SentParcel("邮政", "E1", (ids_of(session, purchase.id)[0],))]
    with pytest.raises(NotPaid):
        ordering.send_parcels(session, county.clerk, first.id, parcel, START)
    with pytest.raises(NotFound):
        ordering.send_parcels(session, county.other_clerk, first.id, parcel, START)
    with pytest.raises(Forbidden):
        ordering.send_parcels(session, county.buyer, first.id, parcel, START)


def test_people_of_another_purchase_are_not_sent_by_mistake(session, county, people):
    purchase = placed_gifts(session, county, *people)
    other = placed_gifts(session, county, person("孙丽", (county.mushrooms, 1)))
    first, _second = confirmed(session, county, purchase)
    parcel = [SentParcel("邮政", "E1", tuple(ids_of(session, other.id)))]
    assert (
        ordering.send_parcels(session, county.clerk, first.id, parcel, START).state == "CONFIRMED"
    )


def test_a_purchase_without_a_list_is_no_break_and_a_lost_pack_is(session, county, people):
    completed(session, county, county.wish((county.mushrooms, 2)))
    purchase = placed_gifts(session, county, *people)
    session.commit()
    assert lists_that_disagree(session) == []
    wang, *_others = ids_of(session, purchase.id)
    session.execute(
        update(RecipientPack).where(RecipientPack.recipient_id == wang).values(quantity=9)
    )
    assert [(people, packs) for _line, people, packs in lists_that_disagree(session)] == [
        (11, 3),
        (10, 3),
    ]
