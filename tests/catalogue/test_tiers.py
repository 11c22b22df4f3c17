"""Tier prices: from so many packs on, each costs less, wherever a price is said or charged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from marketplace.catalogue.commands import change_price, set_tiers
from marketplace.catalogue.models import PriceTier
from marketplace.catalogue.queries import get_product, variants_for
from marketplace.catalogue.rules.tiers import Tier, next_tier, price_at, read_tiers, wrong_tiers
from marketplace.core.errors import InvalidInput, NotFound
from marketplace.ordering import commands as ordering
from marketplace.ordering.queries import price_basket
from marketplace.ordering.rules import PurchaseChange, WishedLine
from tests.county import START
from tests.ordering.steps import completed, lines_of, orders_of

TIERS = (Tier(10, 6_000), Tier(50, 5_500))


@pytest.mark.parametrize(
    ("quantity", "price_fen", "following"),
    [
        (1, 6_403, TIERS[0]),
        (9, 6_403, TIERS[0]),
        (10, 6_000, TIERS[1]),
        (49, 6_000, TIERS[1]),
        (50, 5_500, None),
        (10**6, 5_500, None),
    ],
)
def test_the_tier_of_the_quantity_is_the_price_of_each_pack(quantity, price_fen, following):
    assert price_at(6_403, TIERS, quantity) == price_fen
    assert next_tier(TIERS, quantity) == following


@given(
    st.integers(1, 10**6),
    st.lists(st.builds(Tier, st.integers(2, 10**6), st.integers(1, 10**6)), max_size=5),
    st.integers(1, 10**6),
)
def test_more_packs_never_cost_more_each(price_fen, tiers, quantity):
    assert price_at(price_fen, tiers, quantity + 1) <= price_at(price_fen, tiers, quantity)
    assert price_at(price_fen, tiers, quantity) <= price_fen


def test_tiers_packed_by_a_query_are_read_in_their_order():
    assert read_tiers("50:5500 10:6000") == TIERS
    assert read_tiers(None) == ()


@pytest.mark.parametrize(
    ("tiers", "fields"),
    [
        (TIERS, []),
        ((), []),
        ((Tier(1, 6_000),), ["from-1"]),
        ((Tier(0, 6_000),), ["from-1"]),
        ((Tier(10, 6_403),), ["price-1"]),
        ((Tier(10, 0),), ["price-1"]),
        ((Tier(10, 6_000), Tier(10, 5_000)), ["from-2"]),
        ((Tier(10, 6_000), Tier(9, 5_000)), ["from-2"]),
        ((Tier(10, 6_000), Tier(20, 6_000)), ["price-2"]),
        ((Tier(10**9, 6_000),), ["from-1"]),
        (tuple(Tier(10 + n, 6_000 - n) for n in range(6)), ["from-1"]),
    ],
)
def test_quantities_rise_and_prices_strictly_fall(tiers, fields):
    assert [error.field for error in wrong_tiers(6_403, tiers)] == fields


def test_only_whoever_works_for_the_producer_sets_them(session, county):
    for other in (county.other_clerk, county.buyer, county.operator):
        with pytest.raises(NotFound):
            set_tiers(session, other, county.mushrooms.variant_id, TIERS, START)
    with pytest.raises(NotFound):
        set_tiers(session, county.clerk, 10**6, TIERS, START)
    with pytest.raises(InvalidInput):
        set_tiers(session, county.clerk, county.mushrooms.variant_id, (Tier(1, 1),), START)


def test_a_tier_is_what_is_charged_and_a_change_of_the_draft_finds_its_own(session, county):
    set_tiers(session, county.clerk, county.mushrooms.variant_id, TIERS, START)
    _purchase, (order,) = completed(session, county, county.wish((county.mushrooms, 12)))
    (line,) = lines_of(session, order.id)
    assert (line.unit_price_fen, line.line_fen, order.paid_fen) == (6_000, 72_000, 72_000)
    draft = ordering.draft_purchase(
        session, county.buyer, county.wish((county.mushrooms, 12)), START
    )
    less = PurchaseChange(lines=(WishedLine(county.mushrooms.variant_id, 9),))
    ordering.change_draft(session, county.buyer, draft.id, less, START)
    assert orders_of(session, draft.id)[0].goods_fen == 9 * 6_403


def test_two_lines_of_one_pack_reach_a_tier_together(session, county):
    set_tiers(session, county.clerk, county.mushrooms.variant_id, TIERS, START)
    wish = county.wish((county.mushrooms, 5), (county.mushrooms, 5))
    assert ordering.draft_purchase(session, county.buyer, wish, START).goods_fen == 60_000


def test_what_is_submitted_is_priced_by_the_tiers_of_that_moment(session, county):
    draft = ordering.draft_purchase(
        session, county.buyer, county.wish((county.mushrooms, 10)), START
    )
    set_tiers(session, county.clerk, county.mushrooms.variant_id, TIERS, START)
    assert ordering.submit(session, county.buyer, draft.id, START).goods_fen == 60_000


def test_basket_and_product_show_what_will_be_charged(session, county):
    set_tiers(session, county.clerk, county.mushrooms.variant_id, TIERS, START)
    today = START.date()
    basket = price_basket(session, {county.mushrooms.variant_id: 12}, today)
    (line,) = basket.groups[0].lines
    assert (line.price_fen, line.single_fen, line.line_fen) == (6_000, 6_403, 72_000)
    assert line.next_tier == TIERS[1]
    assert get_product(session, county.mushrooms.product_id, today).packs[0].facts.tiers == TIERS


def test_a_lower_price_ends_the_tiers_that_are_no_longer_cheaper(session, county):
    set_tiers(session, county.clerk, county.mushrooms.variant_id, TIERS, START)
    change_price(session, county.mushrooms.variant_id, 5_800, START)
    facts = variants_for(session, [county.mushrooms.variant_id], START.date())
    assert facts[county.mushrooms.variant_id].tiers == TIERS[1:]


def test_new_tiers_take_the_place_of_the_old_ones(session, county):
    set_tiers(session, county.clerk, county.mushrooms.variant_id, TIERS, START)
    set_tiers(session, county.clerk, county.mushrooms.variant_id, (Tier(3, 6_400),), START)
    set_tiers(session, county.clerk, county.mushrooms.variant_id, (Tier(3, 6_399),), START)
    assert [row.price_fen for row in session.scalars(select(PriceTier))] == [6_399]
    set_tiers(session, county.clerk, county.mushrooms.variant_id, (), START)
    assert session.scalars(select(PriceTier)).all() == []
