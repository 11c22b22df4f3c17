"""Freight by the producer's own rules: per order, piece or weight, by region, free from a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from marketplace.core.errors import InvalidInput, NotFound
from marketplace.ledger.models import LedgerEntry, Posting
from marketplace.ordering.commands import put_in_basket
from marketplace.ordering.queries import list_basket
from marketplace.producers.commands import set_freight
from marketplace.producers.queries import tariffs_of
from marketplace.producers.rules import MOST_CARRIAGES, Carriage, Load, Tariff, freight_of
from marketplace.reports.queries import reconcile
from tests.county import START
from tests.ordering.steps import accepted, lines_of, orders_of, paid, placed

FLAT = Carriage(first_fen=1_000, free_from_fen=20_000)
NEAR = Carriage(("郧阳区", "十堰市"), "WEIGHT", 1_000, 500, 500, 100, 9_900)
BY_PIECE = Carriage(("湖北省",), "PIECE", 2, 800, 1, 300)
TARIFF = Tariff(FLAT, (NEAR, BY_PIECE))


@pytest.mark.parametrize(
    ("load", "fen"),
    [
        (Load(5_000, 1, 900, "十堰市茅箭区"), 500),
        (Load(5_000, 1, 1_000, "湖北省十堰市郧阳区"), 500),
        (Load(5_000, 1, 1_001, "郧阳区城关镇"), 600),
        (Load(5_000, 9, 2_600, "郧阳区城关镇"), 900),
        (Load(9_900, 9, 2_600, "郧阳区城关镇"), 0),
        (Load(5_000, 2, 9_999, "湖北省武汉市"), 800),
        (Load(99_000, 5, 9_999, " 湖北省 武汉市"), 1_700),
        (Load(5_000, 5, 9_999, "陕西省西安市雁塔区小寨东路十堰市大厦"), 1_000),
        (Load(20_000, 5, 0, ""), 0),
    ],
)
def test_the_first_rule_whose_region_fits_holds(load, fen):
    assert freight_of(load, TARIFF) == fen


@given(
    st.builds(Load, st.integers(0, 10**10), st.integers(1, 10**6), st.integers(0, 10**9)),
    st.sampled_from(["ORDER", "PIECE", "WEIGHT"]),
    st.integers(1, 10**6),
    st.integers(0, 10**7),
)
def test_freight_is_never_negative_and_never_falls_with_the_load(load, basis, count, fen):
    tariff = Tariff(Carriage((), basis, count, fen, count, fen))
    more = Load(load.goods_fen, load.pieces + 1, load.weight_g + 1)
    assert 0 <= freight_of(load, tariff) <= freight_of(more, tariff) <= 10_000_000


def test_rules_are_kept_in_their_order_by_the_producer_alone(session, county):
    set_freight(session, county.clerk, county.producer_id, TARIFF, START)
    assert tariffs_of(session, [county.producer_id])[county.producer_id] == TARIFF
    shorter = Tariff(FLAT, (BY_PIECE,))
    set_freight(session, county.clerk, county.producer_id, shorter, START)
    assert tariffs_of(session, [county.producer_id])[county.producer_id] == shorter
    for other in (county.other_clerk, county.buyer, county.cashier):
        with pytest.raises(NotFound):
            set_freight(session, other, county.producer_id, TARIFF, START)


@pytest.mark.parametrize(
    ("carriage", "field"),
    [
        (Carriage(basis="MAGIC"), "basis-1"),
        (Carriage(first_count=0), "first_count-1"),
        (Carriage(step_count=-1), "step_count-1"),
        (Carriage(first_fen=-1), "first-1"),
        (Carriage(step_fen=10**9), "step-1"),
        (Carriage(free_from_fen=-1), "free_from-1"),
        (Carriage(regions=("某" * 301,)), "regions-1"),
    ],
)
def test_what_cannot_be_a_rule_is_named(session, county, carriage, field):
    with pytest.raises(InvalidInput) as refused:
        set_freight(session, county.clerk, county.producer_id, Tariff(FLAT, (carriage,)), START)
    assert [error.field for error in refused.value.errors] == [field]
    many = Tariff(FLAT, (Carriage(),) * (MOST_CARRIAGES + 1))
    with pytest.raises(InvalidInput):
        set_freight(session, county.clerk, county.producer_id, many, START)


def test_the_order_and_the_basket_ask_the_same(session, county):
    set_freight(session, county.clerk, county.producer_id, TARIFF, START)
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 1)))
    assert order.freight_fen == 500
    put_in_basket(session, county.buyer, county.mushrooms.variant_id, 1, START)
    me = county.buyer.person_id
    today = START.date()
    address = purchase.consignee_address
    assert list_basket(session, me, today, address=address).freight_fen == 500
    assert list_basket(session, me, today, address="陕西省").freight_fen == 1_000


def test_freight_has_entries_of_its_own_and_counts_for_no_village(session, county):
    set_freight(session, county.clerk, county.producer_id, TARIFF, START)
    purchase, (order,) = placed(session, county, county.wish((county.mushrooms, 1)))
    accepted(session, county, order)
    paid(session, county, purchase)
    (order,) = orders_of(session, purchase.id)
    assert (order.state, order.payable_fen) == ("COMPLETED", 6_403 + 500)
    posted = session.execute(
        select(LedgerEntry.source, Posting.amount_fen)
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .where(LedgerEntry.order_id == order.id, Posting.amount_fen > 0)
    )
    amounts = dict(map(tuple, posted))
    source = f"order:{order.id}"
    assert amounts == {
        f"{source}/accepted": 6_403,
        f"{source}/accepted/freight": 500,
        f"{source}/completed": 6_403,
        f"{source}/completed/freight": 500,
    }
    assert lines_of(session, order.id)[0].accepted_fen == 6_403
    assert reconcile(session) == []
